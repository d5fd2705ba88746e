"""Devices: what stimulates a network. What records one is `Network.record`."""
