"""Learning a model, and the baseline that it has to beat."""
