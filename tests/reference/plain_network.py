"""A network written out by hand: what the simulator needs of one, with no connector behind it."""

from types import SimpleNamespace

import numpy as np

from spatialnet.connect.plasticity import Plasticity
from spatialnet.models import get_model


class PlainNodes:
    """Some nodes of a population, or several such parts."""

    def __init__(self, *parts):
        self.parts = parts or (self,)

    def __add__(self, other):
        return PlainNodes(*self.parts, *other.parts)

    def __len__(self):
        return sum(len(part.indices) for part in self.parts)


class PlainNetwork:
    """Populations, connection tables and recorders, made one by one."""

    def __init__(self, seed=1, resolution=0.1, threads=1):
        self.seed, self.resolution, self.threads = seed, resolution, threads
        self.populations, self.projections, self.recorders = [], [], []
        from spatialnet.simulate import Simulation
        self.simulation = Simulation(self, nodes_per_thread=1)  # small networks must use several, too

    def create(self, model, n=1, **parameters):
        model = get_model(model).unrolled(parameters)
        first = sum(p.n for p in self.populations)
        population = SimpleNamespace(index=len(self.populations), name=f"{model.name} {len(self.populations)}",
                                     model=model, first_id=first, n=n, geometry=None, frozen=None,
                                     parameters=model.check(parameters, n))
        self.populations.append(population)
        return population

    def nodes(self, population, indices=None):
        part = PlainNodes()
        part.population = population
        part.indices = np.arange(population.n) if indices is None else np.asarray(indices)
        return part

    def connect(self, source, target, pairs=None, weight=1.0, delay=1.0, receptor=0, carrier=None, **factors):
        """Connections for `pairs` (source index, target index), all to all without; arrays go with the pairs."""
        carrier = carrier and get_model(carrier, "synapse")
        if pairs is None:
            pairs = [(i, j) for i in range(source.n) for j in range(target.n)]
        pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        offsets = np.searchsorted(pairs[order, 0], np.arange(source.n + 1)).astype(np.int64)
        weights = weight[order] if isinstance(weight, np.ndarray) else float(weight)
        delays = np.rint(np.asarray(delay) / self.resolution)
        delays = delays.astype(np.uint16)[order] if delays.ndim else int(delays)
        if carrier is not None and carrier.at_once:
            delays = 0
        table = SimpleNamespace(source=source, target=target, offsets=offsets,
                                targets=pairs[order, 1].astype(np.uint32), weights=weights, delays=delays,
                                receptor=receptor, plasticity=None, carrier=carrier)
        if factors:
            table.plasticity = Plasticity.begin(carrier, offsets, factors, 0)
            table.column = table.plasticity.column
        self.projections.append(SimpleNamespace(tables=(table,)))
        return table

    def record(self, nodes, what, **options):
        from spatialnet.simulate import make_recorder
        if not hasattr(nodes, "parts"):
            nodes = self.nodes(nodes)
        recorder = make_recorder(nodes, what, resolution=self.resolution, taken=[r.name for r in self.recorders],
                                 **options)
        self.recorders.append(recorder)
        return recorder.name

    def simulate(self, t, trackers=()):
        return self.simulation.run(t, trackers)
