"""Gap junctions: the same connections, errors, voltages and spike times as NEST's."""

import numpy as np
import pytest

import spatialnet as sn
from tests.vs_nest.on_both import agree, cases, ours, theirs

FAST, TRAUB = "hh_psc_alpha_gap", "hh_cond_beta_gap_traub"
BOTH = "{'rule': 'one_to_one', 'make_symmetric': True}"
GAP = "{'synapse_model': 'gap_junction', 'weight': 2.0}"

CONNECTIONS = cases(f"""
nest.Connect(a, b, {BOTH}, 'gap_junction'); nest.GetConnections()
nest.Connect(a, b, {BOTH}, {GAP}); nest.GetConnections().get(['source', 'target', 'weight', 'delay', 'synapse_model', 'receptor'])
nest.Connect(a, b, {BOTH}, {GAP}); nest.Simulate(1.0); nest.GetConnections(synapse_model='gap_junction').weight
nest.Connect(a, c, {BOTH}, {GAP}); nest.GetConnections()
nest.Connect(a, a, {BOTH}, {GAP}); nest.GetConnections()
nest.Connect(a, a, 'all_to_all', {GAP}); nest.GetConnections()
nest.Connect(a, a, {{'rule': 'all_to_all', 'allow_autapses': False}}, {GAP}); nest.GetConnections()
nest.Connect(a, b, {BOTH}, {{'synapse_model': 'gap_junction', 'weight': [1., 2., 3.]}}); nest.GetConnections()
nest.Connect(a, b, {BOTH}, {{'synapse_model': 'gap_junction', 'weight': -1.}}); nest.GetConnections()
nest.Connect(a, b, {BOTH}, nest.CollocatedSynapses({{'synapse_model': 'gap_junction'}}, {{'weight': 3., 'delay': 0.5}})); connections()
nest.Connect(a, b, 'one_to_one', nest.CollocatedSynapses({{'synapse_model': 'gap_junction'}}, {{'weight': 3., 'delay': 0.5}}))
for k in range(3): nest.Connect(a[k], b[k], {BOTH}, {GAP})
for k in range(3): nest.Connect(a[k], b[k], {BOTH}, {{'synapse_model': 'gap_junction', 'weight': k + 1.}}); \
nest.Connect(b[k], a[0], {BOTH}, {GAP}); nest.Connect(a[0], a[k], 'all_to_all')
c = [nest.Connect(a[k], b[2 - k], {BOTH}, {{'synapse_model': 'gap_junction', 'weight': k + 1.}}) for k in range(3)]; nest.GetConnections()
nest.Connect(a[:2], b[:2], {BOTH}, {GAP}); nest.Connect(a[:2], b[1:], {BOTH}, {GAP}); nest.Connect(b[0], a[2], {BOTH}, {GAP}); nest.GetConnections().get(['source', 'target'])
nest.Connect(a, b, {BOTH}, {GAP}); nest.num_connections, nest.min_delay, nest.max_delay
nest.Connect(a, b, {BOTH}, {GAP}); nest.Connect(a, b, syn_spec={{'delay': 0.3}}); nest.num_connections, nest.min_delay, nest.max_delay
nest.Connect(a, b, {BOTH}, {GAP}); c = nest.GetConnections(); c[0].weight = 5.; c.weight
nest.Connect(a, b, {BOTH}, {GAP}); c = nest.GetConnections(); c[0].disconnect(); nest.Simulate(1.0); nest.num_connections
nest.Connect(a, b, {BOTH}, {GAP}); nest.GetConnections().delay = 2.
nest.CopyModel('gap_junction', 'mine', {{'weight': 4.}}); nest.Connect(a, b, {BOTH}, 'mine'); nest.GetConnections()
nest.CopyModel('gap_junction', 'mine', {{'delay': 4.}})
nest.SetDefaults('gap_junction', {{'delay': 4.}})
nest.SetDefaults('gap_junction', {{'weight': 4.}}); nest.GetDefaults('gap_junction', ['weight', 'delay', 'has_delay', 'requires_symmetric'])
nest.Connect(a, b, {BOTH}, {{'synapse_model': 'gap_junction', 'delay': 1.}})
nest.Connect(a, b, {BOTH}, {{'synapse_model': 'gap_junction', 'receptor_type': 1}})
nest.Connect(a, b, 'one_to_one', {GAP})
nest.Connect(a, b, 'all_to_all', {GAP})
nest.Connect(a, b, {{'rule': 'all_to_all', 'make_symmetric': True}}, {GAP})
nest.Connect(a, a, 'all_to_all', {{'synapse_model': 'gap_junction', 'weight': [[1., 2., 3.]] * 3}})
nest.Connect(a, a, 'all_to_all', {{'synapse_model': 'gap_junction', 'weight': nest.random.uniform()}})
nest.Connect(a, b, {{'rule': 'fixed_indegree', 'indegree': 1}}, {GAP})
nest.Connect(a, b, {{'rule': 'fixed_indegree', 'indegree': 1, 'make_symmetric': True}}, {GAP})
nest.Connect(a, b, {{'rule': 'fixed_outdegree', 'outdegree': 1}}, {GAP})
nest.Connect(a, b, {{'rule': 'fixed_total_number', 'N': 1}}, {GAP})
nest.Connect(a, b, {{'rule': 'pairwise_bernoulli', 'p': 0.5}}, {GAP})
nest.Connect(a, b, {{'rule': 'symmetric_pairwise_bernoulli', 'p': 0.5, 'allow_autapses': False}}, {GAP})
nest.Connect(a, nest.Create('iaf_psc_alpha', 3), {BOTH}, {GAP})
nest.Connect(nest.Create('iaf_psc_alpha', 3), a, {BOTH}, {GAP})
nest.Connect(a, nest.Create('hh_psc_alpha', 3), {BOTH}, {GAP})
nest.Connect(nest.Create('lin_rate_ipn', 3), a, {BOTH}, {GAP})
nest.Connect(a, nest.Create('spike_recorder', 3), {BOTH}, {GAP})
nest.Connect(nest.Create('multimeter', 3), a, {BOTH}, {GAP})
nest.Connect(nest.Create('poisson_generator', 3), a, {BOTH}, {GAP})
nest.TripartiteConnect(a, b, c, {{'rule': 'pairwise_bernoulli', 'p': 1.}}, {{'rule': 'third_factor_bernoulli_with_pool'}}, {{'primary': {GAP}}})
""")


@pytest.mark.parametrize("lines", CONNECTIONS)
def test_connections(lines):
    agree(f"a = nest.Create('{FAST}', 3); b = nest.Create('{FAST}', 3); c = nest.Create('{TRAUB}', 3); {lines}" if "for k" not in lines[:5] else
          f"a = nest.Create('{FAST}', 3); b = nest.Create('{FAST}', 3)\n{lines}\nnest.GetConnections()")


SETTINGS = cases("""
nest.use_wfr = False; nest.use_wfr
nest.use_wfr = 1
nest.use_wfr = 'x'
nest.use_wfr = 1.
nest.Create('hh_psc_alpha_gap').node_uses_wfr
nest.use_wfr = False; nest.Create('hh_psc_alpha_gap').node_uses_wfr
n = nest.Create('iaf_psc_alpha'); nest.use_wfr = True
nest.Simulate(1.0); nest.use_wfr = False; nest.use_wfr
nest.wfr_tol = 1e-6; nest.wfr_tol
nest.wfr_tol = 0.; nest.wfr_tol
nest.wfr_tol = 1; nest.wfr_tol
nest.wfr_tol = -1.
nest.wfr_tol = 'x'
nest.wfr_max_iterations = 1; nest.wfr_max_iterations
nest.wfr_max_iterations = 0
nest.wfr_max_iterations = 1.5
nest.wfr_max_iterations = True
nest.wfr_interpolation_order = 0; nest.wfr_interpolation_order
nest.wfr_interpolation_order = 1; nest.wfr_interpolation_order
nest.wfr_interpolation_order = 2
nest.wfr_interpolation_order = 4
nest.wfr_interpolation_order = 3.0
nest.wfr_comm_interval = 0.5; nest.wfr_comm_interval
nest.wfr_comm_interval = 2; nest.wfr_comm_interval
nest.wfr_comm_interval = 0.15; nest.wfr_comm_interval
nest.wfr_comm_interval = 0.05
nest.wfr_comm_interval = 0.
nest.wfr_comm_interval = 'x'
nest.set(use_wfr=False, wfr_comm_interval=0.5)
nest.set(resolution=0.5, wfr_comm_interval=0.2)
n = nest.Create('iaf_psc_alpha'); nest.wfr_comm_interval = 0.5; nest.wfr_comm_interval
n = nest.Create('iaf_psc_alpha'); nest.Connect(n, n); nest.wfr_comm_interval = 0.5
n = nest.Create('iaf_psc_alpha'); nest.Connect(n, n); nest.set(wfr_tol=1e-5, wfr_max_iterations=3); nest.get(['wfr_tol', 'wfr_max_iterations'])
nest.wfr_tol = 1e-6; nest.ResetKernel(); nest.wfr_tol
""")


@pytest.mark.parametrize("lines", SETTINGS)
def test_settings_of_waveform_relaxation(lines):
    agree(lines)


def run(nest, lines, h, t):
    """Spike times of each cell, and voltages every 0.1 ms (times, cells); by NEST with waveforms of order 3 that have settled."""
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.set(resolution=h, wfr_interpolation_order=3, wfr_tol=1e-9, wfr_max_iterations=200, wfr_comm_interval=h)
    names = {"nest": nest, "np": np}
    exec(lines, names)  # noqa: S102
    cells = names["cells"]
    recorder, meter = nest.Create("spike_recorder"), nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.Connect(cells, recorder)
    nest.Connect(meter, cells)
    nest.Simulate(t)
    found, traces = recorder.events, meter.events
    order = np.lexsort((traces["senders"], np.round(traces["times"], 3)))
    voltages = traces["V_m"][order].reshape(-1, len(cells))[:round(t / 0.1) - 20]  # NEST keeps the last slice to itself
    return [np.sort(found["times"][found["senders"] == i]) for i in cells.tolist()], voltages


@pytest.mark.parametrize("models, g, currents", [((FAST, FAST), 5.0, (200.0, 0.0)), ((FAST, FAST), 30.0, (350.0, 100.0)),
                                                 ((TRAUB, TRAUB), 20.0, (900.0, 300.0)), ((FAST, TRAUB), 10.0, (200.0, 600.0))])
def test_pairs_follow_the_same_course(models, g, currents):
    """With steps of 0.1 ms here and of 0.01 ms there, and with equal ones."""
    lines = "\n".join([f"cells = nest.Create('{models[0]}', params={{'I_e': {currents[0]}}}) + nest.Create('{models[1]}', params={{'I_e': {currents[1]}}})",
                       f"nest.Connect(cells[0], cells[1], {BOTH}, {{'synapse_model': 'gap_junction', 'weight': {g}}})"])
    times, voltages = run(theirs, lines, 0.01, 40.0)
    coarse = run(ours, lines, 0.1, 40.0)[1]
    assert np.abs(coarse - voltages).max() < 0.2 and voltages.max() > 20
    fine = run(ours, lines, 0.01, 40.0)[0]
    for a, b in zip(fine, times):
        assert len(a) == len(b) and (np.abs(a - b) < 0.0101).all()
    assert sum(map(len, fine)) >= 2


NETWORK = """
random = np.random.default_rng(3)
cells = nest.Create('hh_psc_alpha_gap', 20, {'I_e': random.uniform(100.0, 250.0, 20)})
for source, target in random.integers(0, 20, (60, 2)):
    if source != target:
        nest.Connect(cells[int(source)], cells[int(target)], {'rule': 'one_to_one', 'make_symmetric': True},
                     {'synapse_model': 'gap_junction', 'weight': random.uniform(0.1, 1.0)})
pairs = random.integers(0, 20, (60, 2))
nest.Connect(np.array(cells)[pairs[:, 0]], np.array(cells)[pairs[:, 1]], 'one_to_one', {'weight': random.uniform(-60, 20, 60), 'delay': np.full(60, 1.5)})
drive = nest.Create('spike_generator', 20, [{'spike_times': np.unique(np.round(random.uniform(1.0, 49.0, 15), 1))} for _ in range(20)])
nest.Connect(drive, cells, 'one_to_one', {'weight': 100.0, 'delay': 1.0})
"""


def test_a_network_with_synapses_fires_at_the_same_times():
    here, own = run(ours, NETWORK, 0.02, 50.0)
    there, voltages = run(theirs, NETWORK, 0.02, 50.0)
    assert sum(map(len, here)) > 40
    for a, b in zip(here, there):
        assert len(a) == len(b) and (np.abs(a - b) < 0.0201).all()
    assert np.abs(own - voltages).max() < 0.2


@pytest.mark.parametrize("how", ["rules", "listed"])
def test_scripts_for_nest_make_the_same_connections(how):
    net = sn.Network(seed=3, threads=1)
    a, b = net.create(FAST, sn.grid([4, 4]), I_e=150 + 100 * sn.random.uniform()), net.create(TRAUB, n=16, I_e=600.0)
    synapse = sn.synapse("gap_junction", weight=sn.random.uniform())
    net.connect(a, b, sn.one_to_one(make_symmetric=True), sn.synapse("gap_junction", weight=2.0))
    net.connect(a, a, sn.symmetric_pairwise_bernoulli(0.5, mask=sn.circular(0.5)), synapse)
    net.connect(b, b, sn.all_to_all(allow_autapses=False), sn.synapse("gap_junction", weight=0.1))
    changed = net.connect(a, a, sn.pairs([0, 1, 1, 3], [1, 2, 2, 5], make_symmetric=True), synapse)
    changed.disconnect(source=[0, 1], target=[0, 1])
    own = sorted((i + 1, j + 1, w) for p in net.projections for i, j, w in zip(p.sources.tolist(), p.targets.tolist(), p.weights.tolist()))
    for nest in (theirs, ours):
        nest.ResetKernel()
        exec(net.to_nest_script(how).replace("import nest\n", "", 1), {"nest": nest, "np": np})  # noqa: S102
        found = nest.GetConnections(synapse_model="gap_junction").get(["source", "target", "weight"])
        assert sorted(zip(*found.values())) == own and len(own) > 200
    changed.set(weight=1.0, source=[1], target=[2])
    with pytest.raises(sn.errors.DataError, match="between the two directions"):
        net.to_nest_script()
