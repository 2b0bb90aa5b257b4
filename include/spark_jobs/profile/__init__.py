"""What stands in a table's columns: a cheap profile of every batch, a thorough one of any frame on demand."""
