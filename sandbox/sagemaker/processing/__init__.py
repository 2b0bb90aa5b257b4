"""Processing jobs: inputs in, outputs out."""
