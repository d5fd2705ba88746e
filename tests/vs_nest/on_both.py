"""Runs the same lines on NEST and on `spatialnet.nest`, and makes what comes out comparable."""

import ast
import io
import math
import os
import tempfile
from contextlib import redirect_stdout

import numpy as np
import pytest

import spatialnet.nest as ours

#: what `nest` is called in the lines
theirs = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")


def connections(nest, *args, **kwargs):
    """(source, target, weight, delay, receptor) of all connections, sorted."""
    found = nest.GetConnections(*args, **kwargs)
    if len(found) == 0:
        return []
    columns = found.get(["source", "target", "weight", "delay", "synapse_model"])
    columns = {k: v if isinstance(v, list) else [v] for k, v in columns.items()}
    return sorted(zip(*columns.values()))


def events(nest, recorder):
    """Columns of a recorder's events, sorted by sender and time."""
    data = recorder.get("events")
    order = np.lexsort((data["times"], data["senders"]))
    return {k: np.asarray(v)[order] for k, v in data.items()}


def outcome(nest, lines):
    """("value", what the last expression gives) or ("error", name of the exception's class)."""
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    names = {"nest": nest, "np": np, "os": os, "connections": lambda *a, **k: connections(nest, *a, **k),
             "events": lambda recorder: events(nest, recorder), "io": io, "redirect_stdout": redirect_stdout}
    *before, last = ast.parse(lines).body
    with tempfile.TemporaryDirectory() as folder:
        names["folder"] = folder
        try:
            exec(compile(ast.Module(before, []), "<lines>", "exec"), names)  # noqa: S102
            if not isinstance(last, ast.Expr):
                exec(compile(ast.Module([last], []), "<lines>", "exec"), names)  # noqa: S102
                return "value", None
            return "value", comparable(eval(compile(ast.Expression(last.value), "<lines>", "eval"), names))  # noqa: S307
        except Exception as error:  # noqa: BLE001
            return "error", type(error).__name__


def comparable(value):
    """Collections as lists, numbers to 10 digits, so that equal means equal."""
    if type(value).__name__ == "SynapseCollection":
        return connections_of(value)
    if type(value).__name__ == "NodeCollection":
        return value.tolist()
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return f"{value > 0} infinity" if abs(value) > 1e308 else repr(value) if math.isnan(value) else float(f"{value:.10g}") if abs(value) > 1e-12 else 0.0
    if isinstance(value, dict):
        return {k: comparable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(comparable(v) for v in value)
    return type(value).__name__


def connections_of(found):
    if len(found) == 0:
        return []
    columns = found.get(["source", "target", "weight", "delay", "synapse_model"])
    columns = {k: comparable(v if isinstance(v, list) else [v]) for k, v in columns.items()}
    return list(zip(*columns.values()))


def agree(lines):
    """Both do the same."""
    here, there = outcome(ours, lines), outcome(theirs, lines)
    assert here == there, f"\nspatialnet.nest: {here}\nNEST:            {there}"
    return here


def cases(text):
    """One case for each line; `;` separates statements."""
    return [line for line in map(str.strip, text.strip().splitlines()) if line and not line.startswith("#")]
