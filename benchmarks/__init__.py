"""Measurements, printed as tables: ratios against a peer or a limit of the same run wherever there is one."""
