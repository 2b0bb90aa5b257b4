"""Models, and the model registry: groups of versioned packages."""
