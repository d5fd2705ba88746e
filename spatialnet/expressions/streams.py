"""What random numbers are drawn for: the second word of every Philox key (the first is the network's seed).

The counter names the thing itself; see "Random numbers" in ARCHITECTURE.md. Numbers are never reused, because a saved
seed must give the same network in later versions.
"""

POSITION = 1        # a: population, c: axis
PARAMETER = 2       # a: population, c: which setting of which parameter
CANDIDATE = 3       # a: driver, c: projection — which nodes are looked at, or taken
ACCEPT = 4          # a: driver, c: projection — thinning
WEIGHT = 5          # a: driver, c: projection; + 256 k for the synapse k of several in one call
DELAY = 6           # a: driver, c: projection; likewise
DEVICE = 7          # the engine's: see simulate/
SYNAPSE = 9         # the engine's: lane: connection of its table, a: step, c: the table
SYNAPSE_PARAMETER = 10  # a: block, c: projection; + 256 k for the synapse k of several, + 65536 for each parameter before
DEGREE = 8          # c: projection; the lane counts the drivers
NEURON = 16         # the engine's: a: first node of the population, b: occurrence in the step, c: step; the lane is the node
GROWTH = 17         # c: step; structural plasticity, read in order
