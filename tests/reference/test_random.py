"""Philox and its streams against pure Python and against NumPy."""

import numpy as np
import pytest

from spatialnet._core.random import philox, uniforms, words
from tests.reference import philox as twin

TOP = 2**64 - 1


@pytest.mark.parametrize("counter, key, expected", [
    ((0, 0, 0, 0), (0, 0), (0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b)),
    ((TOP,) * 4, (TOP,) * 2, (0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0)),
    ((0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89),
     (0x452821e638d01377, 0xbe5466cf34e90c6c),
     (0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6)),
])
def test_philox_gives_the_published_vectors(counter, key, expected):
    """Known answers of the authors' Random123 1.09 (kat_vectors, philox4x64-10)."""
    assert tuple(map(int, philox(counter, key))) == expected
    assert tuple(twin.philox4x64(counter, key)) == expected


@pytest.mark.parametrize("seed, purpose, thing", [(0, 0, (0, 0, 0)), (1, 3, (17, 0, 2)), (2**63 - 1, 6, (2**32, 2**40, 9)),
                                                  (987654321, 2, (5, 1 << 20, TOP))])
def test_streams_are_bit_equal_to_numpy_and_to_the_twin(seed, purpose, thing):
    """NumPy adds 1 to its counter before the first block; here the block is the lowest word of the counter."""
    a, b, c = thing
    made = words(seed, purpose, thing, 1001)
    counter = ((c << 192) + (b << 128) + (a << 64) - 1) % 2**256
    numpys = np.random.Philox(counter=counter, key=seed | purpose << 64)
    np.testing.assert_array_equal(made, numpys.random_raw(1001))
    assert made[:23].tolist() == twin.Stream(seed, purpose, a, c).words(0, 23, b)
    numpys = np.random.Generator(np.random.Philox(counter=counter, key=seed | purpose << 64))
    np.testing.assert_array_equal(uniforms(seed, purpose, thing, 1001), numpys.random(1001))


@pytest.mark.parametrize("first", [0, 1, 2, 3, 4, 5, 7, 250, 2**33 + 3])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, 8, 9, 30])
def test_any_stretch_of_a_stream_is_the_same_stretch(first, n):
    """Words are looked up by number; where a reader starts does not matter."""
    stream = twin.Stream(4, 3, 77, 5)
    assert uniforms(4, 3, (77, 0, 5), n, first).tolist() == stream.uniforms(first, n).tolist()
    reader = twin.Reader(stream)
    if first < 10:
        assert [reader.word() for _ in range(first + n)][first:] == stream.words(first, n)


def test_long_stretches_are_drawn_piece_by_piece():
    n = (1 << 20) + 9
    made = uniforms(4, 3, (77, 0, 5), n, 3)
    assert made[-20:].tolist() == uniforms(4, 3, (77, 0, 5), 20, 3 + n - 20).tolist() and len(np.unique(made)) == n


def test_everything_that_names_a_thing_changes_its_numbers():
    """Seed, purpose, the three words of the thing: no two streams share words."""
    names = [(1, 3, (5, 6, 7)), (2, 3, (5, 6, 7)), (1, 4, (5, 6, 7)), (1, 3, (8, 6, 7)), (1, 3, (5, 8, 7)), (1, 3, (5, 6, 8)),
             (3, 1, (5, 6, 7)), (1, 3, (6, 5, 7)), (1, 3, (7, 6, 5))]
    drawn = np.concatenate([words(*name, 100) for name in names])
    assert len(np.unique(drawn)) == len(drawn)


def test_uniform_numbers_are_uniform_and_never_one():
    """Kolmogorov-Smirnov; the largest double of 53 bits below 1 is the largest possible."""
    from scipy import stats
    u = uniforms(12, 3, (1, 2, 3), 100_000)
    assert u.min() >= 0 and u.max() < 1 and stats.kstest(u, "uniform").pvalue > 1e-3
    assert twin.unit(TOP) == 1 - 2**-53 and twin.unit(2047) == 0.0
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 4 / np.sqrt(len(u))
