"""Neurons and relays, one file per family."""
