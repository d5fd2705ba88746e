"""Generators of spikes and currents.

A generator is active for stamps in (start + origin, stop + origin]; one rule for all of them. A current with stamp s
and delay d moves the potential of its target from s + d + h on.
"""

from ..declaration import Generator, Parameter

_WINDOW = {
    "start": Parameter(0.0, "ms", "beginning of activity, exclusive"),
    "stop": Parameter(float("inf"), "ms", "end of activity, inclusive", finite=False),
    "origin": Parameter(0.0, "ms", "added to start and stop"),
}

poisson_generator = Generator(
    name="poisson_generator",
    summary="Poisson spikes, an independent train for every target.",
    parameters={"rate": Parameter(0.0, "1/s", "mean rate of each train", at_least=0.0)} | _WINDOW,
    signal="poisson",
    notes="Several spikes in one step are sent as one event of that multiplicity. The spikes depend on the seed, the "
          "generator, the target and the step, and on nothing else.")

spike_generator = Generator(
    name="spike_generator",
    summary="Spikes at given times.",
    parameters={
        "spike_times": Parameter((), "ms", "times of the spikes, ascending, multiples of the resolution",
                                 kind="list"),
        "spike_weights": Parameter((), "", "factors on the weight of the connection, one per spike", kind="list"),
        "spike_multiplicities": Parameter((), "", "how many spikes each one counts for", kind="list"),
        "allow_offgrid_times": Parameter(False, "", "round times up to the next step", kind="switch"),
        "shift_now_spikes": Parameter(False, "", "move a spike at time 0 to the first step", kind="switch"),
        "precise_times": Parameter(False, "", "keep times between steps", kind="switch",
                                   only="Times between steps are not available."),
    } | _WINDOW,
    signal="spikes",
    notes="`origin` is added to the times, too; times in the past are dropped.")

dc_generator = Generator(
    name="dc_generator",
    summary="Constant current.",
    parameters={"amplitude": Parameter(0.0, "pA", "current; the weight of the connection multiplies it")} | _WINDOW,
    signal="current")

MODELS = (poisson_generator, spike_generator, dc_generator)
