"""Which: regions around a node."""
