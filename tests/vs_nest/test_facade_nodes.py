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
