"""Expectations carried out natively, with Great Expectations' own meaning.

Great Expectations' own Spark engine takes 40 jobs for 12 expectations, and importing it costs seconds. Here every
expectation of a suite adds its figures to one pass over the batch; only uniqueness adds a shuffle a key. One module
holds one family; ``registry`` says which type is carried out by which.
"""
