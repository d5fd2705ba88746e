from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

C = TypeVar("C", np.float32, np.float64, np.uint16, np.uint32)

class Transposition:
    offsets: NDArray[np.int64]
    def __init__(self, nodes: NDArray[np.uint32], n_nodes: int, threads: int = 1) -> None: ...
    def column(self, column: NDArray[C]) -> NDArray[C]: ...
    def rows(self, offsets: NDArray[np.int64]) -> NDArray[np.uint32]: ...
