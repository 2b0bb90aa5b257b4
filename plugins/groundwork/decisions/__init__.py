"""Pure decisions: declared thresholds and measured figures in, an outcome with reasons out."""
