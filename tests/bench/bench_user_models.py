"""What does a model that a user writes in a notebook cost, compared with the same model that ships as compiled C?

The models of tests/models/test_user_models.py, 20,000 unconnected neurons (4,000 of Hodgkin and Huxley) on one thread; CPU nanoseconds
per neuron and step of 0.1 ms, the least of three.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

#: name -> neurons, current, measured ms
CASES = {"iaf_psc_alpha": (20_000, 380.0, 200.0), "izhikevich": (20_000, 10.0, 200.0), "iaf_cond_exp": (20_000, 300.0, 100.0),
         "hh_psc_alpha": (4_000, 700.0, 100.0)}


def cost(model: object, n: int, current: float, duration: float) -> float:
    """ns per neuron and step."""
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    net.create(model, n=n, I_e=current)
    net.simulate(5.0, progress=False)
    begin = time.process_time()
    net.simulate(duration, progress=False, connections=False)
    return (time.process_time() - begin) / n / (duration * 10) * 1e9


def main() -> None:
    from limits import distance

    import spatialnet as sn
    from tests.models.test_user_models import MINE
    for name, (n, current, duration) in CASES.items():
        mine = sn.NeuronModel("mine", **MINE[name])
        shipped, own = (min(cost(model, n, current, duration) for _ in range(3)) for model in (name, mine))
        print(f"{name}: shipped {shipped:.2f} ns{distance(shipped, name)}; written by a user {own:.2f} ns, {own / shipped:.1f} × as much")


if __name__ == "__main__":
    main()
