"""Recorders of what stimulators send: a generator that has no train of its own sends every recorder one like any other target.

Behind every such connection stands a relay of the native network, whose spikes are recorded. Its delay is longer than any slice, so
the run is not slowed down by it; what is still on its way when a run ends is read off, so nothing comes late.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..connect.projection import ConnectionTable, Projection
from ..connect.rules import Pairs
from ..connect.synapse import synapse
from ..simulate.recording import SpikeRecorder
from ..simulate.simulation import LONGEST_SLICE
from ..space.layer import Layer

#: delay of the relays, in steps
DELAY = LONGEST_SLICE


def needs_tap(source: Any) -> bool:
    """Whether nodes of a population have no spikes of their own, but send some to every target."""
    return source.model.kind == "generator" and not source.model.has_spikes(source.parameters)


class Tap:
    """The relays behind one table of connections from stimulators to recorders.

    Attributes
    ----------
    table : ConnectionTable
    layer : Layer
        Relays of the native network, one for each connection.
    projection : Projection
        From the stimulators to them.
    """

    def __init__(self, kernel: Any, table: ConnectionTable):
        network, source = kernel.network, table.source
        self.kernel, self.table = kernel, table
        self.stimulators = np.repeat(np.arange(source.n), np.diff(table.offsets))
        is_precise = source.model.name.endswith("_ps")
        name = network._name("layer", None, f"{source.name} {DELAY * kernel.resolution:g} ms later")
        self.layer: Layer = network.create("parrot_neuron_ps" if is_precise else "parrot_neuron", n=len(table), name=name)
        self.projection: Projection = network.connect(
            Layer(network, source), self.layer, Pairs(sources=self.stimulators, targets=np.arange(len(table))),
            synapse("static_synapse", weight=1.0, delay=DELAY * kernel.resolution))
        self.until = kernel.step

    def recorder(self, name: str) -> SpikeRecorder:
        """What records the relays."""
        return SpikeRecorder(name, self.layer)

    def hand_out(self, record: Any) -> None:
        """Give the recorders what was sent since the last time."""
        steps, relays = record.steps - DELAY, record.nodes - self.layer.population.first_id
        offsets = np.zeros(len(steps)) if record.offsets is None else record.offsets
        is_new = steps > self.until
        parts = [(steps[is_new], relays[is_new], offsets[is_new]), self._under_way()]
        self.until = self.kernel.step
        steps, relays, offsets = (np.concatenate(c) for c in zip(*parts))
        order = np.lexsort((relays, steps))
        steps, relays, offsets = steps[order], relays[order], offsets[order]
        senders = self.stimulators + self.kernel.block_of[id(self.table.source)].first
        for k, device in enumerate(self.kernel.block_of[id(self.table.target)].devices):
            mine = self.table.targets[relays] == k
            device.add(senders[relays[mine]], steps[mine], offsets=offsets[mine] if offsets.any() else None)

    def _under_way(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Stamps, relays and offsets of the spikes that have been sent, but not arrived."""
        group, now = self.kernel.network._simulation._groups[self.layer.population.index], self.kernel.step
        if hasattr(group, "pending"):
            times = np.rint(group.pending.events["weight"]).astype(np.int64)
            steps, relays, offsets = (np.repeat(c, times) for c in (group.pending.steps, group.pending.events["node"], group.pending.events["offset"]))
        else:
            arrivals = np.arange(now + 1, now + DELAY + 1)
            counts = group.ring[arrivals & len(group.ring) - 1, 0, :len(self.layer)].astype(np.int64)
            k, relays = np.nonzero(counts)
            times = counts[k, relays]
            steps, relays = np.repeat(arrivals[k], times), np.repeat(relays, times)
            offsets = np.zeros(len(steps))
        is_new = steps - DELAY > self.until
        return (steps - DELAY)[is_new], relays[is_new].astype(np.int64), offsets[is_new]
