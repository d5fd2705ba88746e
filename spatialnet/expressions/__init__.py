"""How much: lazy values for probabilities, weights, delays, positions and node parameters."""
