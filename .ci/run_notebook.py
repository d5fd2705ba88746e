"""Run a notebook from top to bottom without a browser, and list the files it wrote.

The notebook finds the folder for its files in the environment variable SPATIALNET_DEMO_DIR.
"""

import argparse
import os
import sys
import time
from pathlib import Path

KINDS = {
    ".svg": "vector picture",
    ".png": "picture",
    ".html": "stand-alone interactive page",
    ".nc": "labelled dataset (netCDF)",
    ".ipynb": "the notebook as it ran",
}


def run(notebook: Path, out: Path) -> None:
    """Execute `notebook` in its own folder; keep the executed copy beside the files it writes to `out`."""
    import nbformat
    from nbclient import NotebookClient

    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():  # so that what is listed afterwards was made by this run
        if old.is_file() and old.suffix in KINDS:
            old.unlink()
    os.environ["SPATIALNET_DEMO_DIR"] = str(out.resolve())
    document = nbformat.read(notebook, as_version=4)
    client = NotebookClient(
        document,
        timeout=600,
        kernel_name="python3",
        store_widget_state=False,  # without a kernel the static pictures are what viewers can show, and they are small
        extra_arguments=["--log-level=ERROR"],  # else it warns that its sockets on 127.0.0.1 are not encrypted
        resources={"metadata": {"path": str(notebook.resolve().parent)}},
    )
    client.execute()
    nbformat.write(document, out / notebook.name)


def files_in(out: Path) -> list[Path]:
    return sorted(path for path in out.iterdir() if path.suffix in KINDS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for the files")
    parser.add_argument("--expect", nargs="*", default=[], help="kinds of file that must appear, e.g. svg nc")
    parser.add_argument("--list", type=Path, metavar="FOLDER", help="only list the files in FOLDER")
    options = parser.parse_args()

    if options.list:
        for path in files_in(options.list):
            print(f"{path}  {KINDS[path.suffix]}, {max(1, path.stat().st_size // 1024)} kB")
        return 0

    start = time.perf_counter()
    print(f"running {options.notebook}", flush=True)
    run(options.notebook, options.out)
    print(f"ran {options.notebook} in {time.perf_counter() - start:.0f} s")
    missing = set(options.expect) - {path.suffix[1:] for path in files_in(options.out) if path.stat().st_size}
    if missing:
        print(f"{options.notebook} left no {', '.join(sorted(missing))} in {options.out}/", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
