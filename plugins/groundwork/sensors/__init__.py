"""Conditions that a DAG waits for."""
