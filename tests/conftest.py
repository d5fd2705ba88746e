"""What every test shares: Hypothesis settings that repeat, and reasons for what cannot run here."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time; `--hypothesis-profile=explore` looks for new ones.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("repeatable")

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark by folder: tests/vs_nest needs NEST, tests/browser a browser."""
    no_nest = importlib.util.find_spec("nest") is None
    for item in items:
        try:
            folder = item.path.relative_to(TESTS).parts[0]
        except ValueError:  # not one of ours
            continue
        if folder == "vs_nest":
            item.add_marker(pytest.mark.oracle)
            if no_nest:
                item.add_marker(pytest.mark.skip(reason="NEST (nest-simulator) is not installed"))
        elif folder == "browser":
            item.add_marker(pytest.mark.browser)
