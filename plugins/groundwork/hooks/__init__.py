"""Thin clients, one for each service: the only place that talks to AWS."""
