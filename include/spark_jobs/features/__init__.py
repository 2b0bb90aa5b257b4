"""Feature tables: rows of a product as each row's outcome could be predicted, computed, computed again, published."""
