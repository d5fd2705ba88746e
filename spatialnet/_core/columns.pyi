from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

C = TypeVar("C", np.float32, np.float64, np.uint16, np.uint32)

def transposed_offsets(nodes: NDArray[np.uint32], n_nodes: int) -> NDArray[np.int64]: ...
def transpose_rows(offsets: NDArray[np.int64], nodes: NDArray[np.uint32],
                   new_offsets: NDArray[np.int64]) -> NDArray[np.uint32]: ...
def transpose_column(nodes: NDArray[np.uint32], column: NDArray[C], new_offsets: NDArray[np.int64]) -> NDArray[C]: ...
