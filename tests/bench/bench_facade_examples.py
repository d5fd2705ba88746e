"""How much faster does the same PyNEST script run on `spatialnet.nest` than on NEST, one thread each?

``python tests/bench/bench_facade_examples.py [scale]``: each script of ``tests/vs_nest/examples`` in a process of its own, the
networks at the given scale (0.2 by default).
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = sorted((Path(__file__).parents[1] / "vs_nest" / "examples").glob("*.py"))


def run(script: Path, scale: str, ours: bool) -> dict:
    text = script.read_text(encoding="utf-8")
    if ours:
        text = text.replace("\nimport nest\n", "\nimport spatialnet.nest as nest\n")
    python = sys.executable if ours else os.environ.get("NEST_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / script.name
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([python, "-W", "ignore", str(path), scale], capture_output=True, text=True, check=True,
                              env=os.environ | {"OMP_NUM_THREADS": "1"})
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    scale = sys.argv[1] if len(sys.argv) > 1 else "0.2"
    print(f"{'scale ' + scale:20}{'build, s':>22}{'simulate, s':>26}\n{'':20}{'NEST':>8}{'ours':>7}{'ratio':>7}{'NEST':>12}{'ours':>7}{'ratio':>7}")
    for script in EXAMPLES:
        there, here = run(script, scale, ours=False), run(script, scale, ours=True)
        parts = [f"{there[k]:{w}.2f}{here[k]:7.2f}{there[k] / here[k]:7.1f}" for k, w in (("build", 8), ("simulate", 12))]
        print(f"{script.stem:20}{''.join(parts)}", flush=True)


if __name__ == "__main__":
    main()
