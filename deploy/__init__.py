"""What leaves this checkout: the job bundle, and the package that MWAA gets."""
