"""The rules of a ruleset, compiled to columns and violation bits: one module a kind."""
