"""Training jobs: channels in, a model and its metrics out."""
