"""One connection, one spike after the other: what a declared synapse does, written to be read.

The specification of ext/kernels/plasticity.c and of the C that ext/generate.py writes: the same statements, on Python numbers.
"""

import math

from spatialnet.language.nodes import FOLD, Named, Number, Operation, Symbol
from spatialnet.models.plasticity import plan


def value(node, names):
    """An expression without random parts, on Python numbers; of a choice only the part that is taken."""
    match node:
        case Number(number):
            return number
        case Symbol(name):
            return names[name]
        case Named(body=body):
            return value(body, names)
        case Operation("where", (c, a, b)):
            return value(a if value(c, names) else b, names)
        case Operation(name, arguments):
            return FOLD[name](*(value(a, names) for a in arguments))


def traces(posts, tau):
    """K just after each of the postsynaptic spikes (steps), with a resolution of 0.1 ms."""
    found = []
    for i, step in enumerate(posts):
        found.append(1.0 + (found[-1] * math.exp(-(step - posts[i - 1]) * 0.1 / tau) if i else 0.0))
    return found


def weights_sent(model, values, pre, post, delay, tau_minus=20.0, tau_minus_triplet=110.0, dopamine=()):
    """The weight sent at each presynaptic spike.

    `values` are all parameters and initial state, with "weight"; `pre`, `post` and `dopamine` ascending steps, `delay` in steps.
    """
    made = plan(model)
    names = dict(values) | {"w": values["weight"]}
    K, K_triplet = traces(post, tau_minus), traces(post, tau_minus_triplet)
    sent, last = [], 0

    def run(statements, **event):
        names.update(event)
        for statement in statements:
            names[statement.name] = value(statement.value, names)

    def advance(start, end):
        """From one event to the next, stopping at every dopamine spike."""
        stops = [step for step in dopamine if start < step < end] + [end]
        for stop in stops:
            n = sum(math.exp(-(start - step) * 0.1 / values[model.modulator]) / values[model.modulator]
                    for step in dopamine if step <= start)
            run(made.interval, T=(stop - start) * 0.1, n=n)
            start = stop

    for number, t in enumerate(pre):
        now = last
        for i, step in enumerate(post):
            if last - delay < step <= t - delay:
                if made.interval:
                    advance(now, step + delay)
                    now = step + delay
                run(made.on_post, dt=(step + delay - last) * 0.1, delay=delay * 0.1, K_post=K[i] - 1, K_post_triplet=K_triplet[i] - 1)
        if made.interval:
            advance(now, t)
        before = [i for i, step in enumerate(post) if step < t - delay]
        ago = (t - delay - post[before[-1]]) * 0.1 if before else math.inf
        near, slow = math.exp(-ago / tau_minus), math.exp(-ago / tau_minus_triplet)
        run(made.on_pre, dt=(t - last) * 0.1, delay=delay * 0.1, first=float(number == 0), multiplicity=1.0, K_nearest=near,
            K_minus=K[before[-1]] * near if before else 0.0, K_minus_triplet=K_triplet[before[-1]] * slow if before else 0.0)
        sent.append(value(made.send, names))
        run(made.after)
        last = t
    return sent
