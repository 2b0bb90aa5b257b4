"""The page about captured requests that a person reads."""
