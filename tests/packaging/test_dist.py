"""What users get: the source archive holds all it needs, and a wheel built from it, without Node, is complete."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytest.importorskip("scikit_build_core", reason="the build tools are not installed")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """The source archive of this checkout."""
    if not (ROOT / "spatialnet" / "labextension" / "package.json").exists():
        pytest.skip("the JupyterLab extension was not built here (SPATIALNET_JS=off, or no npm)")
    out = tmp_path_factory.mktemp("sdist")
    build = "import sys; from scikit_build_core.build import build_sdist; build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(out)], cwd=ROOT, check=True, capture_output=True)
    (archive,) = out.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """A wheel built from the unpacked archive, on a machine that has no npm as far as the build can see."""
    # Kept between runs, and only changed files are written: the second run compiles next to nothing.
    unpacked = ROOT / "build" / "from-sdist"
    with tarfile.open(sdist) as archive:
        members = {
            unpacked / Path(*Path(member.name).parts[1:]): archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.isfile()
        }
    for path, content in members.items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in list(unpacked.rglob("*")):
        if path.is_file() and path not in members and path.relative_to(unpacked).parts[0] != "build":
            path.unlink()

    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(
        [*command, "-w", str(out), "-C", "cmake.define.NPM=NPM-NOTFOUND", str(unpacked)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return zipfile.ZipFile(built)


def names_below(names, folder):
    return {name.split(folder, 1)[1] for name in names if folder in name}


def test_sdist_holds_sources_and_the_prebuilt_extension(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {"CMakeLists.txt", "LICENSE", "install.json", "spatialnet/labextension/package.json"} <= names
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "ext").glob("*.pyx")} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith(("build/", ".venv", "demo/"))]


@pytest.mark.slow
def test_wheel_holds_the_compiled_core_with_its_declarations(wheel):
    names = wheel.namelist()
    for source in (ROOT / "ext").glob("*.pyx"):
        assert any(
            name.startswith(f"spatialnet/_core/{source.stem}.") and name.endswith((".so", ".pyd")) for name in names
        ), source.name
    shipped = {f"spatialnet/_core/{path.name}" for path in (ROOT / "spatialnet" / "_core").glob("*.p[xy][di]")}
    assert shipped <= set(names)


@pytest.mark.slow
def test_wheel_installs_the_extension_where_jupyterlab_looks(wheel):
    folder = ".data/data/share/jupyter/labextensions/spatialnet-labextension/"
    installed = names_below(wheel.namelist(), folder)
    prebuilt = ROOT / "spatialnet" / "labextension"
    assert installed == {str(p.relative_to(prebuilt)) for p in prebuilt.rglob("*") if p.is_file()} | {"install.json"}
    assert not [name for name in wheel.namelist() if name.startswith("spatialnet/labextension")]


@pytest.mark.slow
def test_wheel_holds_every_python_and_data_file_of_the_package(wheel):
    package = ROOT / "spatialnet"
    ours = {
        f"spatialnet/{path.relative_to(package)}"
        for path in package.rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".js", ".css", ".json", ".html", ".h", ".pxd"}
        and path.relative_to(package).parts[0] != "labextension"
    }
    assert ours <= set(wheel.namelist())
