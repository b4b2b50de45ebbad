"""Bedrock: knowledge bases on S3 Vectors, their data sources, ingestion jobs and retrieval.

Embeddings are made by a stand-in, not by a model: see `embedding`.
"""
