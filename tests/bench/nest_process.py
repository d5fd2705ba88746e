"""Runs the two halves of a bench in processes of their own, so neither library shares caches, threads or memory with the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys

TOUCH = "import numpy; numpy.ones({} << 20, dtype=numpy.uint8)"


def nest_half(script: str, *arguments: str) -> dict | None:
    """What `script` prints as JSON when called with ``--nest``; None without NEST.

    The environment variable NEST_PYTHON names an interpreter that has NEST, if this one has not.
    """
    python = os.environ.get("NEST_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import nest"], capture_output=True, check=False).returncode:
        print("NEST is not installed: no ratio. Set NEST_PYTHON to an interpreter that has it.")
        return None
    return half(python, script, "--nest", *arguments)


def both_halves(script: str, repeats: int = 5, megabytes: int = 3000) -> tuple[dict, dict | None]:
    """What `script` prints as JSON when called with ``--ours`` and with ``--nest``, in turn; of each number the least.

    Every call is a new process, as a user's is. Before all of them some memory is touched and given back: a virtual machine
    pays many times as much for a page that it touches for the first time since it started, and the one who comes first would
    pay for the other.
    """
    subprocess.run([sys.executable, "-c", TOUCH.format(megabytes)], check=True)
    own, theirs = [], []
    for _ in range(repeats):
        own.append(half(sys.executable, script, "--ours"))
        if None not in theirs:
            theirs.append(nest_half(script))
    return least(own), None if None in theirs else least(theirs)


def half(python: str, script: str, *arguments: str) -> dict:
    run = subprocess.run([python, script, *arguments], capture_output=True, text=True, check=True,
                         env=os.environ | {"OMP_NUM_THREADS": "1"})
    return json.loads(run.stdout.strip().splitlines()[-1])


def least(results: list[dict]) -> dict:
    """One dictionary like those given, with the least value of each key."""
    return {key: least([result[key] for result in results]) if isinstance(value, dict) else min(result[key] for result in results)
            for key, value in results[0].items()}
