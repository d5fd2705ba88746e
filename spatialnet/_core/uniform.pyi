import numpy as np
from numpy.typing import NDArray

def fill_rows(offsets: NDArray[np.int64], own: NDArray[np.int64], ids: NDArray[np.int64], n_pool: int, once: bool,
              ascending: bool, nodes: NDArray[np.uint32], first: int, last: int, seed: int, occurrence: int,
              projection: int, threads: int) -> None: ...
