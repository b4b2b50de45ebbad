"""What must be there before the first deploy: the bucket of the states, and the roles of the pipeline."""
