"""What a deferred task waits for."""
