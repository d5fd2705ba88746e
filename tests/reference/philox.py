"""Random numbers in pure Python: Philox4x64-10, streams named by what is drawn, and readers.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
"""

from __future__ import annotations

import numpy as np

_WORD = 2**64 - 1
_MULTIPLIERS = 0xD2E7470EE14C6C93, 0xCA5A826395121157
_WEYL = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B


def philox4x64(counter, key) -> list[int]:
    """One block of four words."""
    c0, c1, c2, c3 = map(int, counter)
    k0, k1 = map(int, key)
    for _ in range(10):
        first, second = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0, c1, c2, c3 = second >> 64 ^ c1 ^ k0, second & _WORD, first >> 64 ^ c3 ^ k1, first & _WORD
        k0, k1 = k0 + _WEYL[0] & _WORD, k1 + _WEYL[1] & _WORD
    return [c0, c1, c2, c3]


def unit(word: int) -> float:
    """The upper 53 bits as a number in [0, 1)."""
    return (word >> 11) / 2**53


class Stream:
    """The random numbers of one thing: `purpose` says what for, (a, b, c) which one."""

    def __init__(self, seed: int, purpose: int, a: int, c: int):
        self.key, self.a, self.c = (seed, purpose), a, c

    def word(self, i: int, b: int = 0) -> int:
        return philox4x64((i // 4, self.a, b, self.c), self.key)[i % 4]

    def words(self, first: int, n: int, b: int = 0) -> list[int]:
        blocks = range(first // 4, (first + n + 3) // 4)
        flat = [w for block in blocks for w in philox4x64((block, self.a, b, self.c), self.key)]
        return flat[first % 4:first % 4 + n]

    def uniforms(self, first: int, n: int, b: int = 0) -> np.ndarray:
        return np.array([unit(w) for w in self.words(first, n, b)], float)


    def halves(self, first: int, n: int, b: int = 0) -> np.ndarray:
        """Numbers with 32 bits: the lower half of every word, then the upper one."""
        words = self.words(first // 2, (first + n + 1) // 2 - first // 2, b)
        flat = [half / 2**32 for word in words for half in (word & 0xFFFFFFFF, word >> 32)]
        return np.array(flat[first % 2:first % 2 + n], float)


class Reader:
    """A stream read word after word."""

    def __init__(self, stream: Stream):
        self.stream, self.read, self.block, self.upper = stream, 0, [], None

    def word(self) -> int:
        if self.read % 4 == 0:
            self.block = self.stream.words(self.read, 4)
        self.read += 1
        return self.block[(self.read - 1) % 4]

    def unit(self) -> float:
        return unit(self.word())

    def below(self, n: int) -> int:
        """An integer in [0, n)."""
        return self.word() * n >> 64

    def evenly(self, n: int) -> int:
        """The same from 32 bits, the lower half of a word and then the upper one: halves that would favour some are rejected.

        D. Lemire, "Fast random integer generation in an interval", 2019, doi:10.1145/3230636.
        """
        while True:
            if self.upper is None:
                word = self.word()
                half, self.upper = word & 0xFFFFFFFF, word >> 32
            else:
                half, self.upper = self.upper, None
            if half * n % 2**32 >= 2**32 % n:
                return half * n >> 32
