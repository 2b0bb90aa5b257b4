"""Tuning jobs: a search whose trials are training jobs like all others."""
