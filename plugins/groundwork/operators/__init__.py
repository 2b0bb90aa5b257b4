"""The verbs of the lifecycle, one class a file."""
