"""What scripts as users write them have shown to differ, line by line: errors, kinds of values, order of keys, plots."""

import pytest

from tests.vs_nest.on_both import agree, cases

LINES = cases("""
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3])); nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1., 'mask': 3})
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3])); nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1., 'mask': {}}); nest.num_connections
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3])); nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1., 'mask': {'circular': {'radius': .3}, 'foo': 3}})
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3])); nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1., 'mask': {'circular': {'radius': .3}, 'anchor': 3.}})
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3])); nest.SelectNodesByMask(l, [0., 0., 0.], nest.CreateMask('circular', {'radius': .4}))
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3, 3])); nest.SelectNodesByMask(l, [0., 0.], nest.CreateMask('circular', {'radius': .4}))
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3, 3])); nest.SelectNodesByMask(l, [0., 0.], nest.CreateMask('spherical', {'radius': .4}))
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3, 3])); nest.SelectNodesByMask(l, [0., 0., 0.], nest.CreateMask('circular', {'radius': .4}))
nest.CopyModel('iaf_psc_alpha', 3)
nest.CopyModel(3, 'x')
p = nest.Create('parrot_neuron', 2); nest.SetDefaults('stdp_dopamine_synapse', {'volume_transmitter': p})
p = nest.Create('parrot_neuron'); nest.SetDefaults('stdp_dopamine_synapse', {'volume_transmitter': p})
v = nest.Create('volume_transmitter'); nest.SetDefaults('stdp_dopamine_synapse', {'volume_transmitter': v}); nest.GetDefaults('stdp_dopamine_synapse', 'volume_transmitter')
v = nest.Create('volume_transmitter', 2); nest.SetDefaults('stdp_dopamine_synapse', {'volume_transmitter': v})
nest.SetDefaults('stdp_dopamine_synapse', {'volume_transmitter': 3})
nest.CopyModel('stdp_dopamine_synapse', 'x', {'volume_transmitter': nest.Create('parrot_neuron')})
g = nest.Create('inhomogeneous_poisson_generator'); nest.Simulate(5.); g.set(rate_times=[3.], rate_values=[5.])
g = nest.Create('inhomogeneous_poisson_generator'); nest.Simulate(5.); g.set(rate_times=[5.], rate_values=[5.])
g = nest.Create('inhomogeneous_poisson_generator'); nest.Simulate(5.); g.set(rate_times=[5.1], rate_values=[5.]); g.rate_times
n = nest.Create('parrot_neuron', 2); nest.Connect(n, n, syn_spec={'synapse_model': 'quantal_stp_synapse', 'n': 2.5})
n = nest.Create('parrot_neuron', 2); nest.Connect(n, n, syn_spec={'synapse_model': 'quantal_stp_synapse', 'n': 2}); nest.GetConnections().n
nest.SetDefaults('quantal_stp_synapse', {'n': 2.5})
n = nest.Create('parrot_neuron', 2); nest.Connect(n, n, syn_spec='static_synapse_hom_w'); sorted(nest.GetConnections().get())
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500.}); r = nest.Create('spike_recorder', params={'time_in_steps': True}); m = nest.Create('multimeter', params={'record_from': ['V_m', 'I_syn_ex']}); nest.Connect(n, r); nest.Connect(m, n); nest.Simulate(30.); list(r.events), list(m.events), [v.dtype.kind for v in r.events.values()], list(r.get('events'))
n = nest.Create('iaf_psc_exp_ps', params={'I_e': 500.}); r = nest.Create('spike_recorder', params={'time_in_steps': True}); nest.Connect(n, r); nest.Simulate(30.); list(r.events), r.events['offsets'], [v.dtype.kind for v in r.events.values()]
p = nest.Create('parrot_neuron', 2); w = nest.Create('weight_recorder'); nest.CopyModel('static_synapse', 'x', {'weight_recorder': w}); g = nest.Create('spike_generator', params={'spike_times': [1.]}); nest.Connect(g, p[0]); nest.Connect(p[0], p[1], syn_spec='x'); nest.Simulate(5.); list(w.events), [v.dtype.kind for v in w.events.values()]
e = nest.Create('iaf_psc_alpha', params={'synaptic_elements': {'b': {'growth_curve': 'linear'}, 'a': {'growth_curve': 'linear'}}}); list(e.synaptic_elements)
n = nest.Create('iaf_cond_alpha_mc'); list(n.soma), list(n.receptor_types), list(nest.GetDefaults('iaf_cond_alpha_mc', 'receptor_types'))
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500.}); v = nest.Create('voltmeter'); nest.Connect(v, n); nest.Simulate(30.); x = nest.voltage_trace.from_device(v); type(x).__name__, [type(y).__name__ for y in x], [len(y) for y in x]
n = nest.Create('iaf_psc_alpha', 2, {'I_e': [400., 500.]}); r = nest.Create('spike_recorder'); nest.Connect(n, r); nest.Simulate(200.); x = nest.raster_plot.from_device(r, hist_binwidth=10.); f = plt.gcf(); len(x), [(a.get_title(), a.get_xlabel(), a.get_ylabel(), len(a.lines), len(a.patches)) for a in f.axes]
nest.raster_plot.from_data(np.array([[1, 2.], [2, 3.]])); [len(a.patches) for a in plt.gcf().axes]
nest.raster_plot.from_device(nest.Create('spike_recorder'))
n = nest.Create('iaf_psc_alpha', 2); nest.Connect(n, n); nest.Disconnect(n, n, conn_spec={'rule': 'all_to_all'}, syn_spec={'synapse_model': 'static_synapse'}); nest.num_connections
n = nest.Create('gif_psc_exp', 1, {'tau_sfa': [1., 2.], 'q_sfa': [3., 4.]}); n.tau_sfa, n.q_sfa
""")


@pytest.mark.parametrize("lines", LINES)
def test_the_same_comes_out(lines):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    agree("import matplotlib.pyplot as plt; " + lines)
    plt.close("all")
