"""Runs a bench's NEST half in a process of its own, so neither library shares caches, threads or memory with the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def nest_half(script: str, *arguments: str) -> dict | None:
    """What `script` prints as JSON when called with ``--nest``; None without NEST.

    The environment variable NEST_PYTHON names an interpreter that has NEST, if this one has not.
    """
    python = os.environ.get("NEST_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import nest"], capture_output=True, check=False).returncode:
        print("NEST is not installed: no ratio. Set NEST_PYTHON to an interpreter that has it.")
        return None
    run = subprocess.run([python, script, "--nest", *arguments], capture_output=True, text=True, check=True,
                         env=os.environ | {"OMP_NUM_THREADS": "1"})
    return json.loads(run.stdout.strip().splitlines()[-1])
