import numpy as np
from numpy.typing import NDArray

_Rows = tuple[NDArray[np.int64], NDArray[np.uint32]]

def leave_known(offsets: NDArray[np.int64], nodes: NDArray[np.uint32], new_offsets: NDArray[np.int64],
                new_nodes: NDArray[np.uint32], keep: NDArray[np.uint8]) -> None: ...
def kept(offsets: NDArray[np.int64], nodes: NDArray[np.uint32], keep: NDArray[np.uint8]) -> _Rows: ...
def merged(offsets: NDArray[np.int64], nodes: NDArray[np.uint32], new_offsets: NDArray[np.int64],
           new_nodes: NDArray[np.uint32]) -> _Rows: ...
