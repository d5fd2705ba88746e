import numpy as np
from numpy.typing import NDArray

def operation_names() -> list[str]: ...

class Program:
    inputs: tuple[str, ...]
    n_draws: int
    def __init__(self, inputs: tuple[str, ...], code: list[tuple[int, int, int, int, int]], constants: list[float],
                 n_registers: int, result: int, n_draws: int) -> None: ...
    def evaluate(self, values: dict[str, NDArray[np.float64]], n: int, seed: int = 0,
                 stream: tuple[int, int, int] = (0, 0, 0)) -> NDArray[np.float64]: ...
    def bounds(self, lower: dict[str, NDArray[np.float64]], upper: dict[str, NDArray[np.float64]],
               n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
