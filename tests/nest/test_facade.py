"""What `spatialnet.nest` has of its own: the network behind it, what it refuses by name, names of NEST 2.x, single connections."""

import sys

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
import spatialnet.nest as nest


@pytest.fixture(autouse=True)
def new_kernel():
    nest.ResetKernel()


def test_it_needs_neither_nest_nor_a_figure_library():
    import subprocess
    code = ("import sys, spatialnet.nest; print([m for m in ('nest', 'matplotlib', 'bokeh', 'ipywidgets', 'pandas', 'xarray') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("lines, named", [
    ("n = nest.Create('iaf_psc_exp', 2); nest.Connect(n, n, syn_spec={'pre_synaptic_element': 'a', 'post_synaptic_element': 'd'}); "
     "nest.GetConnections().disconnect()", "synaptic elements"),
    ("nest.Install('mymodule')", "mymodule"),
    ("nest.structural_plasticity_synapses = {'s': {'synapse_model': 'stdp_synapse', 'pre_synaptic_element': 'a', "
     "'post_synaptic_element': 'd'}}", "stdp_synapse"),
    ("nest.Create('iaf_psc_exp', 2, {'tau_Ca': [1.0, 2.0]})", "tau_Ca"),
    ("nest.use_compressed_spikes = False", "use_compressed_spikes"),
    ("nest.Create('ac_generator', params={'frequency': 5.0}); nest.Simulate(1.0); nest.biological_time = 0.0", "frequency"),
    ("nest.Create('correlation_detector'); nest.Simulate(1.0); nest.biological_time = 0.0", "biological_time"),
    ("nest.Create('ignore_and_fire', params={'frozen': True})", "frozen"),
    ("nest.Create('iaf_psc_alpha', params={'ignore_and_spike': True})", "ignore_and_spike"),
    ("nest.Create('lin_rate_ipn').tau_minus = 5.0", "tau_minus"),
    ("n = nest.Create('iaf_psc_alpha', 2); nest.Connect(n[0], n[1], syn_spec='stdp_synapse'); nest.Simulate(1.0); n.post_trace", "post_trace"),
    ("n = nest.Create('iaf_psc_alpha'); nest.Simulate(1.0); n.Ca", "calcium"),
    ("nest.Create('glif_psc').ASCurrents", "ASCurrents"),
    ("nest.Create('poisson_generator', params={'label': 'x'})", "label"),
])
def test_what_is_not_supported_says_so_by_name(lines, named):
    with pytest.raises(nest.NESTErrors.NotImplemented, match=named):
        exec(lines)  # noqa: S102


IN_SPACE = "nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 1, 'p': "
MASKED = "nest.Connect(l, l, {'rule': 'pairwise_poisson', 'mask': {'circular': {'radius': 0.3}}})"


@pytest.mark.parametrize("lines, error, named", [
    (MASKED, "BadProperty", "pairwise_avg_num_conns"),                        # NEST crashes
    (IN_SPACE + "0.0 * nest.spatial.distance})", "KernelException", "p > 0"),  # takes the first node
    (IN_SPACE + "nest.spatial.distance - 5.0})", "BadProperty", "≥ 0"),        # takes any
    ("nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial.source_pos.z})",
     "KernelException", "z coordinate"),                                      # takes 0
    ("nest.CreateMask('ellipsoidal', {'major_axis': 2.0, 'minor_axis': 1.0})", "IndexError", "polar_axis"),
    ("nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2], extent=[-1.0, 1.0]))", "BadProperty", "positive"),
    ("nest.random.exponential(-1.0)", "BadProperty", "beta"),
    ("nest.Connect(a, a, syn_spec={'weight': float('nan')})", "BadProperty", "NaN"),  # means the default
    ("nest.Connect(a, a, syn_spec={'delay': float('nan')})", "BadProperty", "NaN"),
    ("nest.Connect(a, a, {'rule': 'fixed_indegree', 'indegree': 3, 'allow_autapses': False, 'allow_multapses': False})",
     "BadProperty", "2 candidate"),                                           # never ends
    ("nest.Connect(a, a); nest.GetConnections().get('no_key')", "KeyError", "no_key"),  # an empty list
])
def test_faults_that_nest_overlooks_are_named(lines, error, named):
    l, a = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([5, 5])), nest.Create("iaf_psc_alpha", 3)  # noqa: E741
    with pytest.raises(Exception, match=named) as raised:
        exec(lines, {"nest": nest, "l": l, "a": a})  # noqa: S102
    assert type(raised.value).__name__ == error and nest.num_connections in (0, 9)


def test_a_model_with_a_bad_default_is_not_made():
    """NEST makes it all the same."""
    with pytest.raises(nest.NESTErrors.UnaccessedDictionaryEntry):
        nest.CopyModel("static_synapse", "mine", {"no_key": 1.0})
    assert "mine" not in nest.synapse_models


def test_values_that_cannot_be_changed_can_be_given():
    nest.set(update_time_limit=float("inf"), use_compressed_spikes=True)
    nest.Create("iaf_psc_alpha", params={"frozen": False})


def test_every_error_is_a_kernel_exception():
    kinds = [getattr(nest.NESTErrors, name) for name in nest.NESTErrors.__all__]
    assert all(issubclass(kind, nest.NESTErrors.KernelException) for kind in kinds) and len(kinds) == 58
    assert nest.NESTError is nest.NESTErrors.KernelException


def test_the_native_error_is_chained():
    with pytest.raises(nest.NESTErrors.BadProperty) as caught:
        nest.Create("iaf_psc_alpha", params={"C_m": -1.0})
    assert isinstance(caught.value.__cause__, sn.errors.ParameterError)


def test_network_is_the_native_one_with_ids_from_0():
    layer = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([4, 4]))
    recorder = nest.Create("spike_recorder", params={"label": "all"})
    more = nest.Create("iaf_psc_exp", 3)
    nest.Connect(layer, more, {"rule": "fixed_indegree", "indegree": 5})
    nest.Connect(layer + nest.NodeCollection([]), recorder)
    assert more.tolist() == [18, 19, 20]
    net = nest.network()
    assert isinstance(net, sn.Network) and net.n_nodes == 19 and net.n_connections == 15
    assert net["iaf_psc_exp"].ids.tolist() == [16, 17, 18]
    assert [r.name for r in net.recorders] == ["spike_recorder 17"]
    assert "iaf_psc_exp" in net._repr_html_()


def test_result_is_the_last_simulation_as_a_dataset():
    cells = nest.Create("iaf_psc_alpha", 5, {"I_e": 500.0})
    recorder = nest.Create("spike_recorder")
    nest.Connect(cells, recorder)
    with pytest.raises(nest.NESTErrors.KernelException, match="nothing has been simulated"):
        nest.result()
    nest.Simulate(100.0)
    tree = nest.result()
    spikes = tree["spikes"]["spike_recorder 6"]
    assert spikes.sizes["spike"] == recorder.n_events > 0
    assert sorted(spikes["time"].values.tolist()) == sorted(recorder.events["times"].tolist())


def test_results_do_not_depend_on_the_number_of_threads():
    found = []
    for threads in (1, 2, 3):
        nest.ResetKernel()
        nest.set(local_num_threads=threads, rng_seed=3)
        cells = nest.Create("iaf_psc_alpha", 3000, {"V_m": nest.random.uniform(-70.0, -55.0), "I_e": 380.0})
        recorder = nest.Create("spike_recorder")
        nest.Connect(cells, cells, {"rule": "fixed_indegree", "indegree": 20}, {"weight": nest.random.normal(10.0, 2.0)})
        nest.Connect(cells, recorder)
        nest.Simulate(50.0)
        found.append((recorder.events["senders"].tolist(), recorder.events["times"].tolist()))
    assert found[0] == found[1] == found[2] and len(found[0][0]) > 100


def test_the_seed_decides_the_network():
    def pairs(seed):
        nest.ResetKernel()
        nest.rng_seed = seed
        a = nest.Create("iaf_psc_alpha", 50)
        nest.Connect(a, a, {"rule": "pairwise_bernoulli", "p": 0.1})
        return nest.GetConnections().get(["source", "target"])
    assert pairs(5) == pairs(5) != pairs(6)


def test_a_failed_set_leaves_all_nodes_as_they_were():
    a = nest.Create("iaf_psc_alpha", 4)
    with pytest.raises(nest.NESTErrors.BadProperty):
        a.set(C_m=[100.0, 200.0, -1.0, 300.0])
    assert a.C_m == (250.0,) * 4


def test_lists_that_are_too_long_are_refused():
    a = nest.Create("iaf_psc_alpha", 2)
    with pytest.raises(IndexError, match="3 values for 2 nodes"):
        a.V_m = [1.0, 2.0, 3.0]
    nest.Connect(a, a)
    with pytest.raises(IndexError, match="5 values for 4 connections"):
        nest.GetConnections().set(weight=[1.0] * 5)


# ---- connections made one by one ----

def test_connections_made_one_by_one_are_few_projections():
    """Scripts connect in loops; a projection for each pair would cost a column of offsets each."""
    a, b = nest.Create("iaf_psc_alpha", 100), nest.Create("iaf_psc_exp", 100)
    for i in range(100):
        nest.Connect(a[i], b[99 - i], syn_spec={"weight": float(i), "delay": 1.0 + i % 3})
        nest.Connect(b[i], b, syn_spec={"weight": -1.0}) if i % 50 == 0 else None
    assert nest.num_connections == 300
    assert len(nest.network().projections) <= 5
    found = nest.GetConnections(a).get(["source", "target", "weight", "delay"])
    assert found["target"] == [200 - i for i in range(100)] and found["weight"] == [float(i) for i in range(100)]
    assert found["delay"] == [1.0 + i % 3 for i in range(100)]


def test_connections_of_one_source_are_listed_as_they_were_made():
    a = nest.Create("parrot_neuron", 5)
    b = nest.Create("iaf_psc_alpha", 2)
    for target in (a[3], b[1], a[1], b[0], a[2]):
        nest.Connect(a[0], target)
    assert nest.GetConnections().target == [4, 7, 2, 6, 3]
    nest.Disconnect(a[0], b[1])
    assert nest.GetConnections().target == [4, 2, 6, 3]
    nest.Connect(a[0], a[4])
    assert nest.GetConnections().target == [4, 2, 6, 3, 5]


@pytest.mark.parametrize("wrong, error", [
    ({"weight": np.nan}, "BadProperty"), ({"weight": np.inf}, "BadProperty"), ({"delay": 0.0}, "BadDelay"), ({"delay": 1e9}, "BadDelay"),
])
def test_numbers_that_are_wrong_are_refused_in_the_second_call_as_in_the_first(wrong, error):
    cells = nest.Create("iaf_psc_alpha", 2)
    nest.Connect(cells[0], cells[1], "one_to_one", {"weight": 1.0, "delay": 1.0})
    for _ in range(2):
        with pytest.raises(getattr(nest.NESTErrors, error)):
            nest.Connect(cells[0], cells[1], "one_to_one", {"weight": 1.0, "delay": 1.0} | wrong)
    assert nest.num_connections == 1


def test_values_that_are_wrong_together_are_refused_before_connections_wait():
    cells = nest.Create("iaf_psc_alpha", 2)
    for weight in (1.0, -1.0):
        for _ in range(2):
            if weight < 0:
                with pytest.raises(nest.NESTErrors.BadProperty, match="Wmax"):
                    nest.Connect(cells[0], cells[1], syn_spec={"synapse_model": "vogels_sprekeler_synapse", "weight": weight})
            else:
                nest.Connect(cells[0], cells[1], syn_spec={"synapse_model": "vogels_sprekeler_synapse", "weight": weight})
    assert nest.num_connections == 2


def test_nodes_from_before_a_reset_are_refused_although_such_nodes_were_connected():
    cells = nest.Create("iaf_psc_alpha", 2)
    nest.Connect(cells, cells)
    nest.ResetKernel()
    again = nest.Create("iaf_psc_alpha", 2)
    nest.Connect(again, again)
    with pytest.raises(nest.NESTErrors.UnknownNode):
        nest.Connect(cells, cells)


# ---- receptors ----

def test_receptors_may_differ_within_a_call():
    cells = nest.Create("iaf_psc_exp_multisynapse", 3, {"tau_syn": [1.0, 2.0, 3.0]})
    nest.Connect(cells, cells, syn_spec={"receptor_type": [[1, 2, 3], [3, 2, 1], [2, 2, 2]], "weight": np.arange(9.0).reshape(3, 3)})
    found = nest.GetConnections().get(["source", "target", "receptor", "weight"])
    expected = {(s, t): ([[1, 2, 3], [3, 2, 1], [2, 2, 2]][t - 1][s - 1], 3.0 * (t - 1) + s - 1) for s in (1, 2, 3) for t in (1, 2, 3)}
    assert {(s, t): (r, w) for s, t, r, w in zip(*found.values())} == expected
    with pytest.raises(nest.NESTErrors.IncompatibleReceptorType):
        nest.Connect(cells, cells, syn_spec={"receptor_type": 4})
    with pytest.raises(nest.NESTErrors.IncompatibleReceptorType):
        nest.Connect(cells, cells)
    nest.Connect(cells, cells, {"rule": "fixed_indegree", "indegree": 200}, {"receptor_type": 1 + nest.random.uniform_int(3)})
    counts = np.bincount(nest.GetConnections().receptor)[1:]
    assert stats.chisquare(counts).pvalue > 1e-3


# ---- NEST 2.x ----

CLIPPED = {"low": 1.0, "high": 3.0}


@pytest.mark.parametrize("given, law", [
    ({"distribution": "normal", "mu": 3.0, "sigma": 0.5}, stats.norm(3.0, 0.5)),
    ({"distribution": "normal_clipped", "mu": 2.0, "sigma": 1.0, **CLIPPED}, stats.truncnorm(-1, 1, 2.0, 1.0)),
    ({"distribution": "lognormal", "mu": 0.5, "sigma": 0.2}, stats.lognorm(0.2, scale=np.exp(0.5))),
    ({"distribution": "uniform", "low": 0.8, "high": 2.5}, stats.uniform(0.8, 1.7)),
    ({"distribution": "exponential", "lambda": 2.0}, stats.expon(scale=0.5)),
    ({"distribution": "gamma", "order": 3.0, "scale": 0.5}, stats.gamma(3.0, scale=0.5)),
])
def test_continuous_distributions(given, law):
    a = nest.Create("iaf_psc_alpha", 50)
    nest.Connect(a, a, syn_spec={"weight": given})
    assert stats.kstest(nest.GetConnections().weight, law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("given, law", [
    ({"distribution": "uniform_int", "low": 2, "high": 5}, stats.randint(2, 6)),
    ({"distribution": "binomial", "n": 5, "p": 0.3}, stats.binom(5, 0.3)),
    ({"distribution": "gsl_binomial", "n": 5, "p": 0.3}, stats.binom(5, 0.3)),
    ({"distribution": "poisson", "lambda": 2.5}, stats.poisson(2.5)),
])
def test_discrete_distributions(given, law):
    a = nest.Create("iaf_psc_alpha", 50)
    nest.Connect(a, a, syn_spec={"weight": given})
    values = np.array(nest.GetConnections().weight)
    kinds = np.arange(values.max() + 1)
    expected = law.pmf(kinds) * len(values)
    common = expected > 5
    counts = np.bincount(values.astype(int), minlength=len(kinds))
    assert (values == values.round()).all()
    assert stats.chisquare(counts[common], expected[common] * counts[common].sum() / expected[common].sum()).pvalue > 1e-3


@pytest.mark.parametrize("base, keys", [("normal", {"mu": 2.0}), ("lognormal", {"mu": 0.5}), ("binomial", {"n": 6}), ("exponential", {"lambda": 0.4}),
                                        ("gamma", {"order": 2.0}), ("poisson", {"lambda": 2.0})])
def test_clipped_distributions_stay_inside_and_those_clipped_to_the_boundary_pile_up_there(base, keys):
    a = nest.Create("iaf_psc_alpha", 30)
    nest.Connect(a, a, syn_spec={"weight": {"distribution": base + "_clipped", **keys, **CLIPPED}})
    nest.Connect(a, a, syn_spec={"weight": {"distribution": base + "_clipped_to_boundary", **keys, **CLIPPED}})
    inside, piled = np.split(np.array(nest.GetConnections().weight).reshape(30, 2, 30).transpose(1, 0, 2), 2)
    if base in ("binomial", "poisson"):
        assert set(inside.ravel()) == {1.0, 2.0, 3.0}
    else:
        assert inside.min() > 1.0 and inside.max() < 3.0
    assert piled.min() == 1.0 and piled.max() == 3.0 and (piled == 1.0).sum() > 10 and (piled == 3.0).sum() > 10


@pytest.mark.parametrize("given, error", [({"distribution": "cauchy"}, "BadProperty"), ({"mu": 3.0}, "BadProperty"),
                                          ({"distribution": "normal", "x": 3.0}, "UnaccessedDictionaryEntry"),
                                          ({"distribution": "normal", "sigma": -1.0}, "BadProperty"),
                                          ({"distribution": "normal_clipped", "low": 2.0, "high": 1.0}, "BadProperty")])
def test_impossible_distributions(given, error):
    a = nest.Create("iaf_psc_alpha", 2)
    with pytest.raises(getattr(nest.NESTErrors, error)):
        nest.Connect(a, a, syn_spec={"weight": given})


def table():
    return sorted(zip(*nest.GetConnections().get(["source", "target", "weight", "delay"]).values()))


def test_old_routines():
    """The guide to connection management: each of them is a rule of today."""
    a, b = nest.Create("iaf_psc_alpha", 2), nest.Create("spike_recorder", 2)
    nest.OneToOneConnect(a, b, [1.2, -3.5], [0.3, 0.5])
    assert table() == [(1, 3, 1.2, 0.3), (2, 4, -3.5, 0.5)]
    nest.ResetKernel()
    a, b = nest.Create("iaf_psc_alpha", 2), nest.Create("iaf_psc_alpha", 3)
    nest.ConvergentConnect(a, b, [1.0, 2.0], [1.0, 3.0])
    assert table() == [(s, t, float(s), 2.0 * s - 1) for s in (1, 2) for t in (3, 4, 5)]
    nest.ResetKernel()
    a, b = nest.Create("iaf_psc_alpha", 2), nest.Create("iaf_psc_alpha", 3)
    nest.DivergentConnect(a, b, [1.0, 2.0, 3.0], 2.0)
    assert table() == [(s, t, t - 2.0, 2.0) for s in (1, 2) for t in (3, 4, 5)]
    nest.OneToOneConnect(a, b[:2], {"weight": 7.0})
    assert (1, 3, 7.0, 1.0) in table()


def test_old_random_routines():
    a, b = nest.Create("iaf_psc_alpha", 20), nest.Create("iaf_psc_alpha", 10)
    nest.CopyModel("static_synapse", "my_synapse")
    nest.RandomConvergentConnect(a, b, 4, 2.0, 1.5, "my_synapse", {"allow_autapses": True, "allow_multapses": False})
    assert np.bincount(nest.GetConnections(synapse_model="my_synapse").target)[21:].tolist() == [4] * 10
    nest.RandomDivergentConnect(b, a, 3, [1.0, 2.0, 3.0], 1.0)
    assert np.bincount(nest.GetConnections(b).source)[21:].tolist() == [3] * 10
    assert sorted(nest.GetConnections(b[0]).weight) == [1.0, 2.0, 3.0]
    with pytest.raises(nest.NESTErrors.BadProperty, match="together"):
        nest.ConvergentConnect(a, b, 2.0)
    with pytest.raises(nest.NESTErrors.UnaccessedDictionaryEntry):
        nest.RandomConvergentConnect(a, b, 4, options={"autapses": True})


# ---- output ----

def test_connections_print_as_a_table():
    a = nest.Create("iaf_psc_alpha", 2)
    nest.Connect(a, a, syn_spec={"weight": 2.5, "delay": 1.5})
    lines = str(nest.GetConnections()).splitlines()
    assert lines[0].split() == ["source", "target", "synapse", "model", "weight", "delay"] and len(lines) == 6
    assert lines[2].split() == ["1", "1", "static_synapse", "2.500", "1.500"]
    b = nest.Create("iaf_psc_alpha", 10)
    nest.Connect(b, b)
    long = nest.GetConnections()
    assert len(str(long).splitlines()) == 33
    long.print_full = True
    assert len(str(long).splitlines()) == 106


def test_spikes_on_the_screen(capsys):
    a = nest.Create("iaf_psc_alpha", 1, {"V_m": -50.0})
    r = nest.Create("spike_recorder", params={"record_to": "screen"})
    nest.Connect(a, r)
    nest.Simulate(5.0)
    assert capsys.readouterr().out == "1\t0.100\n"
    assert r.n_events == 1


def test_help_tells_equations_and_papers():
    text = nest.help("iaf_psc_alpha", return_text=True)
    assert "tau_m = 10.0 ms" in text and "10.1016" in text
    assert "multimeter" in nest.help("multimeter", return_text=True)
    assert "no model 'no_model'" in nest.help("no_model", return_text=True)


@pytest.fixture
def closed_figures():
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    yield plt
    plt.close("all")


def test_plots_of_activity(closed_figures, tmp_path):
    nest.data_path = str(tmp_path)
    cells = nest.Create("iaf_psc_alpha", 3, {"I_e": [0.0, 500.0, 600.0]})
    spikes, file, volts = nest.Create("spike_recorder"), nest.Create("spike_recorder", params={"record_to": "ascii"}), nest.Create("voltmeter")
    nest.Connect(cells, spikes)
    nest.Connect(cells, file)
    nest.Connect(volts, cells)
    nest.Simulate(100.0)
    (dots,) = nest.raster_plot.from_device(spikes, hist=True)
    assert len(dots.get_xdata()) == spikes.n_events
    (again,) = nest.raster_plot.from_file(file.filenames[0], hist=False)
    assert sorted(again.get_xdata()) == sorted(dots.get_xdata())
    lines = nest.voltage_trace.from_device(volts)
    assert len(lines) == 3 and len(lines[0][0].get_xdata()) == 100
    assert len(nest.voltage_trace.from_device(volts, [2], timeunit="s")) == 1
    with pytest.raises(TypeError, match="voltmeter"):
        nest.voltage_trace.from_device(spikes)
    with pytest.raises(TypeError, match="spike_recorder"):
        nest.raster_plot.from_device(volts)
    with pytest.raises(ValueError, match="No events"):
        nest.raster_plot.from_device(nest.Create("spike_recorder"))
    rows = nest.raster_plot.extract_events([[1, 2.0], [2, 3.0], [1, 5.0]], time=[2.0, 5.0], sel=[1])
    assert rows.tolist() == [[1, 2.0]]


def test_graph_of_a_network(closed_figures, tmp_path):
    cells = nest.Create("iaf_psc_alpha", 4)
    nest.Connect(cells, cells, {"rule": "fixed_indegree", "indegree": 2})
    nest.visualization.plot_network(cells, str(tmp_path / "net.png"), plot_modelnames=True)
    assert (tmp_path / "net.png").stat().st_size > 5000
    with pytest.raises(RuntimeError, match="filename"):
        nest.visualization.plot_network(cells, "net.xyz")


def test_scripts_may_keep_things_on_the_kernel():
    nest.userdict["scale"] = 3
    assert nest.userdict == {"scale": 3}
    with pytest.raises(AttributeError):
        nest.my_attribute = 3
    assert "resolution" in dir(nest) and "Create" in dir(nest)


@pytest.mark.parametrize("name", ["cm_default", "eprop_iaf_bsshslm_2020", "eprop_readout_bsshslm_2020", "eprop_iaf", "iaf_bw_2001_exact",
                                  "music_event_in_proxy"])
def test_node_models_that_are_not_there_are_refused_by_name(name):
    for ask, kind in ((nest.Create, "UnknownModelName"), (nest.GetDefaults, "UnknownComponent"), (lambda m: nest.CopyModel(m, "x"), "UnknownModelName")):
        with pytest.raises(getattr(nest.NESTErrors, kind), match=f"does not support {name}. [A-Zi]"):
            ask(name)


@pytest.mark.parametrize("name", ["stdp_facetshw_synapse_hom", "eprop_synapse_bsshslm_2020", "eprop_learning_signal_connection_bsshslm_2020"])
def test_synapse_models_that_are_not_there_are_refused_by_name(name):
    n = nest.Create("iaf_psc_alpha", 2)
    for ask, kind in ((lambda m: nest.Connect(n, n, syn_spec=m), "UnknownSynapseType"), (lambda m: nest.SetDefaults(m, {}), "UnknownComponent"),
                      (lambda m: nest.GetConnections(synapse_model=m), "UnknownSynapseType")):
        with pytest.raises(getattr(nest.NESTErrors, kind), match=f"does not support {name}. [A-Z]"):
            ask(name)
