"""Run the TypeScript tests and the Python tests; end with one line that counts all of them.

Arguments are handed to pytest.
"""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import browser

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "test-artifacts"


def run_node_tests() -> dict[str, int]:
    """Count of passed, failed and skipped TypeScript tests."""
    extension = ROOT / "labextension"
    if not shutil.which("npm") or not (extension / "node_modules").is_dir():
        print("SKIPPED labextension/tests: npm or labextension/node_modules is absent", flush=True)
        return {"passed": 0, "failed": 0, "skipped": 1}
    done = subprocess.run(
        ["npm", "test", "--silent"], cwd=extension, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    print(done.stdout, flush=True)  # before pytest writes to the same stream

    def count(word: str) -> int:
        match = re.search(rf"^(?:\S+ )?{word} (\d+)$", done.stdout, re.MULTILINE)
        return int(match[1]) if match else 0

    counts = {"passed": count("pass"), "failed": count("fail"), "skipped": count("skipped")}
    if done.returncode and not counts["failed"]:
        counts["failed"] = 1  # did not compile
    return counts


def run_python_tests(arguments: list[str]) -> dict[str, int]:
    """Count of passed, failed and skipped Python tests."""
    report = ARTIFACTS / "pytest.xml"
    report.unlink(missing_ok=True)
    code = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", "--durations=10", *arguments], cwd=ROOT
    ).returncode
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            failed = int(suite.get("failures")) + int(suite.get("errors"))
            skipped = int(suite.get("skipped"))
            counts["failed"] += failed
            counts["skipped"] += skipped
            counts["passed"] += int(suite.get("tests")) - failed - skipped
    if code and not counts["failed"]:
        counts["failed"] = 1  # interrupted, or nothing was collected
    return counts


def main() -> int:
    ARTIFACTS.mkdir(exist_ok=True)
    path, reason = browser.find_or_install()
    if path:
        os.environ["CHROMIUM"] = path
    else:
        os.environ["SPATIALNET_NO_BROWSER"] = reason  # tests/browser/conftest.py skips with it
        print(f"the browser tests will be skipped: {reason}", flush=True)
    parts = [run_node_tests(), run_python_tests(sys.argv[1:])]
    total = {word: sum(part[word] for part in parts) for word in parts[0]}
    print("tests: " + ", ".join(f"{n} {word}" for word, n in total.items()))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
