"""Print requirements of pyproject.toml, one per line: ``build`` or the names of extras."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

pyproject = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))


def missing_programs() -> list[str]:
    """CMake and Ninja, where the system has none or one too old: both come as wheels."""
    missing = []
    for program, oldest in ("cmake", (3, 20)), ("ninja", (1, 11)):
        path = shutil.which(program)
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout if path else ""
        version = re.search(r"(\d+)\.(\d+)", said)
        if not version or (int(version[1]), int(version[2])) < oldest:
            missing.append(f"{program}>={oldest[0]}.{oldest[1]}")
    return missing


for group in sys.argv[1:]:
    if group == "build":
        wanted = pyproject["build-system"]["requires"] + missing_programs()
    else:
        wanted = pyproject["project"]["optional-dependencies"][group]
    # An extra that names the package itself would ask a registry for what is being built here.
    print(*(line for line in wanted if not line.startswith(pyproject["project"]["name"])), sep="\n")
