import numpy as np
from numpy.typing import NDArray

def displacement(start: NDArray[np.float64], end: NDArray[np.float64], extent: NDArray[np.float64],
                 edge_wrap: bool) -> NDArray[np.float64]: ...
