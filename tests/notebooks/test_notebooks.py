"""Every notebook runs from top to bottom, and the README promises nothing else than what the first one does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def statements(code):
    """The lines that do something, without comments and without spaces that only align."""
    lines = (re.sub(r"\s+#.*|^#.*", "", line).strip() for line in code.splitlines())
    return [re.sub(r"\s+", " ", line) for line in lines if line]


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(notebook, tmp_path):
    done = subprocess.run(
        [sys.executable, ".ci/run_notebook.py", str(notebook), "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_without_outputs_or_machine_traces(notebook):
    document = nbformat.read(notebook, as_version=4)
    nbformat.validate(document)
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert document.metadata.kernelspec.name == "python3"  # the name every ipykernel has


def test_every_notebook_is_linked_and_links_lead_somewhere():
    """From the README, and from one notebook to the next."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = set()
    for notebook in NOTEBOOKS:
        assert f"(notebooks/{notebook.name})" in readme
        text = "\n".join(c.source for c in nbformat.read(notebook, as_version=4).cells if c.cell_type == "markdown")
        targets = re.findall(r"\]\(([^):]+\.ipynb)\)", text)
        assert all((notebook.parent / target).exists() for target in targets)
        linked.update(targets)
    assert linked == {notebook.name for notebook in NOTEBOOKS}


def test_the_example_of_the_readme_is_what_the_first_notebook_runs():
    first = ROOT / "notebooks" / "01_first_network.ipynb"
    if not first.exists():
        pytest.skip("notebooks/01_first_network.ipynb is not written yet")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    cells = nbformat.read(first, as_version=4).cells
    ran = iter(statements("\n".join(cell.source for cell in cells if cell.cell_type == "code")))
    for line in statements(example):  # in this order; the notebook may do more in between
        assert line in ran, f"the README's line {line!r} is not run by {first.name}, or not in this order"
