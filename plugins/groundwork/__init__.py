"""Groundwork: a governed data and machine-learning lifecycle on Airflow."""
