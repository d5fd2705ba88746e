"""fixed_total_number against its slow twin, pair by pair."""

import pytest

import spatialnet as sn
from tests.reference import total as twin

DECAY = sn.exponential(sn.distance, beta=0.2)


def network(threads=2):
    net = sn.Network(seed=9, threads=threads)
    return net, net.create("iaf_psc_alpha", n=37), net.create("iaf_psc_alpha", n=23)


@pytest.mark.parametrize("autapses", [True, False])
@pytest.mark.parametrize("multapses, n", [(True, 1), (True, 3000), (True, 70_000), (False, 1), (False, 300), (False, 600),
                                          (False, 900)])
def test_total_number_agrees_with_its_twin(autapses, multapses, n):
    """Within one layer, between two, and where only some sources are among the targets."""
    ends = [lambda a, b: (a, a[::-1]), lambda a, b: (a[:36], b + a[:14]), lambda a, b: (a[3:] + b, a + b[4:8])]
    for choose in ends if n < 70_000 else ends[-1:]:
        net, a, b = network()
        source, target = choose(a, b)
        rule = sn.fixed_total_number(n, allow_autapses=autapses, allow_multapses=multapses)
        made = net.connect(source, target, rule)
        assert twin.pairs(made) == twin.draw(9, 0, n, source.ids, target.ids, autapses, multapses)


@pytest.mark.parametrize("autapses", [True, False])
def test_all_pairs_are_drawn_without_multapses(autapses):
    net, a, b = network()
    n = 37 * 37 - 37 * (not autapses)
    made = net.connect(a, a, sn.fixed_total_number(n, allow_autapses=autapses, allow_multapses=False))
    assert len(set(twin.pairs(made))) == n


def test_connections_do_not_depend_on_the_number_of_threads():
    made = []
    for threads in (1, 2, 5):
        net, a, b = network(threads)
        made.append(twin.pairs(net.connect(a, a + b, sn.fixed_total_number(150_000, allow_autapses=False))))
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("wrap", [True, False])
@pytest.mark.parametrize("options", [
    {"mask": sn.circular(0.35)}, {"p": DECAY}, {"p": DECAY, "mask": sn.circular(0.35), "use_on_source": True},
    {"p": DECAY, "mask": sn.rectangular([-0.5, -0.2], [0.5, 0.3])},
    {"p": DECAY, "mask": sn.circular(0.7), "allow_oversized_mask": True}], ids=repr)
@pytest.mark.parametrize("multapses", [True, False])
def test_total_number_in_space_agrees_with_its_twin(wrap, options, multapses):
    """Free layers and grids, small and wide masks, from either end."""
    for places in (sn.grid([9, 8], edge_wrap=wrap), sn.free(sn.random.uniform(-0.5, 0.5), n=90, extent=[1.0, 1.0], edge_wrap=wrap)):
        net = sn.Network(seed=5)
        a = net.create("iaf_psc_alpha", places)
        rule = sn.fixed_total_number(400, allow_multapses=multapses, allow_autapses=False, **options)
        assert twin.pairs(net.connect(a, a, rule)) == twin.draw_in_space(net, 0, a, a, rule)


def test_pairs_in_space_do_not_depend_on_the_number_of_threads():
    made = []
    for threads in (1, 2, 5):
        net = sn.Network(seed=3, threads=threads)
        a = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-0.5, 0.5), n=3000, extent=[1.0, 1.0]))
        made.append(twin.pairs(net.connect(a, a, sn.fixed_total_number(50_000, p=DECAY, mask=sn.circular(0.1)))))
    assert made[0] == made[1] == made[2]
