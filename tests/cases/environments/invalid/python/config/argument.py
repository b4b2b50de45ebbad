from environments.builders import Index

Index(
    vector_size=3,
)
