"""Where: placements, populations and the layers users hold."""
