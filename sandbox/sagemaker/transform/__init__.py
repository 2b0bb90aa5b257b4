"""Transform jobs: a model's server is asked about every record of the input."""
