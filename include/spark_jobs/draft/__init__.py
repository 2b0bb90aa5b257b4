"""Drafts a contract and a ruleset from a file or a table, valid as they are, with a comment where a person decides."""
