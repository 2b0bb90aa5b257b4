"""What each kind of rule may say: one module a kind."""
