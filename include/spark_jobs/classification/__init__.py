"""Proposes which columns hold personal data, from what they are called and what stands in them."""
