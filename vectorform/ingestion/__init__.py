"""Ingestion jobs of knowledge bases: documents into vectors."""
