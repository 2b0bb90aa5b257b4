"""What training, processing and transform jobs have in common: a record, a queue, a container and its end."""
