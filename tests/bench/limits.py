"""The limits that can be reached on a 2-core machine with AVX2, and how far a measurement is from them."""

#: ns per delivered spike, or per neuron and step of 0.1 ms, of the best implementation known and of a good one
LIMITS = {"delivered spike": (3.0, 5.0), "iaf_psc_alpha": (1.1, 1.4), "hh_psc_alpha": (50.0, 60.0)}


def distance(ns: float, kind: str) -> str:
    """`ns` as multiples of the limits of its kind; empty where none is known."""
    if kind not in LIMITS:
        return ""
    low, high = LIMITS[kind]
    return f" ({ns / low:.1f} and {ns / high:.1f} × the limits {low:g} and {high:g} ns)"
