"""Structural plasticity: the same lines on `spatialnet.nest` and NEST, as far as nothing is chance."""

import pytest

from tests.vs_nest.on_both import agree, cases, ours, outcome, theirs

NODES = "c = nest.Create('iaf_psc_alpha', 3, {'synaptic_elements': {'axon': {'z': 2.}, 'spine': {'growth_curve': 'gaussian'}}}); "
SYNAPSE = "{'pre_synaptic_element': 'axon', 'post_synaptic_element': 'spine'}"

ELEMENTS = cases("""
c.synaptic_elements
c[1].get('synaptic_elements', 'axon')
c.get(['Ca', 'tau_Ca', 'beta_Ca'])
c.set(synaptic_elements={'new': {'growth_curve': 'sigmoid', 'psi': 0.2}}); c[0].synaptic_elements
c.set(synaptic_elements={'axon': {'growth_rate': 0.5}}); c[0].synaptic_elements
c.set(synaptic_elements_param={'axon': {'z': 4.}}); c[2].synaptic_elements
c.set(synaptic_elements={}); c[0].synaptic_elements
c[1].set(Ca=0.5); c.Ca
c.Ca = [0.1, 0.2, 0.3]; c.Ca
c.set(tau_Ca=100., beta_Ca=0.1); c.get(['tau_Ca', 'beta_Ca'])
c.tau_Ca = 0.
c.tau_Ca = -1.
c.beta_Ca = 0.
c.beta_Ca = -1.
c.synaptic_elements = 3
c.synaptic_elements = {'axon': 3}
c.synaptic_elements = {'axon': {'growth_curve': 'cubic'}}
c.synaptic_elements = {'axon': {'tau_vacant': 0.}}
c.synaptic_elements = {'axon': {'tau_vacant': -1.}}
c.synaptic_elements = {'axon': {'growth_rate': -0.1, 'continuous': False}}; c[0].synaptic_elements
nest.Create('parrot_neuron', 1, {'synaptic_elements': {'axon': {}}}).synaptic_elements
nest.Create('ht_neuron', 1, {'synaptic_elements': {'axon': {}}}).synaptic_elements
nest.Create('poisson_generator', 1, {'synaptic_elements': {'axon': {}}})
nest.Create('iaf_psc_exp', 2, [{'synaptic_elements': {'a': {'z': 1.}}}, {'synaptic_elements': {'a': {'z': 2.}}}]).synaptic_elements
nest.Create('iaf_psc_exp', 2, {'synaptic_elements': {'a': {'growth_curve': 'linear', 'eps': 0.2}}, 'Ca': 1.}).Ca
nest.SetDefaults('iaf_psc_exp', {'synaptic_elements': {'a': {'z': 2.}}, 'tau_Ca': 5.}); nest.Create('iaf_psc_exp').get(['tau_Ca', 'synaptic_elements'])
nest.SetDefaults('iaf_psc_exp', {'synaptic_elements': {'a': {'z': 2.}}}); nest.GetDefaults('iaf_psc_exp')['synaptic_elements']
nest.CopyModel('iaf_psc_exp', 'growing', {'beta_Ca': 0.5}); nest.Create('growing', 1, {'Ca': 1.}).get(['Ca', 'beta_Ca'])
[nest.GetDefaults('iaf_psc_exp')[k] for k in ('Ca', 'tau_Ca', 'beta_Ca', 'synaptic_elements')]
nest.SetDefaults('iaf_psc_exp', {'tau_Ca': 0.})
""")

KERNEL = cases(f"""
nest.growth_curves
nest.structural_plasticity_update_interval = 100; nest.structural_plasticity_update_interval
nest.structural_plasticity_update_interval = 'a'
nest.SetKernelStatus({{'structural_plasticity_update_interval': 50.}}); nest.GetKernelStatus('structural_plasticity_update_interval')
nest.structural_plasticity_synapses = {{'s': {SYNAPSE}}}; nest.structural_plasticity_synapses
nest.structural_plasticity_synapses = {{'s': {SYNAPSE} | {{'allow_autapses': False, 'allow_multapses': False}}}}; nest.structural_plasticity_synapses
nest.structural_plasticity_synapses = {{'s': {SYNAPSE}}}; nest.structural_plasticity_synapses = {{'t': {SYNAPSE}}}; nest.structural_plasticity_synapses
nest.structural_plasticity_synapses = {{'s': {{'pre_synaptic_element': 'axon'}}}}
nest.structural_plasticity_synapses = {{'s': {{'post_synaptic_element': 'axon'}}}}
nest.structural_plasticity_synapses = {{'s': {SYNAPSE} | {{'synapse_model': 'nothing'}}}}
nest.structural_plasticity_synapses = {{'s': 3}}
nest.structural_plasticity_synapses = 3
nest.EnableStructuralPlasticity(); nest.DisableStructuralPlasticity()
nest.structural_plasticity_synapses = {{'s': {SYNAPSE}}}; nest.ResetKernel(); nest.structural_plasticity_synapses, nest.structural_plasticity_update_interval
""")

#: neurons without partners between each other's elements: nothing is chance
ALONE = """
nest.structural_plasticity_update_interval = 100.
e = {'growth_curve': %r, 'growth_rate': 0.0037, 'z': 2.3, 'continuous': False}
c = nest.Create('iaf_psc_delta', 3, {'tau_Ca': 500., 'beta_Ca': 0.02, 'synaptic_elements': {'axon': e}})
c.I_e = [0., 400., 500.]
"""
GROWN = """
nest.structural_plasticity_update_interval = 100.
nest.CopyModel('static_synapse', 'grown', {'weight': 0.5, 'delay': 1.0})
nest.structural_plasticity_synapses = {'s': {'synapse_model': 'grown', 'pre_synaptic_element': 'axon', 'post_synaptic_element': 'spine'}}
e = {'growth_curve': 'linear', 'growth_rate': 0., 'tau_vacant': 0.1}
a = nest.Create('parrot_neuron', 1, {'synaptic_elements': {'axon': e | {'z': 5.}}})
b = nest.Create('parrot_neuron', 1, {'synaptic_elements': {'spine': e | {'z': 3.}}})
nest.EnableStructuralPlasticity()
nest.Simulate(150.)
"""


@pytest.mark.parametrize("line", ELEMENTS)
def test_elements_and_calcium(line):
    agree(NODES + line)


@pytest.mark.parametrize("line", KERNEL)
def test_kernel_attributes(line):
    agree(line)


@pytest.mark.parametrize("curve", ["linear", "gaussian", "sigmoid"])
@pytest.mark.parametrize("switch", ["", "nest.EnableStructuralPlasticity()", "nest.EnableStructuralPlasticity(); nest.DisableStructuralPlasticity()"])
def test_calcium_and_elements_follow_the_spikes(curve, switch):
    """NEST integrates two of the curves in steps."""
    lines = ALONE % curve + switch + "\nnest.Simulate(550.)\n[(n.Ca, n.synaptic_elements['axon']['z']) for n in c]"
    (kind, here), (_, there) = outcome(ours, lines), outcome(theirs, lines)
    assert kind == "value"
    for (calcium, z), (their_calcium, their_z) in zip(here, there):
        assert calcium == pytest.approx(their_calcium, rel=2e-3, abs=1e-12)
        assert z == pytest.approx(their_z, rel=2e-3)


@pytest.mark.parametrize("line", cases("""
nest.GetConnections()
nest.GetConnections(synapse_model='grown').get(['weight', 'delay', 'source', 'target'])
nest.GetConnections(b)
nest.num_connections, nest.GetDefaults('grown')['num_connections']
a.synaptic_elements, b.synaptic_elements
b.synaptic_elements['spine']['z_connected']
nest.Simulate(200.); nest.num_connections
nest.DisableStructuralPlasticity(); nest.Simulate(200.); a.synaptic_elements
"""))
def test_two_nodes_get_all_the_connections_they_can(line):
    agree(GROWN + line)


@pytest.mark.parametrize("line", ["nest.GetConnections().weight = 2.", "nest.GetConnections().disconnect()"])
def test_connections_that_have_grown_are_not_changed_by_hand(line):
    assert outcome(ours, GROWN + line) == ("error", "NotImplemented")


ELEMENTS = ("def els(n): return [{k: (round(v['z'], 6), v['z_connected']) for k, v in e.items()} for e in n.synaptic_elements]\n"
            "el = {k: {'growth_curve': 'linear', 'growth_rate': r, 'z': 3., 'eps': 0.7, 'tau_vacant': 1e-9} for k, r in (('a', -0.05), ('d', 0.))}\n"
            "n = nest.Create('iaf_psc_alpha', 4, {'synaptic_elements': el}); both = {'pre_synaptic_element': 'a', 'post_synaptic_element': 'd'}\n"
            "nest.structural_plasticity_update_interval = 10.; every = {'rule': 'all_to_all', 'allow_autapses': False}\n"
            "def grow(model): nest.structural_plasticity_synapses = {'s': {'synapse_model': model, **both}}; nest.EnableStructuralPlasticity()\n")
IN_SYN_SPEC = cases("""
nest.Connect(n, n, every, both); els(n), nest.num_connections
nest.Connect(n, n, 'one_to_one', both); els(n)
nest.Connect(n, n, 'all_to_all', {**both, 'synapse_model': 'stdp_synapse'}); els(n)
nest.Connect(n, n, every, {**both, 'pre_synaptic_element': 'x'}); els(n)
nest.Connect(n, n, every, {'pre_synaptic_element': 'a'})
nest.Connect(n, n, every, {**both, 'pre_synaptic_element': 3})
nest.Connect(n, n, {'rule': 'pairwise_bernoulli', 'p': 1.}, both)
nest.Connect(n, n, {'rule': 'fixed_indegree', 'indegree': 2}, both)
nest.SetDefaults('static_synapse', both)
nest.CopyModel('static_synapse', 'x', both)
m = nest.Create('iaf_psc_alpha', 2); nest.Connect(m, m, syn_spec=both); nest.num_connections, m.synaptic_elements
nest.Connect(n, n, 'all_to_all', {**both, 'weight': np.arange(16.).reshape(4, 4)}); nest.GetConnections().weight
grow('static_synapse'); nest.Connect(n, n, every, both); [(nest.Simulate(10.), nest.num_connections, [e['a'] for e in els(n)])[1:] for _ in range(5)]
nest.CopyModel('static_synapse', 'mine'); grow('mine'); nest.Connect(n, n, every, both); [(nest.Simulate(10.), nest.num_connections, [e['a'] for e in els(n)])[1:] for _ in range(5)]
nest.CopyModel('static_synapse', 'mine'); grow('mine'); nest.Connect(n, n, every, {**both, 'synapse_model': 'mine'}); [(nest.Simulate(10.), nest.num_connections)[1] for _ in range(5)]
""")


@pytest.mark.parametrize("lines", IN_SYN_SPEC)
def test_connections_that_occupy_elements(lines):
    agree(ELEMENTS + lines)
