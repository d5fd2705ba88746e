"""`Create`, `NodeCollection`, getting and setting: the same on `spatialnet.nest` and NEST."""

import pytest

from tests.vs_nest.on_both import agree, cases

NODES = ("a = nest.Create('iaf_psc_alpha', 4); l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3], extent=[3., 3.])); "
         "d = nest.Create('iaf_psc_delta', 2); r = nest.Create('spike_recorder', 2); ")

COLLECTIONS = cases("""
a
a + d
d + a
sum([a, d])
l + d
a + l
a + a
a + [1]
a + 3
a == d
a == nest.NodeCollection([1, 2, 3, 4])
a != d
1 in a
99 in a
a.index(2)
a.index(99)
hash(a)
len(a), len(l), len(nest.NodeCollection())
bool(a), bool(nest.NodeCollection())
[n.tolist() for n in a]
a.tolist()
np.array(a)
a[1]
a[-1]
a[0:2]
a[1:]
a[:-1]
a[::2]
a[1::2]
a[-3:-1]
a[2:1]
a[1:99]
a[::-1]
a[99]
a[-5]
a[[0, 2]]
a[[2, 0]]
a[[0, 0]]
a[[-1]]
a[[99]]
a[[True, False, True, False]]
a[[True]]
a[[]]
a[1.]
a['x']
a[np.array([0, 1])]
a[np.array([True, False, False, True])]
a[np.array([[0, 1]])]
a[[True, 1, 2, 3]]
a[(1, 2)]
(a + d)[3:5]
(a + d)[::3]
nest.NodeCollection()
nest.NodeCollection([1, 2, 3])
nest.NodeCollection((1, 2))
nest.NodeCollection(range(1, 4))
nest.NodeCollection(np.array([1, 3]))
nest.NodeCollection([2, 1])
nest.NodeCollection([1, 1])
nest.NodeCollection([99])
nest.NodeCollection([0])
nest.NodeCollection(3)
str(nest.NodeCollection())
str(a)
str(a + d)
str(a[1])
nest.GetNodes()
nest.GetNodes({'model': 'iaf_psc_delta'})
nest.GetNodes({'V_m': -70.})
a[1].set(V_m=-60.); nest.GetNodes({'V_m': -60.})
nest.GetNodes({'model': 'iaf_psc_alpha', 'V_m': -70.}) == a + nest.NodeCollection(l.tolist())
nest.GetNodes({'model': 'no_model'})
nest.GetLocalNodeCollection(a)
out = io.StringIO(); exec("with redirect_stdout(out): nest.PrintNodes()"); [line.split() for line in out.getvalue().splitlines()]
""")


@pytest.mark.parametrize("lines", COLLECTIONS)
def test_collections(lines):
    agree(NODES + lines)


GET_AND_SET = cases("""
a.get('V_m')
a[0].get('V_m')
a.get(['V_m', 'C_m'])
a[0].get(['V_m', 'C_m'])
a.V_m
a[0].V_m
a.global_id
a[2].global_id
a.model
d.element_type
r.element_type
a.get('no_key')
a.no_key
(a + d).get('tau_syn_ex')
(a + d).get(['tau_syn_ex', 'C_m'])
(a + r).get('n_events')
a.get('V_m', output='json')
a[0].get(['V_m', 'C_m'], output='json')
a.get('V_m', output='pandas').to_dict()
a.get(['V_m', 'C_m'], output='pandas').to_dict()
a.get('V_m', 'C_m')
r.get('events', 'times')
r[0].get('events', 'times')
r[0].get('events', ['times', 'senders'])
r.get('events', ['times', 'senders'])
r.get('events')
r[0].events
r.get(['n_events', 'label'])
r[0].get('events', 'times', output='pandas').shape
a[0].get('recordables')
a.get('recordables')
nest.NodeCollection().get('V_m')
nest.NodeCollection().V_m
nest.NodeCollection().set(V_m=3.)
a.set(V_m=-60.); a.V_m
a.set({'V_m': -60., 'C_m': 100.}); a.get(['V_m', 'C_m'])
a.set(V_m=[-60., -61., -62., -63.]); a.V_m
a.set(V_m=(-60., -61., -62., -63.)); a.V_m
a.set(V_m=np.arange(4.)); a.V_m
a.set({'V_m': [-60., -61., -62., -63.], 'C_m': 100.}); a.get(['V_m', 'C_m'])
a.set([{'V_m': -60.}]); a.V_m
a.set([{'V_m': -60. - i} for i in range(4)]); a.V_m
a.set([{'V_m': -60.}, {'C_m': 100.}, {}, {'t_ref': 3.}]); a.get(['V_m', 'C_m', 't_ref'])
a.set(({'V_m': -60.},)); a.V_m
a.V_m = -55.5; a.V_m
a.V_m = [-60., -61., -62., -63.]; a.V_m
a[1].V_m = -61.; a.V_m
a[1:3].V_m = -61.; a.V_m
(a + d).set(V_m=-66.); (a + d).V_m
(a + d).set(V_m=[-66., -65., -64., -63., -62., -61.]); (a + d).V_m
a.set(V_m=-60); a.V_m
a.set(E_L=-60.); a.get(['E_L', 'V_m', 'V_th', 'V_reset'])
a.set(V_m=nest.random.uniform(-61., -60.)); all(-61 <= v < -60 for v in a.V_m), len(set(a.V_m))
l.set(V_m=-70 + nest.spatial.pos.x); l.V_m
l.set(V_m=nest.spatial.pos.x * 2. + nest.spatial.pos.y ** 2); l.V_m
l[3:6].set(V_m=nest.spatial.pos.y); l.V_m
l.set(V_m=nest.spatial.pos.n(1)); l.V_m
l.set(V_m=nest.logic.conditional(nest.spatial.pos.x > 0., 1., nest.spatial.pos.y)); l.V_m
l.set(V_m=nest.math.max(nest.spatial.pos.x, 0.)); l.V_m
l.set(V_m=nest.math.exp(nest.spatial.pos.x)); l.V_m
a.set(V_m=nest.spatial.pos.x)
l.set(V_m=nest.spatial.pos.z)
l.set(V_m=nest.spatial.distance)
l.set(V_m=nest.spatial.source_pos.x)
l.set(V_m=nest.spatial_distributions.gaussian(nest.spatial.distance))
a.set({'V_m': -60.}, V_m=3.)
a.set([{'V_m': -60.}] * 2)
a.set(V_m=[1., 2.])
a.set(no_key=1)
a.no_key = 1
a.set(C_m=-1.)
a.set(C_m=0.)
a.set(tau_m=-1.)
a.set(tau_syn_ex=0.)
a.set(t_ref=-1.)
a.set(V_reset=-50.)
a.set(V_th=-80.)
a.set({'V_th': -80., 'V_reset': -90.}); a.get(['V_th', 'V_reset'])
a.set(global_id=3)
a.set(model='x')
a.set(3)
l.spatial = 3
r.set(n_events=3)
r.set(n_events=0)
r.set(start=3., stop=2.)
r.set(start=0.05)
r.set(record_to='nowhere')
r.set(label='me'); r.label
r.set(time_in_steps=True); r.time_in_steps
r.set(start=[1., 2.]); r.start
r.set(no_key=3)
m = nest.Create('multimeter'); m.set(interval=0.05)
m = nest.Create('multimeter'); m.set(interval=0.)
m = nest.Create('multimeter'); m.set(interval=0.25)
m = nest.Create('multimeter'); m.set(record_from=['V_m', 'I_syn_ex'], interval=0.5); m.get(['record_from', 'interval'])
m = nest.Create('multimeter', 2, {'record_from': ['V_m']}); m.record_from
m = nest.Create('voltmeter'); m.record_from
m = nest.Create('voltmeter'); nest.Connect(m, a); m.set(interval=2.)
m = nest.Create('voltmeter'); nest.Connect(m, a); m.set(record_from=['I_syn_ex'])
g = nest.Create('spike_generator', 2); g.set(spike_times=[1., 2.]); g.spike_times
g = nest.Create('spike_generator', 2); g[1].set(spike_times=[1., 2.]); g.spike_times
g = nest.Create('spike_generator', 2); g.set([{'spike_times': [1.]}, {'spike_times': [2., 3.]}]); g.spike_times
g = nest.Create('spike_generator', params={'spike_times': [1., 2.]}); g.spike_times
g = nest.Create('spike_generator', params={'spike_times': np.array([1., 2.]), 'spike_weights': [1., 2.]}); g.get(['spike_times', 'spike_weights'])
g = nest.Create('spike_generator'); g.set(spike_times=[2., 1.])
g = nest.Create('poisson_generator'); g.set(rate=-1.)
g = nest.Create('poisson_generator'); g.set(start=3., stop=2.)
g = nest.Create('poisson_generator', params={'rate': 5.}); g.get(['rate', 'stop'])
nest.GetStatus(a, 'V_m')
nest.GetStatus(a, ['V_m', 'C_m'])
nest.GetStatus(a[0])[0]['V_m']
len(nest.GetStatus(a))
nest.GetStatus(nest.NodeCollection())
nest.SetStatus(a, 'V_m', -50.); a.V_m
nest.SetStatus(a, {'V_m': -50.}); a.V_m
nest.SetStatus(a, 'V_m', [1., 2., 3., 4.]); a.V_m
nest.SetStatus(a, [{'V_m': -50. - i} for i in range(4)]); a.V_m
""")


@pytest.mark.parametrize("lines", GET_AND_SET)
def test_getting_and_setting(lines):
    agree(NODES + lines)


CREATE = cases("""
nest.Create('iaf_psc_alpha')
nest.Create('iaf_psc_alpha', 3)
nest.Create('iaf_psc_alpha', n=3)
nest.Create('iaf_psc_alpha', 2.)
nest.Create('iaf_psc_alpha', np.int64(2))
nest.Create('iaf_psc_alpha', 0)
nest.Create('iaf_psc_alpha', -1)
nest.Create('iaf_psc_alpha', '2')
nest.Create('no_model')
nest.Create('static_synapse')
nest.Create(3)
nest.Create('iaf_psc_alpha', 2, {'C_m': 100.}).C_m
nest.Create('iaf_psc_alpha', 2, {'C_m': [100., 200.]}).C_m
nest.Create('iaf_psc_alpha', 2, [{'C_m': 100.}, {'C_m': 200.}]).C_m
nest.Create('iaf_psc_alpha', 2, params={'V_m': nest.random.uniform(5., 5.001)}).V_m[0] > 5.
nest.Create('iaf_psc_alpha', 2, {'no_key': 1})
nest.Create('iaf_psc_alpha', 2, {'C_m': -1.})
nest.Create('iaf_psc_alpha', 2, {'C_m': [1.]})
nest.Create('iaf_psc_alpha', 2, [{'C_m': 1.}])
nest.Create('iaf_psc_alpha', 2, [{'C_m': 1.}] * 3)
nest.Create('iaf_psc_alpha', 2, params=3)
nest.Create('iaf_psc_alpha', 2, {'V_m': nest.spatial.pos.x})
nest.Create('iaf_psc_alpha', 2, {'V_m': nest.spatial.distance})
nest.Create('spike_recorder', 2, {'label': 'a'}).label
nest.Create('spike_recorder', 2, {'no_key': 'a'})
nest.Create('spike_recorder', params={'record_to': 'x'})
nest.Create('multimeter', params={'interval': 0.01})
nest.Create('iaf_psc_alpha', 3); nest.Create('spike_recorder', 2); nest.Create('parrot_neuron', 2); nest.network_size
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2]), params={'V_m': nest.spatial.pos.x}).V_m
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2]), params={'V_m': [1., 2., 3., 4.]}).V_m
nest.Create('iaf_psc_alpha', 2, positions=nest.spatial.grid([2, 2]))
""")


@pytest.mark.parametrize("lines", CREATE)
def test_creating(lines):
    agree(lines)


FROZEN = cases("""
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500.}); n[0].frozen = True; n.frozen
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500., 'frozen': [True, False]}); r = nest.Create('spike_recorder'); nest.Connect(n, r); nest.Simulate(60.); n.frozen = False; nest.Simulate(60.); events(r), n.V_m
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500., 'frozen': [True, False]}); m = nest.Create('voltmeter'); nest.Connect(m, n); nest.Simulate(10.); n.frozen = False; nest.Simulate(10.); nest.Simulate(2.); e = events(m); {k: v[e['times'] <= 20.] for k, v in e.items()}
g = nest.Create('spike_generator', params={'spike_times': [3., 7.], 'frozen': True}); p = nest.Create('parrot_neuron'); r = nest.Create('spike_recorder'); nest.Connect(g, p); nest.Connect(p, r); nest.Simulate(5.); g.frozen = False; nest.Simulate(10.); events(r)
g = nest.Create('poisson_generator', params={'rate': 1e4, 'frozen': True}); p = nest.Create('parrot_neuron'); r = nest.Create('spike_recorder'); nest.Connect(g, p); nest.Connect(p, r); nest.Simulate(50.); r.n_events
g = nest.Create('dc_generator', params={'amplitude': 500., 'frozen': True}); n = nest.Create('iaf_psc_alpha'); nest.Connect(g, n); nest.Simulate(20.); n.V_m
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500.}); r = nest.Create('spike_recorder', params={'frozen': True}); nest.Connect(n, r); nest.Simulate(60.); r.frozen, events(r)
nest.Create('voltmeter', params={'frozen': True})
nest.Create('multimeter').set(frozen=True)
nest.Create('iaf_psc_alpha').set(frozen=1)
nest.Create('iaf_psc_alpha', 2).set(frozen=[True, 'x'])
nest.SetDefaults('iaf_psc_alpha', {'frozen': True})
nest.Create('iaf_psc_alpha').get('frozen')
nest.GetDefaults('iaf_psc_alpha', 'frozen')
a = nest.Create('parrot_neuron'); g = nest.Create('spike_generator', params={'spike_times': [5., 12.]}); b = nest.Create('iaf_psc_alpha', params={'frozen': True}); nest.Connect(g, a); nest.Connect(a, b, syn_spec='stdp_synapse'); nest.Simulate(20.); nest.GetConnections(a, b).weight, b.V_m
n = nest.Create('lin_rate_ipn', 2, [{'rate': 5., 'sigma': 0., 'frozen': True}, {'rate': 1., 'sigma': 0., 'frozen': False}]); nest.Connect(n[0], n[1], syn_spec='rate_connection_delayed'); nest.Simulate(5.); n.rate
""")


@pytest.mark.parametrize("lines", FROZEN)
def test_frozen_nodes(lines):
    agree(lines)


LISTS = cases("""
s = nest.Create('step_current_generator'); s.set(amplitude_times=[1., 2.], amplitude_values=[10., 0.]); s.get(['amplitude_times', 'amplitude_values'])
s = nest.Create('step_current_generator', params={'amplitude_times': [1.], 'amplitude_values': [10.]}); s.set({'amplitude_times': [1., 2.], 'amplitude_values': [10., 0.]}); s.get(['amplitude_times', 'amplitude_values'])
s = nest.Create('step_current_generator', params={'amplitude_times': [1.], 'amplitude_values': [10.]}); s.set({'amplitude_times': [1., 2.]})
s = nest.Create('step_rate_generator'); s.set(amplitude_times=[1., 2.], amplitude_values=[10., 0.]); s.get(['amplitude_times', 'amplitude_values'])
s = nest.Create('inhomogeneous_poisson_generator'); s.set(rate_times=[1., 2.], rate_values=[10., 0.]); s.get(['rate_times', 'rate_values'])
s = nest.Create('spike_generator', params={'spike_times': [1.], 'spike_weights': [3.]}); s.set({'spike_times': [1., 2.], 'spike_weights': [3., 4.]}); s.get(['spike_times', 'spike_weights'])
n = nest.Create('gif_cond_exp'); n.set(tau_sfa=[1., 2.], q_sfa=[3., 4.]); n.get(['tau_sfa', 'q_sfa'])
n = nest.Create('aeif_cond_alpha_multisynapse'); n.set(E_rev=[0., -80.], tau_syn=[1., 2.]); n.get(['E_rev', 'tau_syn', 'n_receptors', 'recordables'])
n = nest.Create('iaf_psc_exp_multisynapse', 2); n.set(tau_syn=[1., 2.]); g = nest.Create('spike_generator', params={'spike_times': [1.]}); nest.Connect(g, n, syn_spec={'receptor_type': 2, 'weight': 500.}); nest.Simulate(5.); n.V_m, n.n_synapses
n = nest.Create('iaf_psc_exp_multisynapse', 2); nest.Connect(n, n, syn_spec={'receptor_type': 1}); n.set(tau_syn=[])
c = nest.Create('correlomatrix_detector', params={'N_channels': 2}); p = nest.Create('parrot_neuron', 2); nest.Connect(p[1], c, syn_spec={'receptor_type': 1}); nest.num_connections
c = nest.Create('correlomatrix_detector'); c.N_channels = 3; p = nest.Create('parrot_neuron', 2); nest.Connect(p[1], c, syn_spec={'receptor_type': 2}); nest.num_connections
c = nest.Create('correlomatrix_detector', params={'N_channels': 2}); p = nest.Create('parrot_neuron', 2); nest.Connect(p[1], c, syn_spec={'receptor_type': 2})
s = nest.Create('spike_generator', params={'spike_times': [1.05], 'allow_offgrid_times': True}); s.spike_times
s = nest.Create('spike_generator', params={'spike_times': [1.05], 'allow_offgrid_times': True, 'precise_times': True})
s = nest.Create('spike_generator', params={'allow_offgrid_times': True}); s.spike_times = [1.05, 3.]; s.spike_times
s = nest.Create('spike_generator', 2, [{'spike_times': [1.05], 'allow_offgrid_times': True}, {'spike_times': [2.01, 3.], 'allow_offgrid_times': True}]); s.spike_times
s = nest.Create('inhomogeneous_poisson_generator', params={'rate_times': [1.05], 'rate_values': [1.], 'allow_offgrid_times': True}); s.rate_times
""")


@pytest.mark.parametrize("lines", LISTS)
def test_lists_are_set_together(lines):
    agree(lines)


KINDS = cases("""
n = nest.Create('iaf_psc_alpha'); n.V_m = 'x'
n = nest.Create('iaf_psc_alpha', params={'V_m': 'x'})
n = nest.Create('iaf_psc_alpha', 2, params={'V_m': ['x', 'y']})
g = nest.Create('gamma_sup_generator', params={'gamma_shape': 1.5})
g = nest.Create('gamma_sup_generator', params={'gamma_shape': 2.0})
g = nest.Create('dc_generator', params={'start': -5.})
g = nest.Create('spike_recorder', params={'start': -5.})
g = nest.Create('dc_generator', params={'origin': -5.})
g = nest.Create('spike_generator', params={'spike_times': 3.})
g = nest.Create('spike_generator', params={'spike_times': ['a']})
g = nest.Create('spike_generator', params={'spike_times': [1., 2.], 'spike_multiplicities': [1, 2]}); g.spike_multiplicities.dtype.kind, g.spike_times.dtype.kind, g.spike_weights.dtype.kind
g = nest.Create('spike_generator', 2, [{'spike_times': [1.]}, {'spike_times': [1., 2.]}]); g.spike_times
g = nest.Create('pulsepacket_generator', params={'pulse_times': [3., 1.]}); g.pulse_times
g = nest.Create('noise_generator', params={'dt': .25})
g = nest.Create('noise_generator'); g.dt = .25
c = nest.Create('correlation_detector', params={'delta_tau': .25})
c = nest.Create('correlation_detector', params={'delta_tau': 3., 'tau_max': 10.})
c = nest.Create('correlomatrix_detector', params={'delta_tau': .2, 'tau_max': 1.})
c = nest.Create('correlospinmatrix_detector', params={'delta_tau': .3, 'tau_max': 1.})
c = nest.Create('correlation_detector'); c.set(tau_max=7., delta_tau=2.)
c = nest.Create('correlation_detector'); c.n_events = [0, 0]; c.n_events, c.n_events.dtype.kind, c.count_histogram.dtype.kind
c = nest.Create('correlation_detector'); c.n_events = [1, 0]
n = nest.Create('gauss_rate_ipn', params={'sigma': 0., 'mu': .5}); n.get(['sigma', 'std', 'mu', 'mean'])
n = nest.Create('gauss_rate_ipn', params={'std': 3.}); n.get(['sigma', 'std'])
n = nest.Create('gauss_rate_ipn', params={'sigma': 0., 'mu': .5}); nest.Simulate(20.); n.rate
n = nest.Create('gauss_rate_ipn'); n.sigma = 0.; n.mu = .5; nest.Simulate(20.); n.rate
""")


@pytest.mark.parametrize("lines", KINDS)
def test_values_of_the_right_kind(lines):
    agree(lines)


LAST_SPIKES = cases("""
n = nest.Create('iaf_psc_alpha', 3, {'I_e': [0., 500., 600.]}); a = n.t_spike; nest.Simulate(20.); b = n.t_spike; nest.Simulate(30.); a, b, n.t_spike, n[1].t_spike
n = nest.Create('iaf_psc_exp_ps', params={'I_e': 500.}); nest.Simulate(50.); n.t_spike
n = nest.Create('parrot_neuron'); g = nest.Create('spike_generator', params={'spike_times': [3., 5.]}); nest.Connect(g, n); nest.Simulate(50.); n.t_spike
n = nest.Create('parrot_neuron_ps'); g = nest.Create('spike_generator', params={'spike_times': [3.03, 5.07], 'precise_times': True}); nest.Connect(g, n); nest.Simulate(50.); n.t_spike
n = nest.Create('ignore_and_fire', params={'phase': .5, 'rate': 50.}); nest.Simulate(50.); n.t_spike
n = nest.Create('hh_psc_alpha', params={'I_e': 700.}); nest.Simulate(50.); n.t_spike
n = nest.Create('iaf_tum_2000', params={'I_e': 700.}); nest.Simulate(50.); n.t_spike
n = nest.Create('iaf_psc_alpha', params={'I_e': 500., 'frozen': True}); nest.Simulate(50.); n.t_spike
n = nest.Create('iaf_psc_alpha', params={'I_e': 500.}); nest.Simulate(50.); nest.biological_time = 0.; nest.Simulate(30.); n.t_spike
n = nest.Create('lin_rate_ipn'); nest.Simulate(50.); n.t_spike
n = nest.Create('iaf_psc_alpha', params={'I_e': 500.}); nest.Simulate(50.); n.post_trace, n.archiver_length
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500.}); nest.Connect(n[0], n[1], syn_spec='stdp_synapse'); nest.Simulate(50.); n.t_spike
n = nest.Create('gif_pop_psc_exp'); nest.Simulate(50.); n.t_spike
n = nest.Create('iaf_psc_alpha', params={'t_spike': 5.})
n = nest.Create('gif_pop_psc_exp', 2); a = n.len_kernel; nest.Simulate(1.); n.tau_m = 100.; a, n.len_kernel
n = nest.Create('gif_pop_psc_exp', params={'len_kernel': 50}); nest.Simulate(1.); n.len_kernel
nest.resolution = .5; n = nest.Create('gif_pop_psc_exp', params={'q_sfa': [.5], 'tau_sfa': [1000.]}); nest.Simulate(1.); n.len_kernel
""")


@pytest.mark.parametrize("lines", LAST_SPIKES)
def test_what_is_known_after_a_run(lines):
    agree(lines)


NODES = ("a = nest.Create('iaf_psc_alpha', 10); b = nest.Create('iaf_psc_exp', 5); c = nest.Create('iaf_psc_alpha', 4); d = nest.Create('iaf_psc_alpha'); "
         "l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3])); ")
SHOWN = cases("""
a; d; a[0]; a[9]; a[2:5]; a[2:3]; a[-1]; a[::2]; a[1::3]; a[::10]
a[[0, 1, 2]]; a[[0, 2, 4]]; a[[0, 1, 5]]; a[[3]]; a[:2] + a[5:]; a[:1] + a[5:]; a[0] + a[1]
a + b; a + c; c + d; a + b + c; (a + b)[::3]; (a + b)[0:3]; (a + b)[4]; a[8:] + b[:2]; a[9:] + b[:1]; (a + b)[2:9:2]
nest.NodeCollection([1, 3, 5]); nest.NodeCollection([1, 2, 11, 12]); nest.NodeCollection(); nest.GetNodes(); nest.GetNodes({'model': 'iaf_psc_alpha'})
l; l[0]; l[2:5]; l[::2]; l[[0, 1]]; l[[0, 2]]; l[4:5]; nest.FindCenterElement(l); list(l)[3]
nest.SelectNodesByMask(l, [0., 0.], nest.CreateMask('circular', {'radius': .4}))
""")


@pytest.mark.parametrize("lines", SHOWN)
def test_collections_are_printed(lines):
    for shown in lines.split(";"):
        assert agree(f"{NODES}str({shown.strip()}), repr({shown.strip()})")[0] == "value"
