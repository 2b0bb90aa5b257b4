"""Looking at a trained model: what it is worth, for whom, and why it answers as it does."""
