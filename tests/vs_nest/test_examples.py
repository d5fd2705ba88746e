"""Well-known networks as PyNEST scripts: one line is changed, and the rates agree."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.py"))
#: scale at which a script takes a few seconds, and how far rates of one network differ from seed to seed
SCALES = {"brunel_delta": 0.2, "brunel_alpha": 0.2, "course_brunel": 0.25, "gaussian_sheet": 0.1, "microcircuit": 0.1,
          "plasticity_growth": 0.4, "thalamocortical_layers": 0.15, "gap_interneurons": 0.1}


def run(script, folder, *arguments, ours):
    """What the script prints, with the one line changed for `spatialnet.nest`."""
    text = script.read_text(encoding="utf-8")
    if ours:
        assert text.count("\nimport nest\n") == 1
        text = text.replace("\nimport nest\n", "\nimport spatialnet.nest as nest\n")
    path = folder / f"{script.stem}_{ours}.py"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "ignore", str(path), *arguments], capture_output=True, text=True, check=False,
                          env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_the_same_script_gives_the_same_rates(script, tmp_path):
    """Numbers of connections are equal; rates agree within 15 % or 0.3/s, lengths of connections within 3 %, spike times
    within a step of 0.02 ms and voltages within 0.02 mV; other values exactly."""
    scale = [str(SCALES[script.stem])] if script.stem in SCALES else []
    here, there = (run(script, tmp_path, *scale, ours=ours) for ours in (True, False))
    assert here["connections"] == there["connections"]
    for a, b in zip(here.get("rates", []), there.get("rates", [])):
        assert abs(a - b) < max(0.3, 0.15 * b)
    assert here.get("lengths", []) == pytest.approx(there.get("lengths", []), rel=0.03)
    assert here.get("times", []) == pytest.approx(there.get("times", []), abs=0.021)
    assert here.get("voltages", []) == pytest.approx(there.get("voltages", []), abs=0.02)
    assert here.get("same") == there.get("same")
    assert here.get("equal") == pytest.approx(there.get("equal"), abs=1e-9) if "equal" in there else True
