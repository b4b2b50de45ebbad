"""The attributes of a vector index, and of the encryption that an index or a vector bucket has."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Embedding, Encryption, Index

INDEX = Attributes(
    model=Index,
    kind=kinds.INDEX,
    schema=("#/$defs/index",),
    builder="Index",
    also={"preset": "adds to non_filterable_metadata_keys"},
    rows=(
        Attribute(field="key", key="", change="moved", by="address", changes_fingerprint=True,
                  why="`moved` says that it is the same index under another key"),
        Attribute(field="address", key="", change="moved", by="address",
                  why="made of the keys of the vector bucket and of the index"),
        Attribute(field="name", change="replaced", by="argument", argument="index_name", answer="indexName",
                  why="S3 Vectors cannot rename an index"),
        Attribute(field="embedding_model", change="in place", by="argument", changes_fingerprint=True,
                  answer="tags",
                  why="a tag says the model; Terraform refuses another one, whose vectors mean something else"),
        Attribute(field="data_type", key="", change="replaced", by="argument", form="text",
                  argument="data_type", answer="dataType", fits_copies=False,
                  why="S3 Vectors cannot change a data type"),
        Attribute(field="dimension", change="replaced", by="argument", form="number", argument="dimension",
                  answer="dimension", fits_copies=False, why="S3 Vectors cannot change a dimension"),
        Attribute(field="distance_metric", change="replaced", by="argument", form="text",
                  argument="distance_metric", answer="distanceMetric",
                  why="S3 Vectors cannot change a distance metric"),
        Attribute(field="non_filterable_metadata_keys", change="replaced", by="argument", form="texts",
                  argument="metadata_configuration", inside="non_filterable_metadata_keys",
                  answer="metadataConfiguration.nonFilterableMetadataKeys",
                  why="S3 Vectors cannot change non-filterable metadata keys"),
        Attribute(field="encryption", change="replaced", by="argument", argument="encryption_configuration",
                  answer="encryptionConfiguration", computed=True,
                  why="S3 Vectors cannot change the encryption"),
        Attribute(field="index_mode", change="in place", by="step", form="text", answer="indexMode", newer=True,
                  why="`vectorform search-settings` sets it within the apply; nothing is embedded or written again"),
        Attribute(field="text_search", change="in place", by="step",
                  answer="metadataConfiguration.textSearchConfigurations", newer=True,
                  why="`vectorform search-settings` sets it within the apply, and AWS builds what is new; for another language, AWS builds the text index again, and until then it is not searched"),
        Attribute(field="expected", change="not deployed", by="nothing",
                  why="`vectorform cost` alone reads it"),
        Attribute(field="tags", change="in place", by="argument", argument="tags", answer="tags",
                  why="tags change in place"),
        Attribute(field="retirement", key="", change="moved", by="document",
                  why="its block in Terraform changes, and what its bucket's policy protects"),
        Attribute(field="written", key="", change="not deployed", by="nothing",
                  why="the entry itself, for messages that propose another one"),
        Attribute(field="source", key="", change="not deployed", by="nothing",
                  why="where it is written, for messages"),
    ),
)  # fmt: skip

EMBEDDING = Attributes(
    model=Embedding,
    schema=("#/$defs/index/properties/embedding_model",),
    builder="Embedding",
    rows=(
        Attribute(field="name", change="in place", by="argument", form="text", changes_fingerprint=True, answer="tags",
                  why="a tag says the model; Terraform refuses another one, whose vectors mean something else"),
        Attribute(field="was", change="in place", by="argument", form="texts", changes_fingerprint=False,
                  why="Terraform takes these names for a slip in the file, which changes no vector"),
        Attribute(field="reason", change="not deployed", by="nothing", form="text",
                  why="for the reviewer"),
    ),
)  # fmt: skip

ENCRYPTION = Attributes(
    model=Encryption,
    schema=("#/$defs/encryption", "#/$defs/bucket_encryption"),
    builder="Encryption",
    rows=(
        Attribute(field="sse_type", change="replaced", by="argument", form="text", argument="sse_type", answer="sseType",
                  why="S3 Vectors cannot change the encryption"),
        Attribute(field="kms_key_arn", change="replaced", by="argument", argument="kms_key_arn",
                  answer="kmsKeyArn", why="S3 Vectors cannot change the encryption"),
        Attribute(field="create_key", change="replaced", by="argument", form="flag", argument="kms_key_arn",
                  answer="kmsKeyArn", why="S3 Vectors cannot change the encryption"),
        Attribute(field="key", change="replaced", by="argument", form="text", argument="kms_key_arn",
                  answer="kmsKeyArn", why="S3 Vectors cannot change the encryption"),
    ),
)  # fmt: skip
