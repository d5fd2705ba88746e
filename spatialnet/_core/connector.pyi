import numpy as np
from numpy.typing import NDArray

from .neighbors import BoxTree
from .program import Program

STATUS: dict[int, str]
_Program = tuple[Program, list[int]] | None

class Connector:
    n_drivers: int
    n_blocks: int
    done: int
    n: int
    def __init__(self, tree: BoxTree, driver_positions: NDArray[np.float64], driver_ids: NDArray[np.int64],
                 driver_in_pool: NDArray[np.int64] | None, extent: NDArray[np.float64], p: _Program, mask: _Program,
                 mask_box: tuple[NDArray[np.float64], NDArray[np.float64]] | None, weight: _Program, delay: _Program,
                 constant_p: float, degrees: NDArray[np.int64] | None, driver_is_source: bool, allow_autapses: bool,
                 allow_multapses: bool, dedupe: bool, seed: int, projection: int, tics_per_ms: float, tics_per_step: int,
                 stencil: object | None = None, synapse: int = 0,
                 poisson: bool = False, each_event: bool = False, squeeze: object | None = None,
                 given: tuple[NDArray[np.int64], NDArray[np.uint32]] | None = None) -> None: ...
    def run(self, n_blocks: int, threads: int) -> tuple[str, int, float] | None: ...
    def rows(self, threads: int) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float64] | None,
                            NDArray[np.uint16] | None]: ...
