"""Kernel attributes, running and recording: the same on `spatialnet.nest` and NEST."""

import numpy as np
import pytest

from tests.vs_nest.on_both import agree, cases, ours, theirs

ATTRIBUTES = cases("""
nest.resolution
nest.rng_seed
nest.rng_type
nest.rng_types
nest.local_num_threads
nest.total_num_virtual_procs
nest.num_processes
nest.biological_time
nest.to_do
nest.min_delay, nest.max_delay
nest.network_size, nest.num_connections, nest.local_spike_counter
nest.tics_per_ms, nest.ms_per_tic, nest.tics_per_step
nest.T_min, nest.T_max
nest.overwrite_files, nest.print_time
nest.keep_source_table, nest.use_compressed_spikes, nest.off_grid_spiking
nest.Create('iaf_chxk_2008'); nest.off_grid_spiking
nest.Create('iaf_cond_exp'); nest.off_grid_spiking
nest.update_time_limit, nest.use_wfr, nest.wfr_comm_interval, nest.wfr_tol, nest.wfr_max_iterations, nest.wfr_interpolation_order
nest.structural_plasticity_synapses, nest.structural_plasticity_update_interval
nest.eprop_update_interval, nest.eprop_learning_window, nest.dict_miss_is_error
sorted(nest.recording_backends)
sorted(set(nest.connection_rules))
'iaf_psc_alpha' in nest.node_models, 'static_synapse' in nest.synapse_models
nest.build_info['version']
nest.Rank(), nest.NumProcesses()
nest.SyncProcesses()
list(nest.GetLocalVPs())
nest.GetKernelStatus('resolution')
nest.GetKernelStatus(['resolution', 'rng_seed'])
nest.GetKernelStatus()['resolution']
nest.get('resolution')
nest.get(['resolution', 'rng_seed'])
nest.get()['rng_seed']
nest.GetKernelStatus('no_key')
nest.GetKernelStatus(3)
nest.no_key
nest.no_key = 3
nest.set(no_key=3)
nest.SetKernelStatus({'no_key': 3})
nest.network_size = 3
nest.set(network_size=3)
nest.num_connections = 2
nest.rng_seed = 5; nest.rng_seed
nest.set(rng_seed=7, resolution=0.5); nest.get(['rng_seed', 'resolution'])
nest.SetKernelStatus({'rng_seed': 7}); nest.rng_seed
nest.rng_seed = 0
nest.rng_seed = -1
nest.rng_seed = 2 ** 32
nest.rng_seed = 2 ** 32 - 1; nest.rng_seed
nest.rng_type = 'Philox_64'; nest.rng_type
nest.rng_type = 'x'
nest.resolution = 0.2; nest.GetDefaults('noise_generator', 'dt'), nest.Create('noise_generator').dt
nest.resolution = 2.; nest.GetDefaults('noise_generator', 'dt'), nest.Create('noise_generator').dt
nest.resolution = 0.3; nest.Create('noise_generator').dt
nest.resolution = 0.2; nest.resolution, nest.min_delay, nest.max_delay, nest.tics_per_step
nest.resolution = 1; nest.resolution
nest.resolution = 2.5; a = nest.Create('parrot_neuron', 2); nest.Connect(a, a); nest.GetConnections().get('delay'), nest.GetDefaults('stdp_synapse')['delay'], nest.min_delay
nest.resolution = 2.5; a = nest.Create('parrot_neuron', 2); nest.Connect(a, a, syn_spec={'delay': 1.})
nest.resolution = 0.3; a = nest.Create('parrot_neuron', 2); nest.Connect(a, a); nest.GetConnections().get('delay'), nest.GetDefaults('static_synapse')['delay']
nest.resolution = 0.
nest.resolution = -1.
nest.resolution = 0.0005
nest.resolution = 0.00015
nest.Create('parrot_neuron'); nest.resolution = 0.2
nest.Simulate(1.); nest.resolution = 0.2
nest.SetDefaults('iaf_psc_alpha', {'C_m': 100.}); nest.resolution = 0.2
nest.CopyModel('iaf_psc_alpha', 'x'); nest.resolution = 0.2
nest.tics_per_ms = 1000.
nest.local_num_threads = 2; nest.local_num_threads, nest.total_num_virtual_procs
nest.total_num_virtual_procs = 2; nest.local_num_threads
nest.Create('parrot_neuron'); nest.local_num_threads = 2
nest.Simulate(1.); nest.local_num_threads = 2
nest.CopyModel('iaf_psc_alpha', 'x'); nest.local_num_threads = 2
nest.local_num_threads = 1.5
nest.local_num_threads = 2; n = nest.Create('parrot_neuron', 4); n.vp
nest.data_prefix = 'x_'; nest.data_prefix
nest.data_path = folder; nest.data_path == folder
nest.overwrite_files = True; nest.overwrite_files
nest.print_time = False; nest.print_time
nest.min_delay = 1.
nest.max_delay = 1.
nest.set(min_delay=0.5, max_delay=3.); nest.min_delay, nest.max_delay
nest.set(min_delay=3., max_delay=1.)
nest.biological_time = 5.
nest.biological_time = 0.; nest.biological_time
nest.verbosity = nest.VerbosityLevel.QUIET; int(nest.verbosity)
nest.set_verbosity('M_WARNING'); int(nest.get_verbosity())
nest.rng_seed = 5; nest.ResetKernel(); nest.rng_seed
nest.resolution = 0.5; nest.ResetKernel(); nest.resolution
nest.Create('parrot_neuron', 3); nest.ResetKernel(); nest.network_size
nest.CopyModel('iaf_psc_alpha', 'x'); nest.ResetKernel(); 'x' in nest.node_models
nest.SetDefaults('iaf_psc_alpha', {'C_m': 100.}); nest.ResetKernel(); nest.GetDefaults('iaf_psc_alpha', 'C_m')
""")


@pytest.mark.parametrize("lines", ATTRIBUTES)
def test_attributes(lines):
    agree(lines)


RUNNING = cases("""
nest.Simulate(10.); nest.biological_time
nest.Simulate(10); nest.biological_time
nest.Simulate(0.); nest.biological_time
nest.Simulate(0.3); nest.Simulate(0.3); nest.biological_time
nest.Simulate(0.05)
nest.Simulate(-1.)
nest.Simulate('x')
nest.Run(1.)
nest.Cleanup()
nest.Prepare(); nest.Prepare()
nest.Prepare(); nest.Simulate(1.)
nest.Prepare(); nest.Run(1.); nest.Run(2.); nest.Cleanup(); nest.biological_time
exec("with nest.RunManager():\\n    nest.Run(1.)\\n    nest.Run(2.)"); nest.biological_time
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 400.}); nest.Prepare(); nest.Run(5.); m = nest.Create('iaf_psc_alpha'); nest.Connect(n, m); nest.Run(5.); nest.Cleanup(); nest.num_connections
n = nest.Create('iaf_psc_alpha', 2); nest.Connect(n, n); nest.Simulate(5.); nest.min_delay
n = nest.Create('iaf_psc_alpha', 2); nest.Connect(n, n); nest.Simulate(5.); nest.Connect(n, n); nest.num_connections
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 400.}); nest.Simulate(50.); n.V_m
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 300.}); nest.Simulate(5.); n.set(V_m=-70.); nest.Simulate(3.); n.V_m
n = nest.Create('iaf_psc_delta', 2, {'I_e': [300., 350.]}); nest.Simulate(5.); n.I_e = 0.; nest.Simulate(3.); n.V_m
n = nest.Create('iaf_psc_exp', 2, {'V_m': [-60., -50.]}); r = nest.Create('spike_recorder'); nest.Connect(n, r); nest.Simulate(2.); events(r)
""")


@pytest.mark.parametrize("lines", RUNNING)
def test_running(lines):
    agree(lines)


DRIVEN = ("g = nest.Create('spike_generator', params={'spike_times': [1., 2., 3.5, 3.5, 7., 12.]}); p = nest.Create('parrot_neuron', 2); "
          "n = nest.Create('iaf_psc_alpha', 3, {'I_e': [380., 400., 500.]}); nest.Connect(g, p, syn_spec={'delay': 0.5}); ")
RECORDING = cases("""
r = nest.Create('spike_recorder'); nest.Connect(p, r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(p + n, r); nest.Simulate(50.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(p, r); nest.Simulate(20.); r.n_events
r = nest.Create('spike_recorder', 2); nest.Connect(p, r, 'one_to_one'); nest.Simulate(20.); r.n_events
r = nest.Create('spike_recorder', 2); nest.Connect(p, r, 'one_to_one'); nest.Simulate(20.); r.get('events', 'times')
r = nest.Create('spike_recorder', params={'start': 3., 'stop': 7.5}); nest.Connect(p, r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder', params={'start': 3., 'stop': 7.5, 'origin': 1.}); nest.Connect(p, r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder', params={'time_in_steps': True}); nest.Connect(p, r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(p, r); nest.Simulate(20.); r.time_in_steps = True
r = nest.Create('spike_recorder'); nest.Connect(p, r); nest.Simulate(10.); r.n_events = 0; nest.Simulate(10.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(p, r); nest.Connect(p, r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(p[:1], r); nest.Simulate(4.); nest.Connect(p[1:], r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(g, r); nest.Simulate(20.); events(r)
r = nest.Create('spike_recorder', params={'start': [0., 5.]}, n=2); nest.Connect(n, r); nest.Simulate(30.); r.n_events
r = nest.Create('spike_recorder'); nest.Connect(n, r); nest.Connect(p, n, syn_spec={'weight': 300., 'delay': 1.3}); nest.Simulate(100.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(n, r); nest.Connect(n, n, syn_spec={'weight': np.arange(9.).reshape(3, 3) * 20, 'delay': 1. + np.arange(9.).reshape(3, 3) / 10}); nest.Simulate(200.); events(r)
r = nest.Create('spike_recorder'); nest.Connect(n, r); [nest.Simulate(10.) for _ in range(10)]; events(r)
m = nest.Create('multimeter', params={'record_from': ['V_m', 'I_syn_ex'], 'interval': 0.5}); nest.Connect(m, n); nest.Connect(p, n, syn_spec={'weight': 300.}); nest.Simulate(15.); nest.Simulate(15.); e = events(m); {k: v[e['times'] <= 15.] for k, v in e.items()}
m = nest.Create('voltmeter'); nest.Connect(m, n); nest.Simulate(15.); nest.Simulate(15.); e = events(m); {k: v[e['times'] <= 15.] for k, v in e.items()}
m = nest.Create('voltmeter', params={'start': 3., 'stop': 7.}); nest.Connect(m, n); nest.Simulate(20.); events(m)
m = nest.Create('voltmeter', params={'interval': 2., 'offset': 1.}); nest.Connect(m, n); nest.Simulate(15.); nest.Simulate(15.); e = events(m); {k: v[e['times'] <= 15.] for k, v in e.items()}
m = nest.Create('voltmeter', params={'interval': 2., 'offset': 5.}); nest.Connect(m, n); nest.Simulate(15.); nest.Simulate(15.); e = events(m); {k: v[e['times'] <= 15.] for k, v in e.items()}
m = nest.Create('voltmeter', params={'interval': 2., 'time_in_steps': True}); nest.Connect(m, n); nest.Simulate(15.); nest.Simulate(15.); e = events(m); {k: v[e['times'] <= 150] for k, v in e.items()}
m = nest.Create('multimeter', 2, {'record_from': ['V_m'], 'interval': 1.}); nest.Connect(m, n[:2], 'one_to_one'); nest.Simulate(5.); nest.Simulate(5.); [events(k)['V_m'][:5] for k in m]
m = nest.Create('multimeter'); nest.Connect(m, n); nest.Simulate(5.); m.n_events > 0, sorted(m.events)
c = nest.Create('dc_generator', params={'amplitude': 100., 'start': 2., 'stop': 3.}); x = nest.Create('iaf_psc_alpha'); nest.Connect(c, x); m = nest.Create('voltmeter', params={'interval': 0.1}); nest.Connect(m, x); nest.Simulate(5.); nest.Simulate(5.); e = events(m); {k: v[e['times'] <= 5.] for k, v in e.items()}
nest.local_spike_counter
nest.Simulate(10.); nest.network_size, nest.num_connections
""")


@pytest.mark.parametrize("lines", RECORDING)
def test_recording(lines):
    assert agree(DRIVEN + lines)[0] == "value" or "time_in_steps = True" in lines


FILES = cases("""
r = nest.Create('spike_recorder', params={'record_to': 'ascii', 'label': 'sp'}); nest.Connect(p, r); nest.Simulate(20.); [os.path.basename(f) for f in r.filenames]
r = nest.Create('spike_recorder', params={'record_to': 'ascii', 'label': 'sp'}); nest.Connect(p, r); nest.Simulate(20.); sorted(open(r.filenames[0]).read().splitlines())
r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); nest.Connect(p, r); nest.Simulate(20.); os.listdir(folder), r.n_events
r = nest.Create('spike_recorder', params={'record_to': 'ascii', 'time_in_steps': True}); nest.Connect(p, r); nest.Simulate(20.); sorted(open(r.filenames[0]).read().splitlines())
r = nest.Create('spike_recorder', params={'record_to': 'ascii', 'file_extension': 'txt', 'precision': 1}); nest.Connect(p, r); nest.Simulate(20.); os.listdir(folder), sorted(open(r.filenames[0]).read().splitlines())
nest.data_prefix = 'me_'; r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); nest.Connect(p, r); nest.Simulate(20.); os.listdir(folder)
r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); nest.Connect(p, r); nest.Simulate(20.); nest.Simulate(20.)
nest.overwrite_files = True; r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); nest.Connect(p, r); nest.Simulate(5.); nest.Simulate(15.); sorted(open(r.filenames[0]).read().splitlines())
r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); nest.Connect(p, r); nest.Prepare(); nest.Run(5.); nest.Run(15.); nest.Cleanup(); sorted(open(r.filenames[0]).read().splitlines())
m = nest.Create('multimeter', params={'record_to': 'ascii', 'record_from': ['V_m']}); nest.Connect(m, n); nest.Simulate(5.); open(m.filenames[0]).read().splitlines()[:3]
r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); r.events
r = nest.Create('spike_recorder', params={'record_to': 'screen'}); r.events
r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); sorted(set(r.get()) & {'filenames', 'events', 'precision', 'file_extension', 'n_events'})
r = nest.Create('spike_recorder', params={'record_to': 'screen'}); sorted(set(r.get()) & {'filenames', 'events', 'precision', 'file_extension', 'n_events'})
""")


@pytest.mark.parametrize("lines", FILES)
def test_recording_to_files(lines):
    agree("nest.data_path = folder; nest.data_prefix = ''; " + DRIVEN + lines)


def test_poisson_generators_have_equal_rates():
    """Means of 500 trains over 2 s within 4 standard errors of each other; independent trains for every target."""
    counts = []
    for nest in (ours, theirs):
        nest.ResetKernel()
        nest.rng_seed = 11
        g, p = nest.Create("poisson_generator", params={"rate": 40.0}), nest.Create("parrot_neuron", 500)
        r = nest.Create("spike_recorder")
        nest.Connect(g, p)
        nest.Connect(p, r)
        nest.Simulate(2000.0)
        counts.append(np.bincount(r.events["senders"] - p[0].global_id, minlength=500))
    here, there = counts
    assert abs(here.mean() - there.mean()) < 4 * np.sqrt(2 * 80 / 500)
    assert 0.8 < here.var() / here.mean() < 1.2


FROM_GENERATORS = cases("""
nest.Connect(nest.Create('dc_generator'), nest.Create('spike_recorder'))
g = nest.Create('poisson_generator', 3); r = nest.Create('spike_recorder', 3); nest.Connect(g, r, 'one_to_one'); nest.GetConnections(); nest.num_connections, nest.network_size
g = nest.Create('poisson_generator', 3); r = nest.Create('spike_recorder', 3); nest.Connect(g, r, {'rule': 'fixed_indegree', 'indegree': 1})
g = nest.Create('poisson_generator'); n = nest.Create('iaf_psc_alpha'); r = nest.Create('spike_recorder'); nest.Connect(g, n + r); nest.Connect(g + n, r); nest.Simulate(20.); nest.GetConnections()
g = nest.Create('poisson_generator', params={'rate': 0.}); r = nest.Create('spike_recorder'); nest.Connect(g, r); nest.Simulate(20.); r.n_events
g = nest.Create('poisson_generator', params={'rate': 1e5, 'start': 3., 'stop': 5.}); r = nest.Create('spike_recorder', params={'start': 4.}); nest.Connect(g, r); nest.Simulate(2.); nest.Simulate(20.); float(min(r.events['times'])), r.n_events > 20
g = nest.Create('poisson_generator'); r = nest.Create('spike_recorder'); nest.Connect(g, r); c = nest.GetConnections(); c.disconnect(); c.disconnect()
""")


@pytest.mark.parametrize("lines", FROM_GENERATORS)
def test_recording_of_what_generators_send(lines):
    agree(lines)


@pytest.mark.parametrize("model", ["poisson_generator", "poisson_generator_ps", "sinusoidal_poisson_generator", "inhomogeneous_poisson_generator"])
def test_every_recorder_gets_a_train_of_its_own(model):
    """Counts of two generators in two recorders: Poisson numbers of the same mean on both, none equal to another."""
    for nest in (ours, theirs):
        nest.ResetKernel()
        rate = {"rate_times": [0.1], "rate_values": [20000.0]} if model.startswith("inhom") else {"rate": 20000.0}
        g, r = nest.Create(model, 2, rate), nest.Create("spike_recorder", 2)
        nest.Connect(g, r)
        nest.Simulate(30.0)
        nest.Simulate(70.0)
        counts = [int((np.asarray(one.events["senders"]) == k).sum()) for one in r for k in g.tolist()]
        assert len(set(counts)) == 4 and all(abs(n - 2000) < 5 * 2000 ** 0.5 for n in counts), (nest.__name__, counts)
        times = np.sort(r[0].events["times"])
        assert times[0] < 1.0 and 99.0 < times[-1] <= 100.0


SET_BACK = cases("""
n = nest.Create('iaf_psc_alpha', 1, {'I_e': 500.}); r = nest.Create('spike_recorder'); nest.Connect(n, r); nest.Simulate(20.); v = n.V_m; nest.biological_time = 0.; a = nest.biological_time, n.V_m == v; nest.Simulate(20.); a, events(r), n.V_m, nest.biological_time
n = nest.Create('iaf_psc_delta'); g = nest.Create('spike_generator', params={'spike_times': [19.]}); nest.Connect(g, n, syn_spec={'delay': 5., 'weight': 10.}); nest.Simulate(20.); nest.biological_time = 0.; nest.Simulate(10.); n.V_m
g = nest.Create('spike_generator', params={'spike_times': [5., 12., 25.]}); p = nest.Create('parrot_neuron'); r = nest.Create('spike_recorder'); nest.Connect(g, p); nest.Connect(p, r); nest.Simulate(20.); nest.biological_time = 0.; nest.Simulate(40.); events(r)
g = nest.Create('spike_generator', params={'spike_times': [5., 12.]}); p = nest.Create('parrot_neuron'); r = nest.Create('spike_recorder'); nest.Connect(g, p); nest.Connect(p, r); nest.Simulate(20.); nest.biological_time = 0.; r.n_events = 0; g.spike_times = [3., 4.]; nest.Simulate(40.); events(r), g.origin
p = nest.Create('parrot_neuron'); r = nest.Create('spike_recorder', params={'start': 4.}); nest.Connect(p, r); nest.Simulate(20.); nest.biological_time = 0.; g = nest.Create('spike_generator', params={'spike_times': [3., 7.], 'origin': 1.}); nest.Connect(g, p); nest.Simulate(40.); events(r), g.origin
n = nest.Create('iaf_psc_alpha', params={'I_e': 300.}); m = nest.Create('voltmeter', params={'interval': 2.}); nest.Connect(m, n); nest.Simulate(7.); nest.biological_time = 0.; nest.Simulate(10.); nest.Simulate(2.); e = events(m); {k: v[(e['times'] > 7.) & (e['times'] <= 10.)] for k, v in e.items()}
n = nest.Create('iaf_psc_alpha', 2, {'I_e': 300.}); c = nest.Create('dc_generator', params={'amplitude': 100., 'start': 5., 'stop': 10.}); nest.Connect(c, n); nest.Simulate(20.); nest.biological_time = 0.; nest.Simulate(20.); n.V_m, c.get(['start', 'stop', 'origin'])
n = nest.Create('iaf_psc_alpha', 1, {'I_e': 500.}); nest.Prepare(); nest.Run(5.); nest.biological_time = 0.; nest.Run(5.); nest.biological_time
nest.Simulate(5.); nest.biological_time = 1.
nest.Simulate(5.); nest.SetKernelStatus({'biological_time': 0.}); nest.Simulate(3.); nest.biological_time
nest.Simulate(5.); nest.biological_time = 0.; nest.resolution = 0.2
n = nest.Create('iaf_psc_alpha', 1, {'I_e': 500.}); r = nest.Create('spike_recorder', params={'record_to': 'ascii'}); nest.data_path = folder; nest.Connect(n, r); nest.Prepare(); nest.Run(20.); nest.biological_time = 0.; nest.Run(20.); nest.Cleanup(); sorted(open(r.filenames[0]).read().splitlines())
""")


@pytest.mark.parametrize("lines", SET_BACK)
def test_time_set_back_to_zero(lines):
    agree(lines)


SEEDED = cases("""
n = nest.Create('iaf_psc_alpha', 20); c = {'rule': 'fixed_indegree', 'indegree': 3}; nest.Connect(n, n, c); a = connections(); nest.rng_seed = 5; nest.Connect(n, n, c); sorted(connections()) == sorted(a + a)
n = nest.Create('iaf_psc_alpha', 20); c = {'rule': 'fixed_indegree', 'indegree': 3}; nest.Connect(n, n, c); a = connections(); nest.Connect(n, n, c); sorted(connections()) == sorted(a + a)
n = nest.Create('iaf_psc_alpha', 20); nest.rng_seed = 5; c = {'rule': 'pairwise_bernoulli', 'p': .3}; nest.Connect(n, n, c); a = connections(); nest.rng_seed = 5; nest.Connect(n, n, c); sorted(connections()) == sorted(a + a)
n = nest.Create('iaf_psc_alpha', 20); nest.Connect(n[0], n[1]); nest.rng_seed = 5; nest.Connect(n, n, 'one_to_one', {'weight': nest.random.uniform()}); a = nest.GetConnections(n, n).weight[-20:]; nest.rng_seed = 5; nest.Connect(n, n, 'one_to_one', {'weight': nest.random.uniform()}); w = nest.GetConnections().weight; len(set(w)), len(w)
n = nest.Create('iaf_psc_alpha', 5, {'V_m': nest.random.uniform()}); nest.rng_seed = 5; m = nest.Create('iaf_psc_alpha', 5, {'V_m': nest.random.uniform()}); n.V_m == m.V_m
n = nest.Create('iaf_psc_alpha', 5, {'V_m': nest.random.uniform()}); nest.rng_seed = 6; m = nest.Create('iaf_psc_alpha', 5, {'V_m': nest.random.uniform()}); n.V_m == m.V_m
n = nest.Create('iaf_psc_alpha', 5, {'V_m': nest.random.uniform()}); m = nest.Create('iaf_psc_alpha', 5, {'V_m': nest.random.uniform()}); m.V_m == n.V_m
n = nest.Create('iaf_psc_alpha', 5); n.V_m = nest.random.uniform(); a = n.V_m; nest.rng_seed = 5; n.V_m = nest.random.uniform(); b = n.V_m; n.V_m = nest.random.uniform(); a == b, b == n.V_m
n = nest.Create('iaf_psc_alpha', 5); n.V_m = nest.random.uniform(); a = n.V_m; nest.rng_seed = 5; m = nest.Create('iaf_psc_alpha', 5); m.V_m = nest.random.uniform(); a == m.V_m
n = nest.Create('iaf_psc_alpha', 5, positions=nest.spatial.free(nest.random.uniform(), num_dimensions=2)); nest.rng_seed = 5; m = nest.Create('iaf_psc_alpha', 5, positions=nest.spatial.free(nest.random.uniform(), num_dimensions=2)); nest.GetPosition(n) == nest.GetPosition(m)
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([8, 8])); c = {'rule': 'pairwise_bernoulli', 'p': .5, 'mask': {'circular': {'radius': .3}}}; nest.Connect(l, l, c); a = connections(); nest.rng_seed = 5; nest.Connect(l, l, c); sorted(connections()) == sorted(a + a)
a = nest.random.uniform().GetValue(); nest.rng_seed = 5; a == nest.random.uniform().GetValue()
""")


@pytest.mark.parametrize("lines", SEEDED)
def test_what_is_drawn_after_the_seed_is_set_again(lines):
    """The same calls draw the same numbers as after the seed was set before, whatever there was already."""
    assert agree("nest.rng_seed = 5; " + lines)[0] == "value"
