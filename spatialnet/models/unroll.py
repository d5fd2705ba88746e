"""Models whose number of variables depends on lists: the template and one model for every length.

In the texts of a template ``x[k]`` stands for the variables ``x_1``, ``x_2`` …, one for each item of the list parameters of the
index ``k``: a line, or a part of a line between semicolons, that contains it is repeated, and ``sum(… x[k] …)`` is the sum over
all. States named ``x[k]`` and receptors named ``k`` are repeated likewise; receptors count from 1.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache

from .declaration import NeuronModel, SpikeInput, State

_INDEX = re.compile(r"\[([a-z])\]")


def lengths(model: NeuronModel, given: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """The length of the lists of every index of `model`, for these parameters.

    Raises
    ------
    ParameterError
        If lists of one index, or of different nodes, have different lengths.
    """
    found = []
    for index, names in model.lists.items():
        sizes = {}
        for name in names:
            value = given.get(name, model.parameters[name].default)
            trains = value if isinstance(value, (tuple, list)) and len(value) and hasattr(value[0], "__len__") else (value,)
            of_nodes = {len(train) if hasattr(train, "__len__") else -1 for train in trains}
            if len(of_nodes) > 1:
                raise model.refuse(name, "must have the same length for all nodes; make a layer for each length.")
            sizes[name] = of_nodes.pop()
        if len(set(sizes.values())) > 1:
            shown = ", ".join(f"{name} has {size}" for name, size in sizes.items())
            raise model.refuse(names[0], f"{' and '.join(names)} must have the same length; {shown}.")
        found.append((index, max(sizes[names[0]], 0)))
    return tuple(found)


@cache
def unrolled(template: NeuronModel, sizes: tuple[tuple[str, int], ...]) -> NeuronModel:
    """The model with lists of these lengths."""
    counts = dict(sizes)

    def names(name: str) -> list[str]:
        match = _INDEX.search(name)
        return [name] if match is None else [name.replace(match[0], f"_{k}") for k in range(1, counts[match[1]] + 1)]

    def at(text: str, index: str, k: int) -> str:
        return text.replace(f"[{index}]", f"_{k}")

    def sums(text: str) -> str:
        while (start := re.search(r"\bsum\(", text)) is not None:
            end, depth = start.end(), 1
            while depth and end < len(text):
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            inner = text[start.end():end - 1]
            index = _INDEX.search(inner)
            if depth or index is None:
                raise template.refuse("step", f"cannot read the sum in {text.strip()!r}; expected sum(… x[k] …).")
            terms = [f"({at(inner, index[1], k)})" for k in range(1, counts[index[1]] + 1)]
            text = f"{text[:start.start()]}({' + '.join(terms) or '0'}){text[end:]}"
        return text

    def repeated(line: str) -> list[str]:
        index = _INDEX.search(line)
        if index is None:
            return [line]
        return [again for k in range(1, counts[index[1]] + 1) for again in repeated(at(line, index[1], k))]

    def lines(text: str) -> str:
        made = []
        for line in map(sums, text.splitlines()):
            head, colon, rest = line.rpartition(":")
            if colon and not _INDEX.search(head):
                parts = [again.strip() for part in rest.split(";") for again in repeated(part)]
                made.append(f"{head}: {'; '.join(filter(None, parts))}")
            else:
                made += repeated(line)
        return "\n".join(made)

    states: dict[str, State] = {}
    for name, state in template.states.items():
        index = _INDEX.search(name)
        for k in range(1, (1 if index is None else counts[index[1]]) + 1):
            states[name if index is None else at(name, index[1], k)] = state if index is None else dataclasses.replace(
                state, begins=at(state.begins, index[1], k))
    inputs: dict[int, SpikeInput] = {}
    for receptor, spikes in template.inputs.items():
        if receptor in counts:
            for k in range(1, counts[receptor] + 1):
                inputs[k] = dataclasses.replace(spikes, positive=at(spikes.positive, receptor, k),
                                                negative=spikes.negative and at(spikes.negative, receptor, k))
        else:
            inputs[receptor] = spikes
    return dataclasses.replace(
        template, template=template, lists={}, kernel=template.kernel if not counts else "",
        elements=tuple(f"{name}_{k}" for index, of_index in template.lists.items() for name in of_index
                       for k in range(1, counts[index] + 1)),
        states=states,
        equations=lines(template.equations), step=lines(template.step_text), inputs=inputs,
        recorded=tuple(again for name in template.recordables for again in names(name)))
