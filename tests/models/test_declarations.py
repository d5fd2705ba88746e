"""Declarations of models: checks of parameters, the equations and what they are turned into."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from spatialnet.errors import ConnectError, ParameterError, UnknownNameError
from spatialnet.language.parse import parse
from spatialnet.language.render import latex
from spatialnet.models import check_connection, get_model, list_models
from spatialnet.models.analysis import derivative, evaluate, linear_system, propagators
from spatialnet.models.kernels import plan

ROOT = Path(__file__).resolve().parents[2]
NEURONS = list_models("neuron")


def test_models_are_listed_by_kind():
    assert {"iaf_psc_alpha", "iaf_psc_exp", "iaf_psc_delta"} <= set(NEURONS)
    assert {"dc_generator", "poisson_generator", "spike_generator"} <= set(list_models("generator"))
    assert "parrot_neuron" in list_models("relay") and "static_synapse" in list_models("synapse")


def test_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError) as error:
        get_model("iaf_psc_alfa")
    assert str(error.value) == ("no model 'iaf_psc_alfa'. Did you mean 'iaf_psc_alpha'? "
                                "See spatialnet.list_models().")
    with pytest.raises(UnknownNameError, match="no neuron model 'static_synapse'. It is a synapse for connect"):
        get_model("static_synapse", "neuron")
    with pytest.raises(UnknownNameError, match="It is a node, not a synapse"):
        get_model("iaf_psc_alpha", "synapse")
    assert get_model("static_synapse") is get_model("static_synapse", role="synapse")


def test_defaults_are_filled_in():
    checked = get_model("iaf_psc_alpha").check({"tau_m": 15}, 4)
    assert checked["tau_m"] == 15.0 and checked["V_m"] == -70.0 and checked["V_min"] == -math.inf


def test_arrays_stay_only_where_nodes_differ():
    checked = get_model("iaf_psc_exp").check({"I_e": np.full(3, 7), "V_m": [-60, -61, -62]}, 3)
    assert checked["I_e"] == 7.0 and isinstance(checked["I_e"], float)
    assert checked["V_m"].dtype == np.float64 and checked["V_m"].tolist() == [-60, -61, -62]


@pytest.mark.parametrize("values, message", [
    ({"tau_m": -10.0}, "iaf_psc_alpha.tau_m: must be > 0 ms, got -10.0."),
    ({"tau_m": 0}, "iaf_psc_alpha.tau_m: must be > 0 ms, got 0.0."),
    ({"t_ref": -1}, "iaf_psc_alpha.t_ref: must be >= 0 ms, got -1.0."),
    ({"C_m": math.nan}, "iaf_psc_alpha.C_m: must be a number, got NaN."),
    ({"I_e": [1.0, math.nan]}, "iaf_psc_alpha.I_e: must be a number, got NaN."),
    ({"I_e": math.inf}, "iaf_psc_alpha.I_e: must be finite, got inf."),
    ({"I_e": [1, 2, 3]}, "iaf_psc_alpha.I_e: has 3 values for 2 nodes."),
    ({"I_e": "big"}, "iaf_psc_alpha.I_e: must be a number or an array of 2 numbers, got 'big'."),
    ({"V_reset": -50.0}, "iaf_psc_alpha.V_reset: must be below V_th, got V_reset = -50 and V_th = -55."),
    ({"V_th": [-55.0, -71.0]}, "iaf_psc_alpha.V_reset: must be below V_th, got V_reset = -70 and V_th = -71 … -55."),
])
def test_impossible_parameters_are_refused(values, message):
    with pytest.raises(ParameterError) as error:
        get_model("iaf_psc_alpha").check(values, 2)
    assert str(error.value) == message


def test_unknown_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match="iaf_psc_alpha has no parameter 'tau_syn_e'. Did you mean 'tau_syn_ex'"):
        get_model("iaf_psc_alpha").check({"tau_syn_e": 1.0}, 1)


@pytest.mark.parametrize("model, values, message", [
    ("iaf_psc_exp_htum", {"t_ref_abs": 3.0}, "iaf_psc_exp_htum.t_ref_abs: t_ref_abs must not exceed t_ref_tot, got "
                                             "t_ref_abs = 3 and t_ref_tot = 2"),
    ("iaf_tum_2000", {"U": 1.5}, "iaf_tum_2000.U: U must be in [0, 1], got U = 1.5"),
    ("iaf_tum_2000", {"x": 0.7, "y": [0.1, 0.7]}, "iaf_tum_2000.x: x and y must be >= 0, and x + y <= 1, got x = 0.7 and "
                                                  "y = 0.1 … 0.7"),
])
def test_parameters_that_contradict_each_other_are_refused(model, values, message):
    with pytest.raises(ParameterError) as error:
        get_model(model).check(values, 2)
    assert str(error.value) == message + "."


def test_factors_go_only_to_receptors_that_take_them():
    plain, plastic, lgn = (get_model(name) for name in ("iaf_psc_exp", "iaf_tum_2000", "iaf_chs_2007"))
    check_connection(plastic, plastic, 1)
    check_connection(plastic, plain, 0)
    with pytest.raises(ConnectError, match="receptor 1 of iaf_tum_2000 takes spikes that carry a factor; those of iaf_psc_exp do not"):
        check_connection(plain, plastic, 1)
    with pytest.raises(ConnectError, match="iaf_chs_2007 takes no current"):
        check_connection(get_model("dc_generator"), lgn)


@pytest.mark.parametrize("model, name, value", [("spike_train_injector", "precise_times", True)])
def test_what_is_not_available_is_refused_by_name(model, name, value):
    default = get_model(model).parameters[name].default
    get_model(model).check({name: default}, 1)
    with pytest.raises(ParameterError, match=name):
        get_model(model).check({name: value}, 1)


@pytest.mark.parametrize("values, name", [
    ({"spike_times": [3.0, 2.0]}, "spike_times"), ({"spike_times": [0.0]}, "spike_times"),
    ({"spike_times": [-1.0]}, "spike_times"), ({"spike_times": 3.0}, "spike_times"),
    ({"spike_times": [1.0, 2.0], "spike_weights": [1.0]}, "spike_weights"),
    ({"spike_times": [1.0], "spike_multiplicities": [1.5]}, "spike_multiplicities"),
    ({"spike_times": [1.0, math.nan]}, "spike_times"), ({"start": 5.0, "stop": 4.0}, "stop"),
    ({"spike_times": [[1.0], [2.0]]}, "spike_times"),
])
def test_impossible_spike_trains_are_refused(values, name):
    with pytest.raises(ParameterError) as error:
        get_model("spike_generator").check(values, 1)
    assert error.value.parameter == name


def test_every_parameter_and_state_is_documented():
    for name in list_models():
        model = get_model(name, role="synapse" if name in list_models("synapse") else "neuron")
        assert model.summary.endswith(".")
        assert all(row["meaning"] for row in model.table())
    assert all(get_model(name).doi.startswith("10.") for name in NEURONS)


@pytest.mark.parametrize("name", NEURONS)
def test_equations_render_as_latex(name):
    written = get_model(name)._repr_latex_()
    for state in get_model(name).unrolled({}).derivatives:
        assert rf"\frac{{d {latex(parse(state))}}}{{dt}}" in written
    assert name in repr(get_model(name))


@pytest.mark.parametrize("text", ["a * x + b", "x / a - x * b", "-(x - a) / b + 3", "x**3 / a", "exp(-x / a)",
                                  "log(x) * a", "sin(x) * cos(a * x)"])
def test_derivative_agrees_with_differences(text):
    node, values, eps = parse(text), {"x": 0.7, "a": 1.3, "b": -0.4}, 1e-6
    slope = (evaluate(node, values | {"x": 0.7 + eps}) - evaluate(node, values | {"x": 0.7 - eps})) / (2 * eps)
    assert evaluate(derivative(node, "x"), values) == pytest.approx(slope, rel=1e-8)


def alpha_propagators(tau_m, tau_s, C, h):
    """The closed forms for an alpha current (β = τ_s τ_m / (τ_m - τ_s)), in high precision."""
    from decimal import Decimal as D
    from decimal import getcontext
    getcontext().prec = 60
    tau_m, tau_s, C, h = map(D, (tau_m, tau_s, C, h))
    E_m, E_s = (-h / tau_m).exp(), (-h / tau_s).exp()
    beta = tau_s * tau_m / (tau_m - tau_s)
    return [float(x) for x in (E_m, beta / C * (E_m - E_s), beta / C * (beta * (E_m - E_s) - h * E_s), h * E_s, E_s)]


@pytest.mark.parametrize("tau_s", ["2", "0.3", "9.99", "9.99999", "10.0000001", "40"])
def test_propagators_are_exact_also_near_equal_time_constants(tau_s):
    model = get_model("iaf_psc_alpha")
    values = model.check({"tau_syn_ex": float(tau_s), "I_e": 100.0}, 1)
    P, stimulus, constant = propagators(linear_system(model), values, 0.1, 1)
    names = list(model.states)
    V, I, dI = names.index("V_m"), names.index("I_syn_ex"), names.index("dI_syn_ex")
    found = [P[V, V], P[V, I], P[V, dI], P[I, dI], P[I, I]]
    assert np.allclose(found, alpha_propagators("10", tau_s, "250", "0.1"), rtol=1e-13, atol=0)
    assert stimulus[V] == pytest.approx(10.0 / 250.0 * (1 - math.exp(-0.01)), rel=1e-13)
    assert constant[V] == pytest.approx(100.0 * stimulus[V], rel=1e-13)
    assert not constant[I] and not stimulus[dI]


def test_structure_of_the_propagators_is_known_without_numbers():
    system = linear_system(get_model("iaf_psc_alpha"))
    values = get_model("iaf_psc_alpha").check({"I_e": 1.0}, 1)
    P, stimulus, constant = propagators(system, values, 0.1, 1)
    assert {tuple(at) for at in np.argwhere(P != 0)} == set(system.propagates)
    assert {tuple(at) for at in np.argwhere(stimulus != 0)} == set(system.stimulated)
    assert tuple(np.flatnonzero(constant)) == system.driven


def test_neurons_that_differ_get_their_own_propagators():
    model = get_model("iaf_psc_exp")
    tau = np.array([5.0, 10.0, 5.0])
    P, _, _ = propagators(linear_system(model), model.check({"tau_m": tau}, 3), 0.1, 3)
    for i in range(3):
        one, _, _ = propagators(linear_system(model), model.check({"tau_m": tau[i]}, 1), 0.1, 1)
        assert np.array_equal(P[i], one)


def test_connections_that_mean_nothing_are_refused():
    neuron, dc, relay = map(get_model, ("iaf_psc_alpha", "dc_generator", "parrot_neuron"))
    check_connection(dc, neuron)
    for source, target, receptor in ((neuron, dc, 0), (dc, relay, 0), (neuron, neuron, 1), (dc, neuron, 1)):
        with pytest.raises(ConnectError):
            check_connection(source, target, receptor)


def test_c_is_written_without_numpy_and_without_the_core(tmp_path):
    """The build runs before anything is compiled or installed."""
    code = ("import sys, runpy; sys.modules['numpy'] = sys.modules['scipy'] = None;"
            f"sys.argv = ['generate.py', '--out', {str(tmp_path)!r}];"
            f"runpy.run_path({str(ROOT / 'ext' / 'generate.py')!r}, run_name='__main__')")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    parts = [path.read_text() for path in tmp_path.glob("model_kernels_*.c")]
    written = "".join(part.split("spn_find_kernel")[0] for part in parts)
    assert all(f"spn_{name}_{segment}_{variant}(" in written for name in NEURONS if (kernel := get_model(name).kernel)
               for segment in plan(get_model(kernel)).segments for variant in ("uniform", "columns"))
    assert "?" not in written  # no branch that would keep loops from being vectorised
