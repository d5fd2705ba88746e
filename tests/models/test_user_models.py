"""Models that users write in a notebook: the same as those that ship, without a compiler, and nothing hostile."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ParameterError, UnknownNameError

#: written from the equations, as a user would, with nothing of the model that ships
MINE = {
    "iaf_psc_alpha": dict(
        equations="""
            dV_m/dt = -(V_m - E_L) / tau_m + (I_ex + I_in + I_e + I_stim) / C_m : mV
            dI_ex/dt = x_ex - I_ex / tau_ex : pA
            dx_ex/dt = -x_ex / tau_ex
            dI_in/dt = x_in - I_in / tau_in : pA
            dx_in/dt = -x_in / tau_in
        """,
        states={"V_m": (-70.0, "mV")},
        parameters={"E_L": (-70.0, "mV"), "tau_m": (10.0, "ms"), "C_m": 250.0, "tau_ex": (2.0, "ms"), "tau_in": (2.0, "ms"), "I_e": 0.0,
                    "V_th": -55.0, "V_reset": -70.0, "t_ref": (2.0, "ms")},
        inputs={0: ("x_ex += w * e / tau_ex", "x_in += w * e / tau_in")},
        threshold="V_m >= V_th", reset="V_m = V_reset", refractory="t_ref"),
    "iaf_cond_exp": dict(
        equations="""
            V = where(refractory > 0, V_reset, min(V_m, V_th))
            dV_m/dt = where(refractory > 0, 0, (-g_L * (V - E_L) - g_ex * (V - E_ex) - g_in * (V - E_in) + I_e + I_stim) / C_m)
            dg_ex/dt = -g_ex / tau_ex
            dg_in/dt = -g_in / tau_in
        """,
        states={"V_m": -70.0}, parameters={"E_L": -70.0, "C_m": 250.0, "g_L": 16.6667, "E_ex": 0.0, "E_in": -85.0, "tau_ex": 0.2,
                                           "tau_in": 2.0, "I_e": 0.0, "V_th": -55.0, "V_reset": -60.0, "t_ref": (2.0, "ms")},
        inputs={0: ("g_ex += w", "g_in += -w")},
        step="""
            integrate
            receive
            fires = (refractory == 0) and (V_m >= V_th)
            if refractory > 0: V_m = V_reset
            refractory = max(refractory - 1, 0)
            spike if fires: V_m = V_reset; refractory = steps(t_ref)
        """),
}


MINE["izhikevich"] = dict(
    equations="""
        dV_m/dt = 0.04 * V_m * V_m + 5 * V_m + 140 - U + I_e + I_stim : mV
        dU/dt = a * (b * V_m - U) : mV
    """,
    states={"V_m": -65.0, "U": -13.0}, parameters={"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0, "I_e": 0.0}, inputs="V_m += w",
    method="forward_euler", order="before_update", threshold="V_m >= 30", reset="V_m = c; U += d")
MINE["hh_psc_alpha"] = dict(
    equations="""
        n_rise = 0.01 * (V_m + 55) / (1 - exp(-(V_m + 55) / 10))
        n_fall = 0.125 * exp(-(V_m + 65) / 80)
        m_rise = 0.1 * (V_m + 40) / (1 - exp(-(V_m + 40) / 10))
        m_fall = 4 * exp(-(V_m + 65) / 18)
        h_rise = 0.07 * exp(-(V_m + 65) / 20)
        h_fall = 1 / (1 + exp(-(V_m + 35) / 10))
        I_Na = 12000 * m * m * m * h_Na * (V_m - 50)
        I_K = 3600 * n * n * n * n * (V_m - -77)
        dV_m/dt = (-I_Na - I_K - 30 * (V_m - -54.402) + I_stim + I_e + I_ex + I_in) / 100
        dm/dt = m_rise * (1 - m) - m_fall * m
        dh_Na/dt = h_rise * (1 - h_Na) - h_fall * h_Na
        dn/dt = n_rise * (1 - n) - n_fall * n
        dI_ex/dt = x_ex - I_ex / 0.2
        dx_ex/dt = -x_ex / 0.2
        dI_in/dt = x_in - I_in / 2
        dx_in/dt = -x_in / 2
    """,
    states={"V_m": -65.0, "m": 0.05293248525724958, "h_Na": 0.5961207535084603, "n": 0.3176769140606974},
    parameters={"t_ref": (2.0, "ms"), "I_e": 0.0}, inputs={0: ("x_ex += w * e / 0.2", "x_in += w * e / 2")},
    step="""
        integrate
        receive
        fires = (refractory == 0) and (V_m >= 0) and (old_V_m > V_m)
        refractory = max(refractory - 1, 0)
        spike if fires: refractory = steps(t_ref)
    """)
CURRENTS = {"izhikevich": (8.0, 10.0, 12.0), "hh_psc_alpha": (620.0, 700.0, 810.0)}


def run(model, scale, currents=(380.0, 390.0, 400.0)):
    net = sn.Network(seed=1)
    cells = net.create(model, n=3, I_e=np.array(currents))
    noise = net.create("spike_generator", spike_times=np.arange(1.0, 200.0, 1.7), spike_weights=np.resize([1.0, -0.4, 2.0], 118))
    net.connect(noise, cells, sn.all_to_all(), sn.static_synapse(weight=scale, delay=0.3))
    net.record(cells, "spikes")
    net.record(cells, "V_m", interval=0.1, dtype="f8")
    data = net.simulate(200.0, progress=False)
    return data["spikes/spikes"].time.values, data["recordings/V_m"]["V_m"].values


@pytest.mark.parametrize("name, scale", [("iaf_psc_alpha", 100.0), ("iaf_cond_exp", 5.0), ("izhikevich", 1.0), ("hh_psc_alpha", 20.0)])
def test_a_model_of_ones_own_does_what_the_one_that_ships_does(name, scale):
    currents = CURRENTS.get(name, (380.0, 390.0, 400.0))
    own = run(sn.NeuronModel("mine", **MINE[name]), scale, currents)
    shipped = run(name, scale, currents)
    assert len(shipped[0]) > 10 and np.array_equal(own[0], shipped[0])
    np.testing.assert_allclose(own[1], shipped[1], rtol=1e-12, atol=0)


def test_states_units_and_inputs_may_be_given_shortly():
    model = sn.NeuronModel("leak", equations="dx/dt = -x / tau : mV", parameters={"tau": (5.0, "ms")}, inputs="x += 2 * w")
    assert model.unit("x") == "mV" and model.states["x"].initial == 0.0 and model.unit("tau") == "ms"
    net = sn.Network(seed=1)
    cells = net.create(model, x=[1.0, 3.0], n=2)
    given = net.create("spike_generator", spike_times=[1.0])
    net.connect(given, cells, sn.all_to_all(), sn.static_synapse(weight=0.5, delay=1.0))
    net.record(cells, "x", interval=1.0, dtype="f8")
    values = net.simulate(3.0, progress=False)["recordings/x"]["x"].values
    expected = np.exp(-np.arange(1, 4)[:, None] / 5.0) * [1.0, 3.0] + np.array([0.0, 1.0, np.exp(-0.2)])[:, None]
    np.testing.assert_allclose(values, expected, rtol=1e-12)


@pytest.mark.parametrize("method, power", [("forward_euler", 1), ("rkf45", 4), ("exponential_euler", None), ("exact", None)])
def test_methods_converge_as_they_should(method, power):
    """Errors against exp(-t / tau): halving the step divides them by 2**power; the exact ones have none."""
    errors = []
    for h in (0.2, 0.1):
        net = sn.Network(seed=1, resolution=h)
        model = sn.NeuronModel("leak", equations="dx/dt = -x / tau", parameters={"tau": (1.0, "ms")}, states={"x": 1.0}, method=method,
                               tolerance=("1e3", "0"))
        cells = net.create(model)
        net.record(cells, "x", interval=h, dtype="f8")
        last = net.simulate(2.0, progress=False)["recordings/x"]["x"].values[-1, 0]
        errors.append(abs(last - np.exp(-2.0)))
    if power is None:
        assert max(errors) < 1e-15
    else:
        assert 0.75 * 2 ** power < errors[0] / errors[1] < 2.6 * 2 ** power


HOSTILE = ["__import__('os').system('true')", "().__class__", "[y for y in x]", "x ** 1e9", "open('f')", "lambda: 0", "x.real", "exec('1')",
           "2 ** 2 ** 2 ** 99", "f'{x}'", "x if x else (y := 1)", "*x", "x[0]"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_with_its_line(text):
    for given in ({"equations": f"dx/dt = -x\ndy/dt = {text}"}, {"equations": "dx/dt = -x", "step": f"integrate\ny = {text}"}):
        with pytest.raises(ParameterError, match="line 2"):
            sn.NeuronModel("hostile", **given)
    with pytest.raises(ParameterError):
        sn.NeuronModel("hostile", equations="dx/dt = -x", inputs=f"x += w * {text}")
    with pytest.raises(ParameterError):
        sn.NeuronModel("hostile", equations="dx/dt = -x", threshold=text, reset="x = 0")


@pytest.mark.parametrize("given, reason", [
    ({"equations": "dx/dt = -x / tau"}, "unknown name 'tau'"),
    ({"equations": "x = 3"}, "no state variable"),
    ({"equations": "dx/dt = -x", "parameters": {"x": 1.0}}, "used twice"),
    ({"equations": "dx/dt = -x", "parameters": {"h": 1.0}}, "meaning of its own"),
    ({"equations": "dx/dt = -x", "parameters": {"a b": 1.0}}, "letters, digits"),
    ({"equations": "dx/dt = -x", "parameters": {"a": "1"}}, "must be a number"),
    ({"equations": "dx/dt = -x", "inputs": "x += w * x"}, "proportional to w"),
    ({"equations": "dx/dt = -x", "inputs": "y += w"}, "cannot read"),
    ({"equations": "dx/dt = -x", "threshold": "x > 1", "reset": "x = 0", "refractory": "t_ref"}, "must name a parameter"),
    ({"equations": "dx/dt = -x", "threshold": "x > 1", "reset": "x = 0", "refractory": "t_ref", "parameters": {"t_ref": 2.0}},
     "clamped while refractory"),
    ({"equations": "dx/dt = -x", "step": "integrate\nintegrate"}, "integrates twice"),
    ({"equations": "dx/dt = -x", "step": "integrate\nI_stim = 3"}, "cannot be assigned"),
    ({"equations": "dx/dt = -x * x", "method": "exact"}, "linear"),
    ({"equations": "dx/dt = -x * x", "method": "exponential_euler"}, "not linear in x"),
])
def test_mistakes_are_named_where_the_model_is_written(given, reason):
    with pytest.raises(ParameterError, match=reason):
        sn.NeuronModel("mine", **given)


def test_models_of_ones_own_check_their_parameters():
    model = sn.NeuronModel("leak", equations="dx/dt = -x / tau", parameters={"tau": 5.0})
    with pytest.raises(UnknownNameError, match="leak has no parameter 'tua'"):
        sn.Network(seed=1).create(model, tua=3.0)
    assert "leak" in repr(model) and r"\frac{d x}{dt}" in model._repr_latex_()


@pytest.mark.parametrize("name, switch", [("iaf_psc_delta", {"refractory_input": True}), ("izhikevich", {"consistent_integration": False})])
def test_a_copy_with_a_switch_turned_is_run_as_the_switch_says(name, switch):
    """What is compiled has the switches of the original."""
    def trace(model, **parameters):
        net = sn.Network(seed=1, threads=1)
        cells = net.create(model, n=3, **parameters)
        net.connect(net.create("poisson_generator", rate=3000.0), cells, sn.all_to_all(), sn.static_synapse(weight=2.0))
        net.record(cells, "V_m", interval=0.1, dtype="f8")
        return net.simulate(100.0, progress=False)["recordings/V_m"].V_m.values

    turned, back = sn.copy_model(name, "turned", **switch), {key: not value for key, value in switch.items()}
    assert np.array_equal(trace(turned), trace(name, **switch)) and not np.array_equal(trace(turned), trace(name))
    assert np.array_equal(trace(turned, **back), trace(name))
