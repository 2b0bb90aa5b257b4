"""Captured requests of an endpoint against the training reference, and against labels where they have arrived."""
