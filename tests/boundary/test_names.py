"""The public names."""

import spatialnet as sn


def test_dir_lists_what_users_call_and_nothing_else():
    assert dir(sn) == sorted([*sn.__all__, "__version__"])
    assert all(hasattr(sn, name) for name in dir(sn))
