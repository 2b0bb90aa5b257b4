"""Groundwork on one machine: set-up, locks, and a local Airflow beside the sandbox."""
