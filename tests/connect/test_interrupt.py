"""Ctrl-C during a long connect, as the terminal sends it."""

import os
import signal
import threading
import time

import pytest

import spatialnet as sn


def state(net):
    return repr(net), [(p.name, p.n, p.index) for p in net.projections]


@pytest.mark.parametrize("threads", [1, 2])
def test_an_interrupt_leaves_the_network_unchanged(threads):
    """A bound of 1 and a tiny p: every one of 900 million pairs has to be looked at, which takes many seconds."""
    net = sn.Network(seed=1, threads=threads)
    layer = net.create("iaf_psc_alpha", n=30_000)
    net.connect(layer[:100], layer[:50], sn.fixed_indegree(3), name="before")
    before = state(net)
    timer = threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT))
    begin = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            net.connect(layer, layer, sn.pairwise_bernoulli(sn.where(sn.random.uniform() < 1e-4, 1.0, 0.0)))
    finally:
        timer.cancel()
    assert time.monotonic() - begin > 0.4 and state(net) == before
    # the next projection is the one it would have been
    made = net.connect(layer[:100], layer[:50], sn.fixed_indegree(3), sn.static_synapse(sn.random.normal()))
    fresh = sn.Network(seed=1)
    other = fresh.create("iaf_psc_alpha", n=30_000)
    fresh.connect(other[:100], other[:50], sn.fixed_indegree(3), name="before")
    same = fresh.connect(other[:100], other[:50], sn.fixed_indegree(3), sn.static_synapse(sn.random.normal()))
    assert (made.sources == same.sources).all() and (made.weights == same.weights).all()
