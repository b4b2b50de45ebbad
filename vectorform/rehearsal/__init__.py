"""A local AWS and an offline provider: any environment rehearsed on one laptop."""
