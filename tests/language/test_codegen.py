"""C text of expressions, compiled and run beside the block machine."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from spatialnet.language.codegen import PRELUDE, Writer, number
from spatialnet.language.parse import parse
from spatialnet.language.program import compile_program
from spatialnet.models.steps import Assign
from spatialnet.models.tape import Tape

TEXTS = ["a + b * c - a / (b + 3)", "exp(-a) * sqrt(abs(b)) + log(abs(c) + 1)", "expm1(a / 10) + floor(b) - sin(c) * cos(a)",
         "min(a, b) + max(b, c)", "where(a < b, a, c)", "where((a < b) & (b <= c) | (a == 1), 2, -c)", "(a > b) + (b >= 0) * (c != 1)",
         "~(a > 0) - a", "abs(a) ** 1.5 + b ** 2", "where(a, b, c)", "-a"]
KERNELS = Path(__file__).resolve().parents[2] / "ext" / "kernels"


def body(text):
    """C statements that return the value of an expression in a, b and c."""
    tape = Tape([Assign("value", parse(text))], ())
    writer = Writer(tape.lines, {n: n for n in "abc"})
    result = writer.real(tape.results["value"])
    return f"{' '.join(writer.text)} return {result};"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not KERNELS.is_dir():
        pytest.skip("no C compiler here")
    folder = tmp_path_factory.mktemp("codegen")
    functions = [f"double f{i}(double a, double b, double c) {{ {body(t)} }}"
                 for i, t in enumerate(TEXTS)]
    (folder / "f.c").write_text(PRELUDE + "\n".join(functions))
    done = subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-ffp-contract=off", f"-I{KERNELS}", "-o", folder / "f.so",
                           folder / "f.c", "-lm"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(folder / "f.so"))


@pytest.mark.parametrize("i", range(len(TEXTS)), ids=TEXTS)
def test_generated_c_computes_what_the_machine_computes(library, i):
    function = getattr(library, f"f{i}")
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * 3
    rng = np.random.default_rng(3)
    columns = {name: np.r_[rng.normal(size=40) * 3, [0.0, 1.0, 1.0, -1.0]] for name in "abc"}
    program = compile_program(parse(TEXTS[i]), "abc")
    expected = program.evaluate({n: columns[n] for n in program.inputs}, 44)
    np.testing.assert_allclose([function(*lane) for lane in zip(*columns.values())], expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("value", [0.1, -1 / 3, 1e300, 5e-324, 2.0, -0.0, 1e15, 123456789.0, float("inf"), -float("inf")])
def test_numbers_in_c_read_back_to_the_same_bits(value):
    shown = number(value)
    read = float(shown.replace("INFINITY", "inf")) if "x" not in shown else float.fromhex(shown)
    assert read == value and np.signbit(read) == np.signbit(value)


def test_random_parts_have_no_c():
    import spatialnet as sn
    with pytest.raises(NotImplementedError, match="cannot be part of a step"):
        Tape([Assign("value", sn.random.uniform())], ())
