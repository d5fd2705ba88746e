"""Print requirements of pyproject.toml, one per line: ``build`` or the names of extras."""

import sys
import tomllib
from pathlib import Path

pyproject = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
for group in sys.argv[1:]:
    wanted = (
        pyproject["build-system"]["requires"]
        if group == "build"
        else pyproject["project"]["optional-dependencies"][group]
    )
    # An extra that names the package itself would ask a registry for what is being built here.
    print(*(line for line in wanted if not line.startswith(pyproject["project"]["name"])), sep="\n")
