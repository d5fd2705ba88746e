"""Expressions of the user's own: text and Python functions, wherever an expression is taken."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ExpressionError, ParameterError, UserCodeError
from spatialnet.language.nodes import structure
from tests.reference import connector as twin

PLACES = {"grid": sn.grid([15, 15], extent=[2., 2.]), "grid torus": sn.grid([15, 15], extent=[2., 2.], edge_wrap=True),
          "free": sn.free(sn.random.uniform(-1, 1), n=300, extent=[2., 2.], center=[0., 0.]),
          "free torus": sn.free(sn.random.uniform(-1, 1), n=300, extent=[2., 2.], center=[0., 0.], edge_wrap=True)}


def fall(dx, dy):
    return 0.8 / (1 + 8 * (dx * dx + dy * dy))


FALL = "0.8 / (1 + 8*(dx*dx + dy*dy))"


def columns(place, rule, synapse=None, threads=2):
    net = sn.Network(seed=5, threads=threads)
    layer = net.create("parrot_neuron", PLACES[place])
    return net.connect(layer, layer, rule, synapse).connections_of()


def assert_equal(one, other):
    assert len(one["source"]) > 0
    for name in ("source", "target", "weight", "delay"):
        np.testing.assert_array_equal(one[name], other[name])


# ---- text ----

def test_text_is_an_expression_wherever_one_is_taken():
    near = sn.circular(0.4)
    of_text = columns("free", sn.pairwise_bernoulli("0.8*exp(-distance/0.3)", mask=near),
                      sn.static_synapse(weight="target.x - source.x", delay="1 + 2*distance"))
    of_nodes = columns("free", sn.pairwise_bernoulli(0.8 * sn.exp(-sn.distance / 0.3), mask=near), sn.static_synapse(
        weight=sn.target.x - sn.source.x, delay=1 + 2 * sn.distance))
    assert_equal(of_text, of_nodes)
    relative = [columns("free", sn.fixed_indegree(5, p=p)) for p in ("exp(-distance)", sn.exp(-sn.distance))]
    assert_equal(*relative)


@pytest.mark.parametrize("text, expected", [
    ("0.8 * gaussian(distance, std=0.4)", 0.8 * sn.gaussian(sn.distance, std=0.4)),
    ("gaussian(distance, 0.1, 0.4)", sn.gaussian(sn.distance, 0.1, 0.4)),
    ("gaussian2d(dx, dy, std_x=2/10, rho=-0.3)", sn.gaussian2d(sn.displacement.x, sn.displacement.y, std_x=0.2, rho=-0.3)),
    ("0.1 + exponential(distance.x, beta=0.3)", 0.1 + sn.exponential(sn.distance.x, beta=0.3)),
    ("min(gamma(distance, kappa=2), 1)", sn.min(sn.gamma(sn.distance, kappa=2), 1)),
    ("gabor(target.x - source.x, dy, theta=30, lam=0.7) if distance < 1 else 0", sn.where(sn.distance < 1, sn.gabor(
        sn.target.x - sn.source.x, sn.displacement.y, theta=30, lam=0.7), 0)),
])
def test_profiles_are_known_in_text_with_their_keywords(text, expected):
    """And what an expression shows of itself can be read again."""
    assert structure(sn.expression(text)) == structure(expected)
    assert structure(sn.expression(repr(expected))) == structure(expected)
    assert repr(sn.pairwise_bernoulli(text)) == repr(sn.pairwise_bernoulli(expected))


def test_profiles_in_text_take_parameters_by_name():
    assert repr(sn.expression("a * gaussian(distance, std=s)", a=0.5, s=0.3)) == "0.5 * gaussian(distance, std=0.3)"
    assert sn.mask("gaussian(dx, std=s) * gaussian(dy, std=s) >= exp(-0.5)", s=0.2).contains([[0.19, 0], [0.15, 0.15]]).tolist() == [
        True, False]


@pytest.mark.parametrize("text, error, said", [
    ("gaussian(distance, sd=1)", ExpressionError, "unexpected keyword argument 'sd'"), ("gaussian()", ExpressionError, "missing 1"),
    ("gaussian(*dx)", ExpressionError, "Starred"), ("gaussian(distance, **dx)", ExpressionError, "each once"),
    ("gaussian(distance, std=1, std=2)", ExpressionError, "each once"), ("exp(distance, x=1)", ExpressionError, "takes no keywords"),
    ("gaussian(distance, std=dx)", ParameterError, "gaussian.std: must be a number > 0, got dx"),
    ("gaussian(distance, std=0)", ParameterError, "gaussian.std: must be a number > 0"),
    ("gausian(distance)", ExpressionError, "unknown function 'gausian'; known: .*gaussian, gaussian2d"),
])
def test_impossible_profiles_in_text_are_refused(text, error, said):
    with pytest.raises(error, match=said):
        sn.expression(text)


@pytest.mark.parametrize("rule, text, expected", [
    (sn.fixed_indegree, "3.5 + 2*target.x", 3.5 + 2 * sn.target.x), (sn.fixed_indegree, "9 * gaussian(pos.x, std=0.5)",
                                                                     9 * sn.gaussian(sn.pos.x, std=0.5)),
    (sn.fixed_outdegree, "4 + source.y", 4 + sn.source.y), (sn.fixed_outdegree, "2*3", 6)])
def test_degrees_can_be_text(rule, text, expected):
    assert repr(rule(text)) == repr(rule(expected))
    assert_equal(columns("free", rule(text)), columns("free", rule(expected)))


def test_text_without_names_is_a_number():
    assert sn.pairwise_bernoulli("1/4").p == 0.25
    assert sn.static_synapse(weight="2*3").weight == 6.0
    with pytest.raises(ParameterError, match="probability between 0 and 1"):
        sn.pairwise_bernoulli("2")


def test_text_sets_parameters_of_nodes():
    net = sn.Network()
    layer = net.create("iaf_psc_alpha", PLACES["grid"], V_m="-70 + 5*pos.x")
    np.testing.assert_allclose(layer.get("V_m"), -70 + 5 * layer.positions[:, 0])
    layer.set(V_m="-60 - pos.y")
    np.testing.assert_allclose(layer.get("V_m"), -60 - layer.positions[:, 1])
    with pytest.raises(ExpressionError, match="V_m belongs to a single node and cannot use 'distance'"):
        layer.set(V_m="distance")


def test_parameters_take_the_place_of_names():
    found = sn.expression("c*exp(-(dx*dx)/a)", a=0.5, c=2)
    assert repr(found) == "2 * exp(-(dx * dx) / 0.5)"
    assert found.at(displacement=[[1., 0.]])[0] == pytest.approx(2 * np.exp(-2))
    assert repr(sn.expression("e*distance", e=3.)) == "3 * distance" and sn.expression("pi").value == np.pi


@pytest.mark.parametrize("text, values, said", [
    ("exp(-r/0.3)", {}, "unknown name 'r'"), ("distance", {"distance": 1.}, "'distance' is an input already"),
    ("a*distance", {"a": "2"}, "a must be a finite number"), ("a*distance", {"a": np.inf}, "finite"), ("1 +", {}, "cannot be read"),
    ("distance.__class__", {}, "not part of the language"), ("open('x')", {}, "unknown function 'open'"),
])
def test_impossible_text_is_refused(text, values, said):
    with pytest.raises(ExpressionError, match=said):
        sn.expression(text, **values)


def test_text_that_names_something_unknown_is_refused_where_it_is_given():
    with pytest.raises(ParameterError, match="pairwise_bernoulli.p: must be .* got 'exp.-dist.': unknown name 'dist'"):
        sn.pairwise_bernoulli("exp(-dist)")
    with pytest.raises(ParameterError, match="static_synapse.delay: .*unknown name 'dist'"):
        sn.static_synapse(delay="1 + dist")
    with pytest.raises(ParameterError, match="p: cannot use pos"):
        sn.pairwise_bernoulli("pos.x")


# ---- functions ----

@pytest.mark.parametrize("place", ["grid", "grid torus"])
@pytest.mark.parametrize("mask", [None, sn.circular(0.5)])
def test_function_is_the_expression_it_says_on_a_lattice(place, mask):
    """There p is computed for every step in advance; so bounds do not matter, and the numbers drawn are the same."""
    ways = [sn.expression(FALL), sn.function(fall), sn.function(fall, bounds=(0, 1))]
    made = [columns(place, sn.pairwise_bernoulli(p, mask=mask), sn.static_synapse(weight=p, delay=1 + p)) for p in ways]
    assert_equal(made[0], made[1])
    assert_equal(made[0], made[2])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bounds", [None, (0, 0.9), (0, 0.1)])
@pytest.mark.parametrize("driver", ["source", "target"])
def test_functions_agree_with_the_twin(place, bounds, driver):
    """Pair by pair, to the last bit, with p, weights and delays computed by functions."""
    scale = 0.1 if bounds == (0, 0.1) else 1.0
    p = sn.function(lambda dx, dy: scale * fall(dx, dy), bounds=bounds)
    weight = sn.function(lambda d, x: d * x + 1, inputs=("distance", sn.random.uniform()))
    delay = 1 + sn.function(np.abs, inputs="source.x")
    rule = sn.pairwise_bernoulli(p)
    if driver == "target":
        rule = sn.pairwise_bernoulli(p, mask=sn.circular(0.6), use_on_source=True)
    net = sn.Network(seed=11, threads=2)
    first, second = (net.create("parrot_neuron", PLACES[place]) for _ in range(2))
    some = first[3:33:2]
    ends = (some, second) if rule.driver == "source" else (second, some)
    synapse = sn.static_synapse(weight=weight, delay=delay)
    found = net.connect(*ends, rule, synapse).connections_of()
    expected = twin.connect(net, 0, *ends, rule, synapse)
    assert len(expected["source"]) > 5
    for name, scale in (("source", 1), ("target", 1), ("weight", 1), ("delay", 10)):
        np.testing.assert_array_equal(found[name], expected[name] / scale)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bounds", [None, (0, 1)])
@pytest.mark.parametrize("mask", [None, sn.circular(0.7)])
@pytest.mark.parametrize("allow_multapses", [False, True])
def test_degrees_are_drawn_by_functions(place, bounds, mask, allow_multapses):
    """The mean distance of what is drawn is that of the weighted pool."""
    p = sn.function(lambda dx, dy: np.exp(-(dx * dx + dy * dy) / 0.05), bounds=bounds)
    rule = sn.fixed_outdegree(4, p=p, mask=mask, allow_multapses=allow_multapses)
    net = sn.Network(seed=5, threads=2)
    layer = net.create("parrot_neuron", PLACES[place])
    found = net.connect(layer, layer, rule)
    assert found.n == 4 * len(layer)
    reference = net.connect(layer, layer, sn.fixed_outdegree(4, p="exp(-(dx*dx + dy*dy)/0.05)", mask=mask,
                                                             allow_multapses=allow_multapses))
    one, other = (layer.distance(layer.positions[c.sources], layer.positions[c.targets]) for c in (found, reference))
    assert abs(one.mean() - other.mean()) < 5 * np.hypot(one.std(), other.std()) / np.sqrt(found.n)


def test_pairs_are_taken_with_the_probability_the_function_says():
    """In every ring of distance the number of connections is binomial."""
    from scipy import stats
    for bounds in (None, (0, 1), (0, 0.05)):
        small = 0.05 if bounds == (0, 0.05) else 0.5
        p = sn.function(lambda d: small * np.exp(-d), inputs="distance", bounds=bounds)
        net = sn.Network(seed=9, threads=2)
        layer = net.create("parrot_neuron", sn.free(sn.random.uniform(-1, 1), n=1000, extent=[2., 2.], edge_wrap=True))
        made = net.connect(layer, layer, sn.pairwise_bernoulli(p))
        all_ = np.concatenate([layer.distance(x, layer.positions) for x in layer.positions])
        found = layer.distance(layer.positions[made.sources], layer.positions[made.targets])
        rings = np.linspace(0, np.sqrt(2), 9)
        ring = np.digitize(all_, rings)
        values = small * np.exp(-all_)
        expected, variance = (np.bincount(ring, w) for w in (values, values * (1 - values)))
        z = (np.bincount(np.digitize(found, rings), minlength=len(expected)) - expected)[1:9] / np.sqrt(variance[1:9])
        assert stats.chi2.sf((z ** 2).sum(), 8) > 1e-3


def test_functions_serve_the_other_rules_and_single_nodes():
    net = sn.Network(seed=2)
    layer = net.create("iaf_psc_alpha", PLACES["free"], V_m=sn.function(lambda x: -70 + x, inputs="pos.x"))
    np.testing.assert_allclose(layer.get("V_m"), -70 + layer.positions[:, 0])
    weight = sn.function(lambda a, b: 10 * a + b, inputs=("source.x", "target.x"))
    at = layer.positions[:, 0]
    one = net.connect(layer, layer, sn.one_to_one(), sn.static_synapse(weight=weight))
    np.testing.assert_allclose(one.weights, 11 * at)
    every = net.connect(layer[:5], layer, sn.all_to_all(), sn.static_synapse(weight=weight))
    np.testing.assert_allclose(every.weights, 10 * at[every.sources] + at[every.targets])
    bounded = sn.function(fall, bounds=(0, 1))
    assert net.connect(layer, layer, sn.fixed_total_number(70, p=bounded)).n == 70
    with pytest.raises(ConnectError, match="no finite positive upper bound"):
        net.connect(layer, layer, sn.fixed_total_number(70, p=sn.function(fall)))


def test_network_with_functions_is_identical_for_any_number_of_threads():
    rule = sn.pairwise_bernoulli(sn.function(fall, bounds=(0, .8)) * sn.random.uniform(0.5, 1.0))
    assert_equal(columns("free torus", rule, threads=1), columns("free torus", rule, threads=3))


def test_functions_are_values_like_others():
    f = sn.function(fall)
    assert repr(0.5 * f + 1) == "0.5 * fall(dx, dy) + 1"
    assert "fall" in f._repr_latex_()
    assert repr(sn.function(fall, inputs=("source.x", sn.distance ** 2))) == "fall(source.x, distance ** 2)"
    nested = sn.function(lambda v: 2 * v, inputs=[f])
    assert nested.at(displacement=[[.5, 0.]])[0] == 2 * fall(.5, 0.)
    from spatialnet.data.description import plain
    assert plain(f) == {"expression": "fall(dx, dy)"}


@pytest.mark.parametrize("function, options, said", [
    (lambda dx, dy: 1 / 0, {}, "raised ZeroDivisionError: division by zero"), (lambda dx: dx, {}, "raised TypeError"),
    (lambda dx, dy: 0.5, {}, "must return a NumPy array with a number for each .* got float"),
    (lambda dx, dy: dx[:2], {}, r"shape \(\d+,\), got shape \(2,\)"), (lambda dx, dy: dx + 1j, {}, "array of complex128"),
    (lambda dx, dy: dx + 2, {"bounds": (0, 1)}, r"gave [1-4]\.?\d*, outside its bounds \(0, 1\)"),
])
@pytest.mark.parametrize("place", ["grid", "free"])
def test_mistakes_in_a_function_are_told_by_its_name(place, function, options, said):
    wrong = sn.function(function, **options)
    net = sn.Network(threads=2)
    layer = net.create("parrot_neuron", PLACES[place])
    for rule, synapse in ((sn.pairwise_bernoulli(wrong), None), (sn.fixed_outdegree(3, p=wrong), None),
                          (sn.pairwise_bernoulli(0.1), sn.static_synapse(weight=wrong)),
                          (sn.fixed_outdegree(3), sn.static_synapse(delay=2 + wrong)),
                          (sn.one_to_one(), sn.static_synapse(weight=sn.function(function, inputs=("source.x", "source.y"), **options)))):
        with pytest.raises(UserCodeError, match=f"<lambda>: .*{said}") as caught:
            net.connect(layer, layer, rule, synapse)
        assert "raised" not in said or isinstance(caught.value.__cause__, (ZeroDivisionError, TypeError))
    assert not net.projections


def test_value_that_is_no_number_is_told_where_it_arises():
    nan = sn.function(lambda dx, dy: np.full(len(dx), np.nan))
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", PLACES["free"])
    with pytest.raises(ConnectError, match=r"p = .*gives nan"):
        net.connect(layer, layer, sn.pairwise_bernoulli(nan))
    with pytest.raises(ConnectError, match="the weight .* gives nan"):
        net.connect(layer, layer, sn.pairwise_bernoulli(0.1), sn.static_synapse(weight=nan))


@pytest.mark.parametrize("function, options, error, said", [
    (3, {}, ParameterError, "function.function: must be a Python function"),
    (fall, {"inputs": ()}, ParameterError, "1 to 16 names"), (fall, {"inputs": ("dx", "foo")}, ParameterError, "function.inputs: .*unknown name 'foo'"),
    (fall, {"bounds": (1, 0)}, ParameterError, "two numbers in order"), (fall, {"bounds": 3}, ParameterError, "two numbers"),
    (fall, {"bounds": (np.nan, 1)}, ParameterError, "two numbers"), (fall, {"parameters": [1]}, ParameterError, "functools.partial"),
    (fall, {"parameters": 3}, ParameterError, "must be numbers"), (fall, {"inputs": 3}, ParameterError, "1 to 16 names"),
])
def test_impossible_functions_are_refused(function, options, error, said):
    with pytest.raises(error, match=said):
        sn.function(function, **options)


def test_function_of_z_is_refused_in_a_flat_layer():
    with pytest.raises(ExpressionError, match="p uses the z coordinate"):
        columns("grid", sn.pairwise_bernoulli(sn.function(np.abs, inputs="dz")))
