"""What people declare and jobs exchange. Free of Airflow, boto3 and Spark: control plane and jobs both import it."""
