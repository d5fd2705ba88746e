import numpy as np
from numpy.typing import NDArray

NODES_PER_BOX: int
START_BOXES: int

class BoxTree:
    order: NDArray[np.uint32]
    coordinates: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    begin: NDArray[np.uint32]
    end: NDArray[np.uint32]
    child_begin: NDArray[np.uint32]
    child_end: NDArray[np.uint32]
    first_start: int
    n_start: int
    cell_size: NDArray[np.float64]
    def __init__(self, positions: NDArray[np.float64]) -> None: ...

def driver_cells(tree: BoxTree, positions: NDArray[np.float64], wide: bool = False) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]: ...
