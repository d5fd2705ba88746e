"""`Connect`, its rules, switches, arrays and errors, and handles of connections: the same on `spatialnet.nest` and NEST."""

import numpy as np
import pytest
from scipy import stats

from tests.vs_nest.on_both import agree, cases, ours, outcome, theirs

A = "a = nest.Create('iaf_psc_alpha', 3); b = nest.Create('iaf_psc_exp', 4); c = nest.Create('iaf_psc_delta', 3); "

DETERMINISTIC = cases("""
nest.Connect(a, b)
nest.Connect(a, a)
nest.Connect(a, c, 'one_to_one')
nest.Connect(a, c, {'rule': 'one_to_one'})
nest.Connect(a, a, {'rule': 'one_to_one', 'allow_autapses': False})
nest.Connect(a, a, {'rule': 'all_to_all', 'allow_autapses': False})
nest.Connect(a, a, {'rule': 'all_to_all', 'allow_multapses': False})
nest.Connect(a, c, {'rule': 'one_to_one', 'make_symmetric': True})
nest.Connect(a, c, {'rule': 'one_to_one', 'make_symmetric': True}, {'weight': [1., 2., 3.], 'delay': [1., 2., 3.]})
nest.Connect(a, a, {'rule': 'one_to_one', 'make_symmetric': True})
nest.Connect(a, b, syn_spec='static_synapse')
nest.Connect(a, b, syn_spec={'weight': 2.5})
nest.Connect(a, b, syn_spec={'weight': 2})
nest.Connect(a, b, syn_spec={'weight': np.float64(2.5), 'delay': np.float32(1.5)})
nest.Connect(a, b, syn_spec={'weight': -2.5, 'delay': 0.5, 'synapse_model': 'static_synapse'})
nest.Connect(a, b, syn_spec={'weight': np.arange(12.).reshape(4, 3)})
nest.Connect(a, b, syn_spec={'weight': [[1., 2., 3.]] * 4, 'delay': np.arange(1., 13.).reshape(4, 3)})
nest.Connect(a, a, {'rule': 'all_to_all', 'allow_autapses': False}, {'weight': np.arange(9.).reshape(3, 3)})
nest.Connect(a, c, 'one_to_one', {'weight': [1., -2., 3.]})
nest.Connect(a, c, 'one_to_one', {'weight': np.array([1., -2., 3.]), 'delay': [0.1, 0.2, 0.3]})
nest.Connect(a, a, {'rule': 'one_to_one', 'allow_autapses': False}, {'weight': [1., -2., 3.]})
nest.Connect(a, a[::2]); nest.Connect(a[1:], b[::3])
nest.Connect(a + c, b)
nest.Connect(a + c, b[1:] + c, syn_spec={'weight': np.arange(36.).reshape(6, 6)})
nest.Connect(a + b, a + b, {'rule': 'one_to_one'}, {'weight': np.arange(7.)})
nest.Connect(a[[0, 2]], b[[1, 3]], 'one_to_one')
nest.Connect([1, 2, 3], [4, 5])
nest.Connect((1, 2, 3), (4, 5))
nest.Connect(np.array([1, 2]), np.array([4, 5]))
nest.Connect([3, 1, 1], [4, 4, 5], 'one_to_one')
nest.Connect([3, 1, 1], [4, 4, 4], 'one_to_one', {'weight': [1., 2., 3.], 'delay': [1., 2., 3.]})
nest.Connect(np.array([3, 1, 2]), np.array([1, 2, 3]), 'one_to_one', {'weight': np.array([1., 2., 3.]), 'delay': np.array([1., 2., 3.])})
nest.Connect(np.array([3, 1, 1]), np.array([4, 4, 5]), {'rule': 'one_to_one'}, {'weight': np.array([3.] * 3), 'delay': np.array([2.] * 3)})
nest.Connect(a, b, syn_spec=nest.CollocatedSynapses({'weight': 1.}, {'weight': 2., 'delay': 3.}))
nest.Connect(a, c, 'one_to_one', nest.CollocatedSynapses({'weight': [1., 2., 3.]}, {'delay': [1., 2., 3.]}))
len(nest.CollocatedSynapses({'weight': 1.}, {'weight': 2.}, {}))
nest.Connect(a, b); nest.Connect(a, b)
nest.Connect(a, b, return_synapsecollection=True)
nest.Connect(a, b); nest.Connect(a, b[:2], syn_spec={'weight': 3.}, return_synapsecollection=True)
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 0})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 3, 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': 4, 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1.0})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 0.0})
nest.Connect(a, a, {'rule': 'pairwise_bernoulli', 'p': 1.0, 'allow_autapses': False})
nest.Connect(a, b, {'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': 0.0})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': 0})
nest.CopyModel('static_synapse', 'exc', {'weight': 2.5, 'delay': 0.5}); nest.Connect(a, b, syn_spec='exc')
nest.CopyModel('static_synapse', 'exc', {'weight': 2.5}); nest.Connect(a, b, syn_spec={'synapse_model': 'exc', 'delay': 2.})
nest.SetDefaults('static_synapse', {'weight': 4.}); nest.Connect(a, b)
nest.SetDefaults('static_synapse', 'delay', 2.); nest.Connect(a, b)
nest.Connect(a, b, syn_spec={'synapse_model': 'static_synapse_lbl', 'synapse_label': 7})
nest.Connect(a, b, syn_spec='static_synapse_hpc')
nest.Connect(a, b, syn_spec={'delay': 0.14}); nest.Connect(a, b, syn_spec={'delay': 0.15}); nest.Connect(a, b, syn_spec={'delay': 0.05})
nest.Connect(a, b, syn_spec={'delay': 1.25}); nest.Connect(a, b, syn_spec={'delay': 1.349}); nest.Connect(a, b, syn_spec={'delay': 1.35})
nest.Connect(a, b, 'all_to_all', {'receptor_type': 0})
nest.ResetKernel(); nest.resolution = 0.5; d = nest.Create('parrot_neuron', 2); nest.Connect(d, d, syn_spec={'delay': 0.75})
nest.ResetKernel(); nest.resolution = 2.0; d = nest.Create('parrot_neuron', 2); nest.Connect(d, d)
g = nest.Create('poisson_generator'); nest.Connect(g, a)
g = nest.Create('poisson_generator', 3); nest.Connect(g, a, 'one_to_one')
g = nest.Create('spike_generator', 2); nest.Connect(g, a, {'rule': 'fixed_indegree', 'indegree': 2, 'allow_multapses': False})
g = nest.Create('dc_generator'); nest.Connect(g, b, syn_spec={'weight': 2., 'delay': 3.})
p = nest.Create('parrot_neuron', 4); nest.Connect(b, p, 'one_to_one')
r = nest.Create('spike_recorder'); nest.Connect(a, r)
r = nest.Create('spike_recorder', 3); nest.Connect(a, r, 'one_to_one')
r = nest.Create('spike_recorder', 2); nest.Connect(a + b, r, syn_spec={'weight': 3., 'delay': 2.})
m = nest.Create('multimeter', params={'record_from': ['V_m']}); nest.Connect(m, a)
m = nest.Create('voltmeter', 3); nest.Connect(m, a, 'one_to_one')
v = nest.Create('voltmeter'); nest.Connect(v, a + c)
for n in a: nest.Connect(n, b[0], syn_spec={'weight': 2. * n.global_id})
for i in range(3): nest.Connect(a[i], c[2 - i], 'one_to_one', {'weight': float(i), 'delay': 1. + i})
for i in range(3): nest.Connect(a[i], a, {'rule': 'all_to_all', 'allow_autapses': False}, {'weight': float(i)})
nest.Connect(a, b, conn_spec={'rule': 'symmetric_pairwise_bernoulli', 'p': 0., 'allow_autapses': False, 'allow_multapses': True, 'make_symmetric': True})
""")


@pytest.mark.parametrize("lines", DETERMINISTIC)
def test_the_same_connections(lines):
    assert agree(A + lines + "; connections()" if not lines.startswith("for") else A + "\n" + lines + "\nconnections()")[0] == "value"


FAULTS = cases("""
nest.Connect([1., 2.], [3, 4], 'one_to_one')
nest.Connect([1, 2], [3., 4.], 'one_to_one')
nest.Connect(a, b, 5)
nest.Connect(a, b, {'p': 0.5})
nest.Connect(a, b, {})
nest.Connect(a, b, 'no_rule')
nest.Connect(a, b, {'rule': 'no_rule'})
nest.Connect(a, b, {'rule': 'all_to_all', 'x': 1})
nest.Connect(a, b, {'rule': 'one_to_one', 'indegree': 1})
nest.Connect(a, b, 'one_to_one')
nest.Connect(a, b, 'fixed_indegree')
nest.Connect(a, b, {'rule': 'fixed_indegree'})
nest.Connect(a, b, {'rule': 'fixed_outdegree'})
nest.Connect(a, b, {'rule': 'fixed_total_number'})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli'})
nest.Connect(a, b, {'rule': 'pairwise_poisson'})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'outdegree': 2})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 2.})
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': 2.})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': 2.})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': -1})
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': -1})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': -1})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 4, 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': 5, 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': 13, 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': 10, 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1.5})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': -0.5})
nest.Connect(a, b, {'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': -1.})
nest.Connect(a, b, {'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': 1., 'allow_multapses': False})
nest.Connect(a, b, {'rule': 'symmetric_pairwise_bernoulli', 'p': 0.5})
nest.Connect(a, a, {'rule': 'symmetric_pairwise_bernoulli', 'p': 0.5, 'allow_autapses': False, 'make_symmetric': False})
nest.Connect(a, a, {'rule': 'symmetric_pairwise_bernoulli', 'p': 0.5, 'allow_autapses': False, 'allow_multapses': False, 'make_symmetric': True})
nest.Connect(a, a, {'rule': 'symmetric_pairwise_bernoulli', 'p': 1.0, 'allow_autapses': False, 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'all_to_all', 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 1, 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': 1, 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': 1, 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1., 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': 1., 'make_symmetric': True})
nest.Connect(a, b, {'rule': 'all_to_all', 'allow_autapses': 1})
nest.Connect(a, b, {'rule': 'all_to_all', 'allow_multapses': 0})
nest.Connect(a, c, {'rule': 'one_to_one', 'make_symmetric': 1})
nest.Connect(a, b, syn_spec=3)
nest.Connect(a, b, syn_spec='no_synapse')
nest.Connect(a, b, syn_spec={'synapse_model': 'no_synapse'})
nest.Connect(a, b, syn_spec={'model': 'static_synapse'})
nest.Connect(a, b, syn_spec={'x': 3.})
nest.Connect(a, b, syn_spec={'weight': 'x'})
nest.Connect(a, b, syn_spec={'delay': 'x'})
nest.Connect(a, b, syn_spec={'delay': 0.})
nest.Connect(a, b, syn_spec={'delay': -1.})
nest.Connect(a, b, syn_spec={'delay': 0.04})
nest.Connect(a, b, syn_spec={'receptor_type': 1})
nest.Connect(a, b, syn_spec={'receptor_type': 0.5})
nest.Connect(a, b, syn_spec={'synapse_label': 3})
nest.Connect(a, b, syn_spec={'synapse_model': 'static_synapse_lbl', 'synapse_label': -3})
nest.Connect(a, b, syn_spec={'weight': [1., 2.]})
nest.Connect(a, b, syn_spec={'weight': np.ones((3, 4))})
nest.Connect(a, b, syn_spec={'weight': np.ones((2, 2))})
nest.Connect(a, c, 'one_to_one', {'weight': [1., 2.]})
nest.Connect(a, c, 'one_to_one', {'weight': np.ones((3, 3))})
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 2}, {'weight': np.ones((3, 2))})
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': 2}, {'weight': np.ones((4, 2))})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': 5}, {'weight': np.ones(4)})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1.}, {'weight': np.ones(12)})
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1.}, {'weight': np.ones((4, 3))})
nest.Connect(a, [])
nest.Connect(nest.NodeCollection(), a)
nest.Connect(a, nest.NodeCollection())
nest.Connect(1, a)
nest.Connect(a, 1)
nest.Connect([99], a)
nest.Connect([2, 1], a)
nest.Connect([1, 1], a)
nest.Connect([1, 2], [3], 'one_to_one')
nest.Connect(a, b, {'rule': 'third_factor_bernoulli_with_pool', 'p': 1.})
nest.Connect(a, nest.Create('poisson_generator'))
nest.Connect(nest.Create('poisson_generator'), nest.Create('poisson_generator'))
nest.Connect(nest.Create('dc_generator'), nest.Create('parrot_neuron'))
nest.Connect(a, nest.Create('multimeter'))
nest.Connect(a, nest.Create('voltmeter'))
nest.Connect(nest.Create('spike_recorder'), a)
nest.Connect(nest.Create('spike_recorder'), nest.Create('spike_recorder'))
nest.Connect(nest.Create('multimeter'), nest.Create('spike_recorder'))
nest.Connect(nest.Create('multimeter', params={'record_from': ['x']}), a)
nest.Connect(nest.Create('multimeter', params={'record_from': ['V_m']}), nest.Create('parrot_neuron'))
nest.Connect(nest.Create('voltmeter'), nest.Create('parrot_neuron'))
v = nest.Create('voltmeter'); nest.Connect(v, a); nest.Connect(v, a[:1])
nest.Connect(a, nest.Create('spike_recorder'), {'rule': 'fixed_indegree', 'indegree': 1})
nest.Connect(a, nest.Create('spike_recorder'), {'rule': 'pairwise_bernoulli', 'p': 1.})
nest.CopyModel('static_synapse', 'other'); g = nest.Create('poisson_generator'); nest.Connect(g, a); nest.Connect(g, b, syn_spec='other')
nest.Connect(a, b, syn_spec={'weight': nest.spatial.pos.x})
nest.Connect(a, b, {'rule': 'fixed_total_number', 'N': nest.random.uniform_int(3)})
nest.Connect(a, b, syn_spec={'weight': nest.math.redraw(nest.random.uniform(), 2., 3.)})
nest.min_delay = 1.
nest.set(min_delay=2., max_delay=1.)
nest.Connect(a, b); nest.set(min_delay=0.5, max_delay=2.)
nest.set(min_delay=0.5, max_delay=2.); nest.Connect(a, b, syn_spec={'delay': 3.})
nest.set(min_delay=0.5, max_delay=2.); nest.Connect(a, b, syn_spec={'delay': 0.3})
nest.Connect(a, b); nest.Simulate(1.); nest.Connect(a, b, syn_spec={'delay': 2.})
nest.Connect(a, b); nest.Simulate(1.); nest.GetConnections().set(delay=0.5)
nest.CopyModel('static_synapse', 'static_synapse')
nest.CopyModel('no_synapse', 'new')
nest.CopyModel('static_synapse', 'new', {'x': 1.})
nest.SetDefaults('no_model', {'x': 1.})
nest.SetDefaults('static_synapse', {'x': 1.})
nest.SetDefaults('static_synapse', {'weight': nest.random.uniform()})
nest.GetDefaults('no_model')
nest.GetDefaults('static_synapse', 'x')
nest.GetDefaults('static_synapse', 3)
nest.GetConnections([1])
nest.GetConnections(target=3)
nest.GetConnections(synapse_model='no_synapse')
nest.Disconnect(a, b)
nest.Disconnect(a, c)
nest.Disconnect(a, c, conn_spec={'rule': 'fixed_indegree', 'indegree': 1})
nest.Connect(a, c, 'one_to_one'); nest.Disconnect(a, c, syn_spec='no_synapse')
nest.Connect(a, c, 'one_to_one'); nest.Disconnect(a, c); nest.Disconnect(a, c)
nest.Disconnect(3)
nest.Disconnect(a)
""")


@pytest.mark.parametrize("lines", FAULTS)
def test_the_same_errors(lines):
    assert agree(A + lines)[0] == "error"


REPEATED = cases("""
once(1.); once(2); once(np.float64(3.)); connections()
once(1.); once(True)
once(1.); once('x')
once(1.); once([1., 2.])
once(1.); once(1., delay=0.05)
once(1.); once(1., delay=2.); once(1., delay=1); connections()
once(1.); once(1., delay=np.inf)
once(1.); once(1., receptor_type=0); once(1., receptor_type=7)
once(1.); once(1., receptor_type=0); once(1., receptor_type=0.)
once(1.); once(1., x=1.)
once(1.); nest.SetDefaults('static_synapse', {'delay': 3.}); once(1.); connections()
once(1.); nest.CopyModel('static_synapse', 'mine', {'delay': 3.}); once(1., synapse_model='mine'); once(2., synapse_model='mine'); connections()
nest.CopyModel('static_synapse', 'mine'); once(1., synapse_model='mine'); nest.SetDefaults('mine', {'delay': 3.}); once(2., synapse_model='mine'); connections()
once(1.); nest.Simulate(1.); once(2.); connections()
once(1.); nest.Simulate(1.); once(2., delay=3.)
nest.Connect(a, c, 'one_to_one'); nest.Connect(a, c[:2], 'one_to_one')
nest.Connect(a, c, 'one_to_one'); nest.Connect(a[1:], c[:2], 'one_to_one'); connections()
nest.Connect(a, a, {'rule': 'one_to_one', 'allow_autapses': False}); nest.Connect(a[0], a[1], {'rule': 'one_to_one', 'allow_autapses': False}); connections()
nest.Connect(a, c, {'rule': 'one_to_one', 'make_symmetric': False}); nest.Connect(a, c, {'rule': 'one_to_one', 'make_symmetric': 0})
nest.Connect(a, b); nest.Connect(a[np.zeros(3, bool)], b)
once(0.5, synapse_model='tsodyks_synapse', U=0.5); once(0.5, synapse_model='tsodyks_synapse', U=1.5)
once(1., synapse_model='stdp_synapse', alpha=2.); once(3., synapse_model='stdp_synapse', alpha=1.); s = nest.GetConnections(); s.alpha, s.weight
g = nest.Create('poisson_generator'); nest.Connect(g, a); nest.Connect(g, b[0]); nest.Connect(g, b[1]); connections()
g = nest.Create('dc_generator'); nest.Connect(g, a); nest.CopyModel('static_synapse', 'mine'); nest.Connect(g, a, syn_spec='mine')
nest.CopyModel('static_synapse', 'mine'); g = nest.Create('dc_generator', 2); nest.Connect(g[0], a, syn_spec='mine'); nest.Connect(g[1], a); nest.Connect(g[1], a, syn_spec='mine')
m = nest.Create('multimeter'); nest.Connect(m, a[0]); nest.Connect(m, a[1]); connections()
m = nest.Create('multimeter'); nest.Connect(m, a[0]); nest.Connect(m, a)
m = nest.Create('multimeter'); nest.Connect(m, a[0]); nest.Simulate(1.); nest.Connect(m, a[0])
m = nest.Create('multimeter', 2, [{'record_from': ['V_m']}, {'record_from': ['w']}]); nest.Connect(m[0], a); nest.Connect(m[1], a)
r = nest.Create('spike_recorder'); nest.Connect(a, r); nest.Connect(b[1], r); nest.Connect(b[2], r); nest.Connect(b[2], r); connections()
w = nest.Create('weight_recorder'); nest.CopyModel('static_synapse', 'mine', {'weight_recorder': w}); once(1., synapse_model='mine'); once(2., synapse_model='mine'); connections()
""")


@pytest.mark.parametrize("lines", REPEATED)
def test_calls_like_earlier_ones_are_checked_all_the_same(lines):
    """Of a call that was made before, only what differs is looked at: nothing may slip through."""
    once = "once = lambda weight, **more: nest.Connect(a[0], b[1], 'one_to_one', {'weight': weight, **more}); "
    agree(A + once + lines)


STATEMENTS = cases("""
nest.Connect([1., 2.], a)
nest.Connect(np.array([1., 2.]), a)
nest.Connect([1, 2], a, 'one_to_one')
nest.Connect([3, 1], [4, 5], 'fixed_indegree')
nest.Connect(a, b, syn_spec={'weight': True}); connections()
nest.Connect(a, b, syn_spec={'synapse_model': 'static_synapse_hom_w', 'weight': 3.})
nest.Connect(a, b, syn_spec={'synapse_model': 'stdp_synapse_hom', 'tau_plus': 3.})
m = nest.Create('iaf_psc_exp_multisynapse', 2, {'tau_syn': [1., 2.]}); nest.Connect(a, m, syn_spec={'receptor_type': 2}); nest.GetConnections().receptor
m = nest.Create('iaf_psc_exp_multisynapse', 2, {'tau_syn': [1., 2.]}); nest.Connect(a, m, syn_spec={'receptor_type': 3})
m = nest.Create('iaf_psc_exp_multisynapse', 2, {'tau_syn': [1., 2.]}); nest.Connect(a, m, syn_spec={'receptor_type': 0})
m = nest.Create('iaf_psc_exp_multisynapse', 2, {'tau_syn': [1., 2.]}); nest.Connect(a, m, syn_spec={'receptor_type': 2}); m.tau_syn = [1.]
nest.Connect(a, b, syn_spec={'synapse_model': 'stdp_synapse', 'alpha': [[1., 2., 3.]] * 4}); nest.GetConnections().alpha
nest.Connect(a, b, syn_spec={'synapse_model': 'diffusion_connection', 'weight': 3.})
g = nest.Create('poisson_generator'); nest.Connect(g, a, syn_spec='stdp_synapse')
g = nest.Create('poisson_generator'); nest.Connect(g, a, syn_spec='bernoulli_synapse')
g = nest.Create('poisson_generator'); nest.Connect(g, a, syn_spec='cont_delay_synapse'); nest.num_connections
nest.Connect(a, b, {'rule': 'fixed_indegree', 'indegree': 2 + nest.random.uniform_int(1)}); nest.num_connections
nest.Connect(a, b, {'rule': 'fixed_outdegree', 'outdegree': 2.4 + 0. * nest.random.uniform()}); nest.num_connections
nest.Connect(a, b, {'rule': 'pairwise_bernoulli', 'p': 1. + 0. * nest.random.uniform()}); nest.num_connections
nest.Connect(a, b, {'rule': 'all_to_all'}, {'delay': 1. + 0. * nest.random.uniform()}); nest.GetConnections().delay
nest.set(min_delay=0.5, max_delay=2.); nest.min_delay, nest.max_delay
nest.SetDefaults('static_synapse', {'receptor_type': 1}); nest.Connect(a, b)
nest.GetDefaults('static_synapse')['requires_symmetric'], nest.GetDefaults('static_synapse')['has_delay']
sorted(nest.synapse_models)[:3]
nest.Connect(a, b); nest.GetConnections().get(['weight', 'x'])
nest.Connect(a, b); nest.Connect(a, a, syn_spec='stdp_synapse'); nest.GetConnections(a[:1]).get('alpha')
nest.TripartiteConnect(a, b, c, {'rule': 'fixed_indegree', 'indegree': 2}, {'rule': 'third_factor_bernoulli_with_pool', 'p': 1., 'pool_size': 1}); nest.num_connections
nest.TripartiteConnect(a, b, c, {'rule': 'fixed_indegree', 'indegree': 2}, {'rule': 'third_factor_bernoulli_with_pool', 'p': 1., 'pool_size': 4})
nest.TripartiteConnect(a, b, c, {'rule': 'fixed_indegree', 'indegree': 2}, {'rule': 'third_factor_bernoulli_with_pool', 'p': 1., 'pool_size': 1, 'pool_type': 'block'})
nest.TripartiteConnect(a, b, c, {'rule': 'fixed_indegree', 'indegree': 2}, {'rule': 'all_to_all'})
nest.TripartiteConnect(a, b, c, {'rule': 'symmetric_pairwise_bernoulli', 'p': .5, 'allow_autapses': False, 'make_symmetric': True}, {'rule': 'third_factor_bernoulli_with_pool'})
""")


@pytest.mark.parametrize("lines", STATEMENTS)
def test_what_else_is_said_of_connecting(lines):
    """Receptors, common properties, generators, Parameters instead of numbers, third factors."""
    agree(A + lines)


MADE = A + "nest.Connect(a, b, syn_spec={'weight': np.arange(12.).reshape(4, 3), 'delay': 1.5}); s = nest.GetConnections(); "
HANDLES = cases("""
nest.Connect(a, b); nest.GetConnections().disconnect(); nest.GetConnections().get(['weight', 'delay'])
s
len(s)
bool(s)
s[0]
s[-1]
s[2:5]
s[::3]
s[::-1]
s[99]
s[[1, 2]]
s['x']
s + s
s == s
s == nest.GetConnections()
s[:2] == s[1:3]
s[1] in s
list(s.sources())
list(s.targets())
[c.get('weight') for c in s]
s.get('weight')
s[0].get('weight')
s.get(['weight', 'delay'])
s[0].get(['source', 'target', 'delay'])
s[0].get('no_key')
s.weight
s[0].weight
s.source
s[3].target
s.synapse_model
s[0].receptor
sorted(s[0].get())
sorted(s.get())
s.get('weight', output='json')
s.get('weight', output='pandas').to_dict('list')
s.get(['weight', 'target'], output='pandas').to_dict('list')
nest.NodeCollection(), nest.GetConnections(nest.NodeCollection([1]), a).get()
nest.GetConnections(c).get('weight')
nest.GetConnections(c)
len(nest.GetConnections(c))
nest.GetConnections(a[:1])
nest.GetConnections(target=b[1:3])
nest.GetConnections(a[1:], b[::2])
nest.GetConnections(synapse_model='static_synapse')
nest.GetConnections(a, b, 'static_synapse', -1)
nest.GetConnections(synapse_label=5)
s.distance
s.set(weight=3.); s
s.set({'weight': 3., 'delay': 2.}); s
s.set(weight=list(np.arange(12.) * 2)); s
s.set({'weight': np.arange(12.) * 2}); s
s.set([{'weight': 1. * i} for i in range(12)]); s
s[3:5].set(weight=7.); s
s[::-1].set(weight=[float(i) for i in range(12)]); s
s.weight = 4.; s
s[2].delay = 4.; s
s.set(weight=3); s
nest.SetStatus(s, 'weight', 5.); s
nest.SetStatus(s, {'weight': 5.}); nest.GetStatus(s, 'weight')
nest.GetStatus(s[:2], ['source', 'weight'])
s.set(weight=[1., 2.])
s.set([{'weight': 1.}])
s.set(x=3.)
s.set(source=1)
s.set(port=1)
s.set(weight=nest.random.uniform())
s.set({'weight': 3.}, delay=2.)
s.set(delay=0.)
s.no_key = 3
s[:3].disconnect(); nest.GetConnections()
nest.Disconnect(s[3:]); nest.GetConnections()
nest.Disconnect(s); nest.GetConnections()
nest.Disconnect(a[:1], b[1:2]); nest.GetConnections()
nest.Disconnect(a, b, conn_spec='all_to_all'); nest.GetConnections()
nest.Disconnect(a[:2], b[:2], conn_spec='one_to_one', syn_spec='static_synapse'); nest.GetConnections()
nest.Disconnect(a[:2], b[:2], conn_spec={'rule': 'one_to_one'}); nest.num_connections
nest.Connect(a, b); nest.Disconnect(a, b, conn_spec='all_to_all'); nest.num_connections
nest.num_connections
nest.min_delay, nest.max_delay
nest.GetDefaults('static_synapse', 'num_connections')
nest.ResetKernel(); a.get('V_m')
nest.ResetKernel(); nest.num_connections
g = nest.Create('poisson_generator'); r = nest.Create('spike_recorder'); nest.Connect(g, a); nest.Connect(c, r); nest.Connect(c, a[:1]); nest.GetConnections()
nest.CopyModel('static_synapse', 'zz', {'weight': 9.}); nest.Connect(a, a[:1], syn_spec='zz'); nest.GetConnections(synapse_model='zz')
nest.CopyModel('static_synapse', 'zz', {'weight': 9.}); nest.Connect(a, a[:1], syn_spec='zz'); nest.GetConnections(a)
nest.Connect(c, a, syn_spec={'synapse_model': 'static_synapse_lbl', 'synapse_label': 3}); nest.GetConnections(synapse_label=3)
nest.Connect(c, a, syn_spec={'synapse_model': 'static_synapse_lbl', 'synapse_label': 3}); nest.GetConnections(c).get('synapse_label')
nest.Connect(a, a[:1]); nest.GetConnections(a[:1])
nest.Connect(a[:1], c); nest.Connect(a[:1], a); nest.GetConnections(a[:1])
nest.Connect(a[0], c[2]); nest.Connect(a[0], c[1]); nest.Connect(a[0], c[0]); nest.GetConnections(a[0], c)
""")


@pytest.mark.parametrize("lines", HANDLES)
def test_handles_of_connections(lines):
    agree(MADE + lines)


DEFAULTS = cases("""
nest.GetDefaults('static_synapse', 'weight')
nest.GetDefaults('static_synapse', ['weight', 'delay'])
nest.GetDefaults('static_synapse', ['weight', 'delay'], output='json')
sorted(nest.GetDefaults('static_synapse'))
sorted(nest.GetDefaults('static_synapse_lbl'))
nest.GetDefaults('static_synapse')['delay']
nest.CopyModel('static_synapse', 'x', {'weight': 3.}); nest.GetDefaults('x', ['weight', 'delay', 'synapse_model', 'receptor_type'])
nest.CopyModel('static_synapse', 'x', {'weight': 3.}); nest.CopyModel('x', 'y', {'delay': 2.}); nest.GetDefaults('y', ['weight', 'delay'])
nest.CopyModel('static_synapse', 'x'); 'x' in nest.synapse_models
nest.CopyModel('iaf_psc_alpha', 'x', {'V_th': -50.}); n = nest.Create('x', 2); n.get(['V_th', 'model'])
nest.CopyModel('iaf_psc_alpha', 'x', {'V_th': -50.}); nest.SetDefaults('x', {'C_m': 100.}); nest.Create('x', 2, {'tau_m': 5.}).get(['V_th', 'C_m', 'tau_m'])
nest.SetDefaults('iaf_psc_alpha', {'V_m': -60.}); nest.Create('iaf_psc_alpha', 2).V_m
nest.SetDefaults('iaf_psc_alpha', {'V_m': -60.}); nest.GetDefaults('iaf_psc_alpha', 'V_m')
nest.SetDefaults('iaf_psc_alpha', {'C_m': -60.})
nest.CopyModel('iaf_psc_alpha', 'x', {'no': 3.})
nest.CopyModel('iaf_psc_alpha', 'iaf_psc_exp')
nest.SetDefaults('spike_recorder', {'start': 5.}); nest.Create('spike_recorder').start
nest.CopyModel('spike_recorder', 'rec', {'label': 'me'}); nest.Create('rec').get(['label', 'model', 'element_type'])
nest.SetDefaults('poisson_generator', {'rate': 50.}); nest.Create('poisson_generator').rate
nest.GetDefaults('iaf_psc_exp', ['C_m', 'tau_m', 'tau_syn_ex', 'tau_syn_in', 't_ref', 'E_L', 'I_e', 'V_m', 'V_th', 'V_reset', 'rho', 'delta'])
nest.GetDefaults('iaf_psc_delta', ['C_m', 'tau_m', 't_ref', 'E_L', 'I_e', 'V_m', 'V_th', 'V_reset', 'V_min', 'refractory_input'])
nest.GetDefaults('poisson_generator', ['rate', 'start', 'stop', 'origin', 'element_type'])
nest.GetDefaults('dc_generator', ['amplitude', 'start', 'stop', 'origin', 'element_type'])
nest.GetDefaults('spike_generator', ['spike_times', 'spike_weights', 'start', 'stop', 'origin', 'precise_times'])
nest.GetDefaults('spike_recorder', ['start', 'stop', 'origin', 'label', 'record_to', 'time_in_steps', 'n_events', 'events'])
nest.GetDefaults('multimeter', ['interval', 'offset', 'record_from', 'record_to', 'stop'])
nest.GetDefaults('voltmeter', ['interval', 'offset', 'record_from'])
nest.GetDefaults('iaf_psc_alpha', 'recordables')
""")


@pytest.mark.parametrize("lines", DEFAULTS)
def test_defaults_and_copies_of_models(lines):
    agree(lines)


POOL = "a = nest.Create('iaf_psc_alpha', 40); b = nest.Create('iaf_psc_exp', 30); "
RANDOM = cases("""
{'rule': 'fixed_indegree', 'indegree': 7}
{'rule': 'fixed_indegree', 'indegree': 20, 'allow_multapses': False}
{'rule': 'fixed_outdegree', 'outdegree': 7}
{'rule': 'fixed_outdegree', 'outdegree': 20, 'allow_multapses': False}
{'rule': 'fixed_total_number', 'N': 500}
{'rule': 'pairwise_bernoulli', 'p': 0.3}
{'rule': 'pairwise_bernoulli', 'p': nest.random.uniform()}
{'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': 0.4}
{'rule': 'fixed_indegree', 'indegree': 5 + nest.random.uniform_int(4)}
{'rule': 'fixed_outdegree', 'outdegree': 5 + nest.random.uniform_int(4)}
""")


@pytest.mark.parametrize("rule", RANDOM)
def test_random_rules_agree_in_distribution(rule):
    """In- and out-degrees of 30 draws each: two-sample Kolmogorov-Smirnov tests at p > 1e-3, fixed seeds."""
    degrees = {}
    for nest in (ours, theirs):
        nest.ResetKernel()
        nest.rng_seed = 1234
        a, b = nest.Create("iaf_psc_alpha", 40), nest.Create("iaf_psc_exp", 30)
        for _ in range(30):
            nest.Connect(a, b, eval(rule, {"nest": nest}))
        table = nest.GetConnections().get(["source", "target"])
        degrees[nest] = [np.bincount(table["source"], minlength=71)[1:41], np.bincount(table["target"], minlength=71)[41:]]
    for here, there in zip(degrees[ours], degrees[theirs]):
        assert stats.ks_2samp(here, there).pvalue > 1e-3
        assert abs(here.mean() - there.mean()) <= 4 * np.sqrt((here.var() + there.var()) / len(here)) + 1e-9


VALUES = cases("""
nest.random.uniform(0.5, 2.)
nest.random.normal(3., 0.5)
nest.random.lognormal(0.1, 0.4)
nest.random.exponential(2.)
1 + nest.random.uniform_int(5)
nest.math.redraw(nest.random.normal(1., 2.), 0.5, 3.)
nest.math.max(nest.random.normal(1., 2.), 0.5)
nest.math.exp(nest.random.uniform()) * 2 - 1 / (1 + nest.random.uniform())
nest.logic.conditional(nest.random.uniform() < 0.3, 1., 2 * nest.random.uniform())
nest.math.sin(nest.random.uniform()) + nest.math.cos(nest.random.uniform()) ** 2
""")


@pytest.mark.parametrize("parameter", VALUES)
@pytest.mark.parametrize("what", ["weight", "delay", "V_m"])
def test_random_values_agree_in_distribution(parameter, what):
    found = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        nest.rng_seed = 99
        value = eval(parameter, {"nest": nest})
        a = nest.Create("iaf_psc_alpha", 50)
        if what == "V_m":
            a = nest.Create("iaf_psc_alpha", 2500, {"V_m": value})
            found.append(np.array(a.V_m))
        else:
            nest.Connect(a, a, syn_spec={what: value + (1. if what == "delay" else 0.)})
            found.append(np.round(nest.GetConnections().get(what), 9))
    assert stats.ks_2samp(*found).pvalue > 1e-3


TRIPARTITE = cases("""
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'p': 1., 'pool_type': 'block', 'pool_size': 1})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'p': 0.})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'pool_type': 'block', 'pool_size': 1}, {'primary': {'weight': 2.}, 'third_in': {'weight': 3.}, 'third_out': {'delay': 2.}})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'all_to_all'})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'p': 2.})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'pool_size': 99})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'pool_size': 0})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'pool_type': 'x'})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool', 'pool_type': 'block', 'pool_size': 2})
nest.TripartiteConnect(a, b, t, {'rule': 'all_to_all'}, {'rule': 'third_factor_bernoulli_with_pool'}, {'primary': {'weight': [1., 2.]}})
nest.TripartiteConnect(a, a, t, {'rule': 'symmetric_pairwise_bernoulli', 'p': 0.5, 'allow_autapses': False, 'make_symmetric': True}, {'rule': 'third_factor_bernoulli_with_pool'})
""")


@pytest.mark.parametrize("lines", TRIPARTITE)
def test_tripartite_connectivity(lines):
    agree(A + "t = nest.Create('parrot_neuron', 2); " + lines + "; connections()")


@pytest.mark.parametrize("pool", [{}, {"pool_size": 2}, {"pool_size": 1, "pool_type": "random"}])
def test_tripartite_pools_have_the_same_number_of_connections(pool):
    for nest in (ours, theirs):
        nest.ResetKernel()
        a, t = nest.Create("parrot_neuron", 20), nest.Create("parrot_neuron", 5)
        nest.TripartiteConnect(a, a, t, {"rule": "fixed_indegree", "indegree": 4}, {"rule": "third_factor_bernoulli_with_pool", **pool})
        assert nest.num_connections == 240
        used = [len(set(nest.GetConnections(t, n).get("source"))) for n in a]
        assert max(used) <= pool.get("pool_size", 5)


@pytest.mark.parametrize("rule, shape", [({"rule": "fixed_indegree", "indegree": 2}, (4, 2)), ({"rule": "fixed_outdegree", "outdegree": 2}, (3, 2)),
                                         ({"rule": "fixed_total_number", "N": 9}, (9,))])
def test_arrays_go_to_the_connections_of_their_row(rule, shape):
    """Rows belong to targets (indegree) or sources (outdegree), whichever partners are drawn."""
    values = np.arange(np.prod(shape), dtype=float).reshape(shape)
    found = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        a, b = nest.Create("iaf_psc_alpha", 3), nest.Create("iaf_psc_alpha", 4)
        nest.Connect(a, b, rule, {"weight": values})
        table = nest.GetConnections().get(["source", "target", "weight"])
        end = {"fixed_indegree": table["target"], "fixed_outdegree": table["source"], "fixed_total_number": [0] * 9}[rule["rule"]]
        found.append(sorted(zip(end, table["weight"])))
    assert found[0] == found[1]


def test_a_failed_call_makes_no_connection():
    for lines in FAULTS[:60]:
        assert outcome(ours, f"{A}\ntry:\n    {lines}\nexcept Exception: pass\nnest.num_connections") == ("value", 0)


WITHOUT_DELAY_OR_WEIGHT = cases("""
nest.Connect(r, r, syn_spec={'synapse_model': 'rate_connection_instantaneous', 'delay': 1.})
nest.Connect(r, r, syn_spec={'synapse_model': 'rate_connection_instantaneous', 'delay': 0.})
nest.Connect(r, r, syn_spec={'synapse_model': 'rate_connection_instantaneous', 'junk': 0.})
nest.Connect(s, s, syn_spec={'synapse_model': 'diffusion_connection', 'delay': 1.})
nest.Connect(s, s, syn_spec={'synapse_model': 'diffusion_connection', 'weight': 1.})
nest.Connect(s, s, syn_spec={'synapse_model': 'diffusion_connection', 'junk': 1.})
nest.Connect(s, s, syn_spec={'synapse_model': 'diffusion_connection', 'drift_factor': 2.}); nest.GetConnections().get('drift_factor')
nest.SetDefaults('diffusion_connection', {'weight': 1.})
nest.SetDefaults('rate_connection_instantaneous', {'delay': 1.})
nest.CopyModel('rate_connection_instantaneous', 'x', {'delay': 1.})
nest.CopyModel('diffusion_connection', 'x', {'delay': 1.})
nest.CopyModel('diffusion_connection', 'x', {'weight': 1.})
nest.Connect(s, s, syn_spec='diffusion_connection'); nest.GetConnections().set(weight=2.)
nest.Connect(r, r, syn_spec='rate_connection_instantaneous'); nest.GetConnections().set(delay=2.)
nest.GetDefaults('rate_connection_instantaneous', 'delay')
""")


@pytest.mark.parametrize("lines", WITHOUT_DELAY_OR_WEIGHT)
def test_synapses_without_delay_or_weight(lines):
    agree("r = nest.Create('lin_rate_ipn', 2); s = nest.Create('siegert_neuron', 2); " + lines)


PRINTED = cases("""
nest.Connect(a, b); str(nest.GetConnections())
nest.Connect(a, b, syn_spec={'weight': -12345.678, 'delay': 10.}); str(nest.GetConnections())
nest.Connect(a, b, syn_spec={'synapse_model': 'static_synapse_lbl', 'synapse_label': 3}); nest.Connect(a[0], b[1]); str(nest.GetConnections()), str(nest.GetConnections()[1])
nest.CopyModel('static_synapse', 'a_model_with_a_long_name'); nest.Connect(a, b, syn_spec={'synapse_model': 'a_model_with_a_long_name', 'weight': 1e-7}); nest.Connect(b, a); str(nest.GetConnections())
m = nest.Create('parrot_neuron', 50); nest.Connect(m, m, 'one_to_one'); str(nest.GetConnections())
nest.Connect(a[0], b[0]); nest.Connect(a[0], b[1], syn_spec={'synapse_model': 'static_synapse_lbl', 'synapse_label': 3}); c = nest.GetConnections(); [sorted(c.get()), c.get('synapse_label'), sorted(c[0].get()), sorted(c[1].get()), c[1].get('synapse_label')]
nest.Connect(a[0], b[0]); nest.Connect(a[0], b[1], syn_spec='stdp_synapse'); c = nest.GetConnections(); sorted(c[0].get()), sorted(c[1].get())
""")


@pytest.mark.parametrize("lines", PRINTED)
def test_connections_are_printed(lines):
    assert agree("a = nest.Create('parrot_neuron', 3); b = nest.Create('iaf_psc_alpha', 2); " + lines)[0] == "value"


ROUNDED = cases("""
nest.Connect(a, b, syn_spec={'synapse_model': 'cont_delay_synapse', 'delay': 1.234}); nest.GetConnections().delay
nest.Connect(a, b, syn_spec={'synapse_model': 'cont_delay_synapse', 'delay': 1.25}); nest.GetConnections().delay
nest.Connect(a[:2], b, 'one_to_one', {'synapse_model': 'cont_delay_synapse', 'delay': [1.234, 1.28]}); nest.GetConnections().delay
nest.Connect(a, b, syn_spec={'synapse_model': 'cont_delay_synapse', 'delay': nest.random.uniform(1.21, 1.24)}); set(nest.GetConnections().delay)
nest.Connect(a, b, syn_spec={'synapse_model': 'cont_delay_synapse', 'delay': nest.random.uniform(1.26, 1.29)}); set(nest.GetConnections().delay)
nest.Connect(a, b, syn_spec={'synapse_model': 'cont_delay_synapse', 'delay': .04})
""")


@pytest.mark.parametrize("lines", ROUNDED)
def test_delays_between_steps(lines):
    agree("a = nest.Create('parrot_neuron', 3); b = nest.Create('iaf_psc_alpha', 2); " + lines)
