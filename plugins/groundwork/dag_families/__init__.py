"""DAG families: one DAG a stage and product, built from what people declare."""
