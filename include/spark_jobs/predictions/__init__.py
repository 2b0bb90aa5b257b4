"""Batch predictions: requests for a transform, and its answers in a table."""
