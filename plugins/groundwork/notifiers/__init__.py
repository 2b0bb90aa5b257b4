"""What tells people, outside of Airflow's own pages."""
