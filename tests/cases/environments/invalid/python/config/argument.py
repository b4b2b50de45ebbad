from environments.builders import Index

Index(
    dimensions=3,
)
