"""Columns with labels: personal data of many countries, and what only resembles it. The same ones for the same seed."""
