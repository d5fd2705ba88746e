"""How much faster does the same PyNEST script run on `spatialnet.nest` than on NEST, one thread each?

``python tests/bench/bench_facade_examples.py [scale]``: each script of ``tests/vs_nest/examples`` in processes of its own, the
networks at the given scale (0.2 by default); the least of three runs in turn. ``script`` is the whole process: Python, imports, building,
simulating, and what the script does with the results.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = sorted((Path(__file__).parents[1] / "vs_nest" / "examples").glob("*.py"))
PARTS = ("import", "build", "simulate", "script")
REPEATS = 3
#: as after an installation: one thread, and modules may be kept compiled
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"OMP_NUM_THREADS": "1"}


def run(script: Path, scale: str, ours: bool) -> dict[str, float]:
    """Seconds of each part."""
    text = script.read_text(encoding="utf-8")
    name = "spatialnet.nest as nest" if ours else "nest"
    text = text.replace("\nimport nest\n", f"\nbegun = time.perf_counter()\nimport {name}\nimported = time.perf_counter() - begun\n")
    text = text.replace('print(json.dumps({"build"', 'print(json.dumps({"import": imported, "build"')
    python = sys.executable if ours else os.environ.get("NEST_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / script.name
        path.write_text(text, encoding="utf-8")
        begun = time.perf_counter()
        done = subprocess.run([python, "-W", "ignore", str(path), scale], capture_output=True, text=True, check=True,
                              env=ENVIRONMENT)
        whole = time.perf_counter() - begun
    return json.loads(done.stdout.strip().splitlines()[-1]) | {"script": whole}


def least(script: Path, scale: str) -> list[dict[str, float]]:
    """Of both, NEST first: the least seconds of each part."""
    runs = [[run(script, scale, ours) for ours in (False, True)] for _ in range(REPEATS)]
    return [{part: min(one[which][part] for one in runs) for part in PARTS} for which in (0, 1)]


def main() -> None:
    scale = sys.argv[1] if len(sys.argv) > 1 else "0.2"
    heads = f"{'NEST':>11}{'ours':>8}{'ratio':>7}" * len(PARTS)
    print(f"{'scale ' + scale:20}{''.join(f'{part:>24} s' for part in PARTS)}\n{'':20}{heads}")
    for script in EXAMPLES:
        there, here = least(script, scale)
        parts = [f"{there[k]:11.4f}{here[k]:8.4f}{there[k] / here[k]:7.2f}" for k in PARTS]
        print(f"{script.stem:20}{''.join(parts)}", flush=True)


if __name__ == "__main__":
    main()
