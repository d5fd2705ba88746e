"""Connection tables as delivery tables: how a row is divided."""

from numpy import int64, uint32
from numpy.typing import NDArray

def cut_rows(offsets: NDArray[int64], targets: NDArray[uint32], bounds: NDArray[int64]) -> NDArray[uint32]: ...
