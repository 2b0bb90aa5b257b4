"""SageMaker that really works: jobs in containers that are processes, endpoints that serve, records that are kept."""
