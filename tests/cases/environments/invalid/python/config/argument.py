from vectorform.builders import Index

Index(
    vector_size=3,
)
