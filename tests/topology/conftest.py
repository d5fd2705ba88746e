import matplotlib
import pytest

import spatialnet.nest as nest

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def new_kernel():
    nest.ResetKernel()
    yield
    import matplotlib.pyplot as plt
    plt.close("all")
