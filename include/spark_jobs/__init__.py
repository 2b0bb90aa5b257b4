"""The Spark jobs: landing files to raw tables, raw tables through rules, checks and the gate to published tables."""
