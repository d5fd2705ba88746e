import numpy as np
from numpy.typing import NDArray

PER_BLOCK: int

def count_sources(counts: NDArray[np.uint32], order: NDArray[np.int64], n_shorter: int, n_targets: int, n: int, first: int,
                  last: int, seed: int, projection: int, threads: int) -> None: ...
def count_sources_once(counts: NDArray[np.uint32], capacity: NDArray[np.int64], n_targets: int, n: int, seed: int,
                       projection: int) -> None: ...
