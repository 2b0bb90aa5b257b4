"""AWS on a laptop: a moto server whose job-running backends do the work instead of pretending."""
