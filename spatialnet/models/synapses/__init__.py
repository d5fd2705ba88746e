"""Synapses: what a connection does with a spike."""
