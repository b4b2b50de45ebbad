"""Rules on a knowledge base: its index, its model, its names and role, its documents."""

from vectorform.language.rules.knowledge_bases import called_models, documents, home, index, model, name, role

CHECKS = (
    index.exists,
    index.keys,
    index.leaving,
    model.said,
    model.together,
    model.dimension,
    called_models.known,
    called_models.place,
    name.form,
    role.named,
    role.size,
    documents.buckets,
    documents.twice,
    documents.chunking,
    documents.images,
)
ALL_OF_ENVIRONMENT = (name.twice, home.first)
