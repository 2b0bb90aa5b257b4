"""What a model is trained on: labelled feature rows of one snapshot, split by time."""
