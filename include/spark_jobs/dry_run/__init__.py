"""Tries a ruleset out on some rows, publishes nothing, and shows what each rule does."""
