"""A long run leaks nothing: after a warm-up the memory of the process stays flat over a million steps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOAK = """
import os, resource
import spatialnet as sn

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

net = sn.Network(seed=1, threads=1)
cells = net.create("iaf_psc_alpha", n=20)
adaptive = net.create("aeif_cond_exp", n=3)
noise = net.create("poisson_generator", rate=8000.0)
net.connect(noise, cells, sn.all_to_all(), sn.static_synapse(weight=10.0))
net.connect(cells, cells, sn.fixed_indegree(5), sn.synapse("stdp_synapse", weight=20.0, delay=1.5))
net.connect(cells, adaptive, sn.all_to_all(), sn.static_synapse(weight=2.0, delay=0.7))
net.simulate(20_000.0, progress=False)
before = resident()
net.simulate(100_000.0, progress=False)  # a million steps, with spikes and plastic weights
print(resident() - before, round(net.time))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of a process is read from /proc")
def test_a_million_steps_leak_nothing():
    done = subprocess.run([sys.executable, "-c", SOAK], capture_output=True, text=True, check=True, env=os.environ | {"MALLOC_ARENA_MAX": "1"})
    grown, reached = map(int, done.stdout.split())
    assert reached == 120_000
    assert grown < 1_500_000, f"{grown / 1e6:.1f} MB more after a million steps"
