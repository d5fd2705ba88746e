"""What each device sends to every connection in every step, one number after another: the specification of devices.c.

One generator with the id `generator`; `targets` ascend, equal ones are repeated connections.
"""

import math

import numpy as np
from scipy.special import ndtri

from spatialnet._core.random import uniforms
from spatialnet.simulate.generators import poisson_table
from tests.reference.philox import Reader, Stream, philox4x64

NUMBERS, CHOICES, INITIAL = 7, 7 + 256, 7 + 512


def repeats(targets):
    """How many equal targets stand before each."""
    return [list(targets[:j]).count(t) for j, t in enumerate(targets)]


def choices(seed, generator, target, b, tag):
    """Further random numbers of a connection."""
    stream = Stream(seed, CHOICES, generator | target << 32, tag)
    stream.words, plain = (lambda first, n, b_=0: plain(first, n, b)), stream.words
    return Reader(stream)


def inverse_poisson(mean):
    """Words → Poisson numbers; exact where the table's edges do not lie between."""
    thresholds, _, base, _ = poisson_table(mean, 6)
    return lambda word: base + int(np.searchsorted(thresholds, np.uint64(word), side="right"))


def sinusoid(p, step, h, offset, amplitude):
    return offset + amplitude * math.sin(2e-3 * math.pi * h * p.get("frequency", 0.0) * step + math.radians(p.get("phase", 0.0)))


def poisson(mean_at, n_steps, targets, seed, generator, occurrence, first=1):
    """Poisson numbers with mean ``mean_at(step)``, an own one for every connection."""
    out = np.zeros((n_steps + 1, len(targets)))
    for step in range(first, n_steps + 1):
        number = inverse_poisson(mean_at(step)) if mean_at(step) > 0 else lambda word: 0
        for j, (target, repeat) in enumerate(zip(targets, repeats(targets))):
            words = philox4x64((target // 4, generator, step, occurrence + (repeat << 48)), (seed, NUMBERS))
            out[step, j] = number(words[target % 4])
    return out


def gamma_sup(p, n_steps, targets, seed, generator, occurrence, h):
    shape, n = int(p["gamma_shape"]), int(p["n_proc"])
    changes = poisson(lambda step: p["rate"] * h * 1e-3 * shape * n, n_steps, targets, seed, generator, occurrence)
    u = uniforms(seed, INITIAL, (generator, occurrence, 0), n * len(targets)).reshape(len(targets), n)
    out = np.zeros_like(changes)
    for j, (target, repeat) in enumerate(zip(targets, repeats(targets))):
        stages = [int((np.floor(u[j] * shape) == k).sum()) for k in range(shape)]
        for step in range(1, n_steps + 1):
            reader = choices(seed, generator, target, step, occurrence + (repeat << 48))
            for _ in range(int(changes[step, j])):
                chosen, stage = reader.below(n), 0
                while chosen >= stages[stage]:
                    chosen -= stages[stage]
                    stage += 1
                stages[stage] -= 1
                out[step, j] += stage + 1 == shape
                stages[(stage + 1) % shape] += 1
    return out


def ppd_sup(p, n_steps, targets, seed, generator, occurrence, h):
    n, dead_steps, per_step = int(p["n_proc"]), round(p["dead_time"] / h), p["rate"] * h * 1e-3
    hazard, a = per_step / (1 - per_step * dead_steps), p.get("relative_amplitude", 0.0)

    def strength(q):
        return -math.log(1 - q) if dead_steps else q

    highest = strength(hazard * (1 + a)) * (1 + 1e-12)
    candidates = poisson(lambda step: highest * n, n_steps, targets, seed, generator, occurrence)
    u = uniforms(seed, INITIAL, (generator, occurrence, 0), n * len(targets)).reshape(len(targets), n)
    out = np.zeros_like(candidates)
    for j, (target, repeat) in enumerate(zip(targets, repeats(targets))):
        # processes that are dead, by the step after which they are not
        until = [int(k) for k in np.floor(u[j] / per_step) if k < dead_steps]
        for step in range(1, n_steps + 1):
            # those in slot k are freed when k comes round again
            until = [k for k in until if k != step % (dead_steps + 1) or not dead_steps]
            reader = choices(seed, generator, target, step, occurrence + (repeat << 48))
            now = strength(sinusoid(p, step, h, hazard, hazard * a)) / highest / n
            for _ in range(int(candidates[step, j])):
                if reader.unit() < now * (n - len(until)):
                    out[step, j] += 1
                    until += [step % (dead_steps + 1)] * bool(dead_steps)
    return out


def gamma_number(reader, shape):
    """Marsaglia and Tsang 2000, with normal numbers by the polar method."""
    d = shape - 1 / 3
    while True:
        while True:
            x, y = 2 * reader.unit() - 1, 2 * reader.unit() - 1
            q = x * x + y * y
            if 0 < q < 1:
                break
        z = x * math.sqrt(-2 * math.log(q) / q)
        v = (1 + z / math.sqrt(9 * d)) ** 3
        if v > 0 and math.log(1 - reader.unit()) < 0.5 * z * z + d - d * v + d * math.log(v):
            return d * v


def sinusoidal_gamma(p, n_steps, targets, seed, generator, occurrence, h):
    omega, phase = 2e-3 * math.pi * p["frequency"], math.radians(p.get("phase", 0.0))

    def clock(t):  # ms
        return p["order"] * 1e-3 * (p["rate"] * t + p["amplitude"] / omega * (math.cos(phase) - math.cos(omega * t + phase)))

    out = np.zeros((n_steps + 1, len(targets)))
    for j, (target, repeat) in enumerate(zip(targets, repeats(targets))):
        due, n = 0.0, 0
        while True:
            due += gamma_number(choices(seed, generator, target, n, occurrence + (repeat << 48)), p["order"])
            n += 1
            step = next((k for k in range(1, n_steps + 1) if clock(k * h) >= due), None)
            if step is None:
                break
            out[step, j] += 1
    return out


def copies(spikes, p_copy, targets, seed, generator, occurrence):
    """Which of `spikes` (by step) reach each connection."""
    out = np.zeros((len(spikes), len(targets)))
    for step, count in enumerate(spikes):
        for j, (target, repeat) in enumerate(zip(targets, repeats(targets))):
            tag = occurrence + (repeat << 48)
            if count == 1:
                words = philox4x64((target // 8, generator, step, tag), (seed, CHOICES))
                out[step, j] = (words[target % 8 // 2] >> 32 * (target % 2) & 0xFFFFFFFF) / 2**32 < p_copy
            elif count:
                reader = choices(seed, generator, target, step, tag)
                out[step, j] = sum(reader.unit() < p_copy for _ in range(int(count)))
    return out


def mother(mean_at, n_steps, seed, generator):
    """The spikes of a generator that sends the same to all."""
    return np.array([0] + [inverse_poisson(mean_at(step))(philox4x64((2**64 - 1, generator, step, 0), (seed, NUMBERS))[0])
                           if mean_at(step) > 0 else 0 for step in range(1, n_steps + 1)], float)


def noise(p, n_steps, targets, seed, generator, occurrence, h):
    """Currents by stamp."""
    out = np.zeros((n_steps + 1, len(targets)))
    interval = round(p["dt"] / h)
    for step in range(1, n_steps + 1):
        begin = step - (step - 1) % interval
        std = math.sqrt(sinusoid(p, begin, h, p["std"] ** 2, p["std_mod"] ** 2))
        for j, (target, repeat) in enumerate(zip(targets, repeats(targets))):
            words = philox4x64((target // 4, generator, begin, occurrence + (repeat << 48)), (seed, NUMBERS))
            out[step, j] = p["mean"] + std * ndtri(((words[target % 4] >> 12) + 0.5) / 2**52)
    return out


