"""The example package, built as its users would build it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture(scope="session")
def shapes(tmp_path_factory):
    """The module `example_shapes`, compiled against the headers that spatialnet ships."""
    for tool in ("scikit_build_core", "cython_cmake", "Cython"):
        if importlib.util.find_spec(tool) is None:
            pytest.skip(f"the build tools are not installed: no {tool}")
    if not any(os.access(Path(folder) / name, os.X_OK) for folder in os.environ["PATH"].split(os.pathsep)
               for name in ("cc", "gcc", "clang", "cl.exe")):
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("example")
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation",
         "--target", str(folder), "-C", f"build-dir={folder / 'build'}", str(EXAMPLE)],
        env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = [*folder.glob("example_shapes*.so"), *folder.glob("example_shapes*.pyd")]
    spec = importlib.util.spec_from_file_location("example_shapes", found)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
