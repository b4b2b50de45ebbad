"""An environment as a picture: regions, vector buckets, indexes, and who may do what with them."""
