"""Models by the names of NEST: those of the native library, the recorders, and copies with other defaults."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..connect.synapse import default_delay
from ..models.declaration import Model, State
from ..models.registry import get_model, list_models
from . import errors, growth
from .errors import translated
from .parameters import Parameter

#: largest float: how NEST writes "for ever"
FOREVER = 1.7976931348623157e308
#: parameters and state that NEST has no name for
HIDDEN: dict[str, tuple[str, ...]] = {"stdp_nn_restr_synapse": ("paired",), "urbanczik_synapse": ("slow", "fast", "learned", "since", "due"),
                                      "volume_transmitter": ("tau_minus", "tau_minus_triplet"),
                                      "astrocyte_lr_1994": ("tau_minus", "tau_minus_triplet"), "gif_pop_psc_exp": ("tau_minus", "tau_minus_triplet")}
#: models → the state that NEST shows in a node's status; the rest of it can only be recorded
_SHOWN = {
    "aeif_cond_alpha": "V_m dg_ex dg_in g_ex g_in w", "aeif_cond_exp": "V_m g_ex g_in w",
    "aeif_cond_alpha_multisynapse aeif_cond_beta_multisynapse aeif_psc_delta": "V_m w",
    "aeif_psc_alpha": "I_syn_ex I_syn_in V_m dI_syn_ex dI_syn_in w", "aeif_psc_exp": "I_syn_ex I_syn_in V_m w",
    "aeif_psc_delta_clopath": "V_m u_bar_bar u_bar_minus u_bar_plus w",
    "amat2_psc_exp": "V_m V_th V_th_alpha_1 V_th_alpha_2 V_th_v", "mat2_psc_exp": "V_m V_th V_th_alpha_1 V_th_alpha_2",
    "gif_cond_exp": "E_sfa I_stc V_m g_ex g_in", "gif_cond_exp_multisynapse gif_psc_exp gif_psc_exp_multisynapse": "E_sfa I_stc V_m",
    "glif_psc glif_psc_double_alpha": "V_m threshold_spike threshold_voltage", "ht_neuron": "V_m theta",
    "hh_cond_beta_gap_traub hh_cond_exp_traub hh_psc_alpha": "Act_m Act_n Inact_h V_m",
    "hh_psc_alpha_gap": "Act_m Act_n Inact_h Inact_p V_m",
    "hh_psc_alpha_clopath": "Act_m Act_n Inact_h V_m u_bar_bar u_bar_minus u_bar_plus",
    "iaf_bw_2001": "I_AMPA I_GABA I_NMDA V_m s_AMPA s_GABA s_NMDA", "iaf_bw_2001_exact": "V_m s_AMPA s_GABA",
    "iaf_chs_2007 iaf_chxk_2008": "V_m g_ahp", "iaf_cond_alpha iaf_cond_beta": "V_m dg_ex dg_in g_ex g_in", "iaf_cond_exp": "V_m g_ex g_in",
    "iaf_cond_exp_sfa_rr": "V_m g_ex g_in g_rr g_sfa", "iaf_psc_alpha_ps": "I_syn_ex I_syn_in V_m",
    "glif_cond iaf_psc_alpha iaf_psc_alpha_multisynapse iaf_psc_delta iaf_psc_delta_ps iaf_psc_exp iaf_psc_exp_htum "
    "iaf_psc_exp_multisynapse": "V_m", "iaf_tum_2000": "V_m u x y", "iaf_psc_exp_ps": "I_syn_ex I_syn_in V_m", "iaf_psc_exp_ps_lossless": "I_syn I_syn_ex I_syn_in V_m",
    "izhikevich": "U_m V_m", "gif_pop_psc_exp": "E_sfa I_syn_ex I_syn_in V_m mean n_events", "pp_psc_delta": "E_sfa V_m t_ref_remaining",
}
#: derived states that it shows, too
_SHOWN_OF_ALL = frozenset({"noise", "noisy_rate", "is_refractory"})
#: keys of all nodes of an element type that have one value here: what they would change is not there
UNUSED: dict[str, dict[str, Any]] = {
    "neuron": {"tau_minus": 20.0, "tau_minus_triplet": 110.0, "ignore_and_spike": False, "ignore_and_spike_interval": 100.0,
               "ignore_and_spike_offset": 1.0},
    "stimulator": {"label": "", "stimulus_source": ""}}
#: keys of neurons that are known only until something has been simulated
AT_START = {"t_spike": -1.0, "archiver_length": 0, "post_trace": 0.0}
#: what NEST shows of these besides, and nothing here knows
_ABSENT = {
    "aeif_cond_alpha_multisynapse aeif_cond_beta_multisynapse": "dg g has_connections", "ac_generator noise_generator sinusoidal_poisson_generator": "y_0 y_1",
    "gif_cond_exp_multisynapse": "g has_connections", "gif_psc_exp_multisynapse glif_psc_double_alpha": "ASCurrents has_connections",
    "glif_cond": "ASCurrents dg g has_connections", "glif_psc": "ASCurrents has_connections", "iaf_psc_exp_ps_lossless": "offset",
    "iaf_psc_alpha_multisynapse iaf_psc_exp_multisynapse": "has_connections", "iaf_psc_alpha_ps": "dI_syn_ex dI_syn_in",
    "parrot_neuron": "flush_event_send_interval", "volume_transmitter": "deliver_interval", "spin_detector": "label record_to time_in_steps",
    "weight_recorder": "senders targets",
}
ABSENT = {model: frozenset(keys.split()) for models, keys in _ABSENT.items() for model in models.split()}
SHOWN = {model: frozenset(states.split()) for models, states in _SHOWN.items() for model in models.split()}
#: names of NEST → names of the native declaration, by model, where they differ
RENAMED: dict[str, dict[str, str]] = {}
#: further names of the noise of rate neurons
ALIASES = {"mean": "mu", "std": "sigma"}
#: parameters that are set together with another one of the same name in NEST, unless they are given, too
SHARED = {"gauss_rate_ipn": {"mu": "mean", "sigma": "std"}}
#: node models that NEST counts to another element type than their kind here tells
_ELEMENT_TYPES = {"spike_dilutor": "stimulator", "spike_train_injector": "neuron", "volume_transmitter": "other"}
#: parameters that are integers there
INTEGERS = frozenset({"gamma_shape", "n_proc", "activity", "N_channels", "N", "len_kernel"})
#: lists of integers there
COUNTS = frozenset({"n_events", "count_histogram", "count_covariance", "spike_multiplicities"})
#: states that are truth values there
_SWITCHES = frozenset({"S", "is_refractory"})
#: numbers of receptors by name
RECEPTORS: dict[str, dict[str, int]] = {
    "iaf_cond_alpha_mc": {"soma_exc": 1, "soma_inh": 2, "proximal_exc": 3, "proximal_inh": 4, "distal_exc": 5, "distal_inh": 6,
                          "soma_curr": 7, "proximal_curr": 8, "distal_curr": 9},
    "pp_cond_exp_mc_urbanczik": {"soma_exc": 1, "soma_inh": 2, "dendritic_exc": 3, "dendritic_inh": 4, "soma_curr": 5, "dendritic_curr": 6},
    "ht_neuron": {"AMPA": 1, "NMDA": 2, "GABA_A": 3, "GABA_B": 4},
    "iaf_bw_2001": {"AMPA": 1, "GABA": 2, "NMDA": 3}, "iaf_bw_2001_exact": {"AMPA": 1, "GABA": 2, "NMDA": 3},
}
#: parts of a neuron whose parameters NEST keeps in a dictionary; here they have the name of the part in front
COMPARTMENTS = {"iaf_cond_alpha_mc": ("soma", "proximal", "distal"), "pp_cond_exp_mc_urbanczik": ("soma", "dendritic")}
#: models of NEST that are not there, by how their names begin → what may serve
MISSING = {"eprop_": "Plasticity of your own can be declared as a spatialnet.SynapseModel.",
           "stdp_facetshw_synapse_hom": "Plasticity of your own can be declared as a spatialnet.SynapseModel.",
           "cm_": "Declare neurons with compartments as spatialnet.NeuronModel, or use iaf_cond_alpha_mc.",
           "iaf_bw_2001_exact": "iaf_bw_2001 is the same neuron with its approximation of the NMDA conductance.",
           "music_": "There are no MUSIC ports; inject spikes with spike_generator."}
#: variants of synapse models that differ in name, a label or storage alone
SUFFIXES = ("", "_hpc", "_lbl")


def plain(value: Any) -> Any:
    """NumPy values as those of Python; lists of numbers stay arrays."""
    if isinstance(value, np.ndarray):
        return value.copy() if value.ndim else value.item()
    if isinstance(value, tuple):
        return np.asarray(value, np.float64)
    return value.item() if isinstance(value, np.generic) else value


@dataclass
class NodeModel:
    """A node model as `Create` knows it.

    Attributes
    ----------
    name, base : str
        `base` is the built-in model it was copied from, perhaps itself.
    number : int
    element_type : str
        ``neuron``, ``stimulator`` or ``recorder``.
    declaration : Model or None
        None for recorders, which are no nodes of the native network.
    defaults : dict
        That differ from the built-in ones.
    """

    name: str
    base: str
    number: int
    element_type: str
    declaration: Model | None = None
    defaults: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def renamed(self) -> dict[str, str]:
        return RENAMED.get(self.base, {})

    def native(self, key: str) -> str:
        """The native name of a parameter."""
        own = key in self.declaration.settable or key in self.declaration.states
        return key if own else self.renamed.get(key, ALIASES.get(key, key))

    @cached_property
    def keys(self) -> list[str]:
        """Parameters and state that can be read and set."""
        back = {v: k for k, v in self.renamed.items()}
        shown = SHOWN.get(self.base, self.declaration.states)
        hidden = HIDDEN.get(self.base, ())
        names = [back.get(k, k) for k in self.declaration.settable if (k not in self.declaration.states or k in shown) and k not in hidden]
        return names + [alias for alias, k in ALIASES.items() if k in names and alias not in names and "noise" in self.declaration.recordables]

    @cached_property
    def results(self) -> list[str]:
        """What can be read besides: of nodes that count, and states that follow from others."""
        if self.declaration is None:
            return []
        found = [*getattr(self.declaration, "results", ()), *(k for k, state in getattr(self.declaration, "states", {}).items() if
                 state.derived and k in SHOWN.get(self.base, frozenset()) | _SHOWN_OF_ALL)]
        return [k for k in found if k not in self.keys]

    @cached_property
    def unused(self) -> dict[str, Any]:
        """Keys with their one value."""
        known = UNUSED.get(self.element_type, {}) if self.declaration is not None else {}
        if self.element_type == "neuron" and not growth.has_elements(self):
            return {}
        return {k: v for k, v in known.items() if k not in self.keys and k not in HIDDEN.get(self.base, ())}

    def parts(self, values: dict[str, Any]) -> dict[str, Any]:
        """`values` with those of the compartments in dictionaries."""
        made = dict(values)
        for part in COMPARTMENTS.get(self.base, ()):
            made[part] = {k.removeprefix(f"{part}_"): made.pop(k) for k in values if k.startswith(f"{part}_")}
        return made

    def whole(self, values: dict[str, Any]) -> dict[str, Any]:
        """The other way, and with the values that others bring along."""
        made = {}
        for key, value in values.items():
            is_part = key in COMPARTMENTS.get(self.base, ()) and isinstance(value, dict)
            made |= {f"{key}_{k}": v for k, v in value.items()} if is_part else {key: value}
        for key, of_noise in SHARED.get(self.base, {}).items():
            if key in made:
                made.setdefault(of_noise, made[key])
        return made

    def kind(self, key: str) -> str:
        """``number``, ``switch`` or ``list``."""
        return getattr(self.declaration.settable[self.native(key)], "kind", "number")

    @cached_property
    def count(self) -> dict[str, str]:
        """Name of a number of receptors, and of the list that has as many values."""
        name = "n_synapses" if self.base.startswith("iaf") else "n_receptors"
        lists = [k for k in ("tau_syn", "tau_rise") if k in self.keys and self.base.endswith("_multisynapse")]
        return {name: lists[0]} if lists else {}

    def default(self, key: str) -> Any:
        """The value that new nodes get."""
        if key in self.defaults:
            return self.defaults[key]
        if self.base == "noise_generator" and key == "dt":
            return _noise_interval()
        declared = self.declaration.settable[self.native(key)]
        return shown(key, plain(declared.initial if isinstance(declared, State) else declared.default))

    @cached_property
    def recordables(self) -> list[str]:
        """Names that a multimeter can record."""
        names = self.declaration.recordables if self.declaration is not None else ()
        return sorted(n.replace("[k]", "_1") for n in names)


def _noise_interval() -> float:
    """1 ms, or ten steps where that is no multiple of the resolution."""
    from .kernel import kernel
    return 1.0 if 1000 % kernel.tics_per_step == 0 else 10 * kernel.resolution


def uses_wfr(model: NodeModel) -> bool:
    """Whether NEST may repeat the steps of nodes: those with gap junctions, or that send values in every step."""
    from .kernel import kernel
    return kernel.settings["use_wfr"] and model.element_type == "neuron" and ("_gap" in model.base or "rate_" in model.base or model.base == "siegert_neuron")


def shown(key: str, value: Any) -> Any:
    """A native value as NEST writes it."""
    if key in INTEGERS:
        return int(value)
    if key in _SWITCHES:
        return bool(value)
    return FOREVER if key == "stop" and value == np.inf else value


@dataclass
class SynapseModel:
    """A synapse model as `Connect` knows it; attributes as of `NodeModel`."""

    name: str
    base: str
    number: int
    declaration: Model
    has_label: bool = False
    defaults: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def keys(self) -> list[str]:
        """Parameters and state, those of connections and those common to all."""
        return [k for k in self.declaration.settable if k not in HIDDEN.get(self.base, ())]

    @cached_property
    def common(self) -> tuple[str, ...]:
        """Parameters that all connections of the model have in common."""
        return (*self.declaration.uniform, *self.node_keys)

    @cached_property
    def node_keys(self) -> list[str]:
        """Parameters whose values are nodes."""
        return [k for k, p in self.declaration.parameters.items() if p.kind == "node"]

    def default(self, key: str) -> Any:
        """The value that new connections get."""
        if key in self.defaults:
            return self.defaults[key]
        declared = self.declaration.settable[key]
        if key in self.node_keys:
            from .nodes import NodeCollection
            return NodeCollection()
        return plain(declared.initial if isinstance(declared, State) else declared.default)


def built_in_nodes() -> dict[str, NodeModel]:
    """The node models of the native library and the recorders."""
    from .recording import RECORDERS
    made = {}
    natives = {name for kind in {get_model(n).kind for n in _native_nodes()} for name in list_models(kind)}
    for number, name in enumerate(sorted(natives | RECORDERS.keys())):
        if name in RECORDERS:
            made[name] = NodeModel(name, name, number, "recorder")
        else:
            declaration = get_model(name)
            element_type = _ELEMENT_TYPES.get(name, {"generator": "stimulator", "detector": "recorder"}.get(declaration.kind, "neuron"))
            made[name] = NodeModel(name, name, number, element_type, declaration)
    return made


def _native_nodes() -> list[str]:
    return sorted(set(list_models()) - set(list_models("synapse")))


def built_in_synapses() -> dict[str, SynapseModel]:
    """The synapse models of the native library, with their variants."""
    names = sorted((base + suffix, base) for base in list_models("synapse") for suffix in SUFFIXES
                   if not suffix or get_model(base, "synapse").carries == "spikes")
    return {name: SynapseModel(name, base, number, get_model(base, "synapse"), name.endswith("_lbl"))
            for number, (name, base) in enumerate(names)}


def not_there(name: str, kind: str, text: str) -> Exception:
    """The error of that kind for a name that is no model: it tells of those that NEST has and this package has not."""
    instead = next((v for k, v in MISSING.items() if str(name).startswith(k)), None)
    return getattr(errors, kind)(text if instead is None else f"{text} spatialnet.nest does not support {name}. {instead}")


# ---- what users call ----

def GetDefaults(model: str, keys: str | list[str] | None = None, output: str = "") -> Any:
    """Default values of a node or synapse model.

    Parameters
    ----------
    model : str
    keys : str or list of str, optional
        Then one value, or a tuple of values.
    output : str
        ``"json"`` for text.
    """
    from .kernel import kernel
    values = _defaults(kernel, model)
    result = values if keys is None else [values[k] for k in keys] if isinstance(keys, (list, tuple)) else values[keys]
    return to_json(result) if output == "json" else result


def _defaults(kernel: Any, name: str) -> dict[str, Any]:
    if name in kernel.node_models:
        model = kernel.node_models[name]
        common = {"element_type": model.element_type, "frozen": False, "global_id": 0, "local": True, "model": name, "model_id": model.number,
                  "node_uses_wfr": uses_wfr(model), "thread": -1, "thread_local_id": -1, "type_id": model.base, "vp": -1}
        if model.declaration is None:
            from .recording import RECORDERS
            return dict(sorted((common | RECORDERS[model.base](model.defaults).status()).items()))
        common |= model.unused | _beginning(model, kernel.resolution) | {k: len(model.default(v)) for k, v in model.count.items()}
        if model.recordables or model.base == "ignore_and_fire":
            common["recordables"] = list(model.recordables)
        if model.base in RECEPTORS:
            common["receptor_types"] = dict(sorted(RECEPTORS[model.base].items()))
        if growth.has_elements(model):
            common |= AT_START
            common |= {k: model.defaults.get(k, v) for k, v in growth.DEFAULTS.items()}
            common["synaptic_elements"] = {k: growth.shown(v) for k, v in common["synaptic_elements"].items()}
        return dict(sorted((common | model.parts({k: plain(model.default(k)) for k in model.keys})).items()))
    if name in kernel.synapse_models:
        model = kernel.synapse_models[name]
        from .nodes import NodeCollection
        values = {"element_type": "synapse", "has_delay": "delay" in model.declaration.parameters,
                  "num_connections": kernel.connections.count(name), "receptor_type": 0, "requires_symmetric": model.declaration.symmetric,
                  "sizeof": 14, "synapse_model": name, "synapse_modelid": model.number, "weight_recorder": NodeCollection()}
        if model.has_label:
            values["synapse_label"] = -1
        values |= {"weight": 1.0} | {k: model.default(k) for k in model.keys}
        values["delay"] = default_delay(1.0, kernel.resolution)
        return dict(sorted((values | model.defaults).items()))
    raise not_there(name, "UnknownComponent", f"{name} is not a known component.")


def _beginning(model: NodeModel, h: float) -> dict[str, Any]:
    """States of a new node that follow from others."""
    if not model.results or model.declaration.kind != "neuron":
        return dict.fromkeys(model.results, 0.0)
    from ..simulate.kinds import make_group
    from ..space.layer import Population
    values = to_native(model, model.defaults)
    declaration = model.declaration.unrolled(values)
    group = make_group(Population(0, model.name, declaration, 0, 1, None, declaration.check(values, 1)), h, 0)
    return {k: shown(k, plain(group.read(k, 0))) for k in model.results}


def SetDefaults(model: str, params: dict[str, Any] | str, val: Any = None) -> None:
    """Set defaults of a model, for nodes and connections made from now on.

    Parameters
    ----------
    model : str
    params : dict, or str
        A name, together with `val`.
    val : optional
    """
    from .kernel import kernel
    given = {params: val} if isinstance(params, str) else params
    if not isinstance(given, dict):
        raise TypeError(f"params must be a dict, or a name together with val, got {params!r}")
    known = kernel.node_models.get(model) or kernel.synapse_models.get(model)
    texts = [k for k, v in given.items() if isinstance(v, str) and getattr(known, "declaration", None) and k in known.keys]
    if texts:
        raise errors.TypeMismatch(f"{texts[0]} of {model} must be a number, got {given[texts[0]]!r}.")
    if any(isinstance(v, Parameter) for v in given.values()):
        raise ValueError("model defaults must be numbers; give Parameters to Create and Connect")
    if model in kernel.node_models:
        set_node_defaults(kernel.node_models[model], given)
    elif model in kernel.synapse_models:
        set_synapse_defaults(kernel, kernel.synapse_models[model], given)
    else:
        raise not_there(model, "UnknownComponent", f"{model} is not a known component.")
    kernel.defaults_changed = True


def set_node_defaults(model: NodeModel, given: dict[str, Any]) -> None:
    given = model.whole(given)
    if model.declaration is None:
        from .recording import RECORDERS
        RECORDERS[model.base]({**model.defaults, **given})  # raises what Create would
        model.defaults.update(given)
        return
    of_growth = growth.DEFAULTS.keys() if growth.has_elements(model) else ()
    given = {k: v for k, v in given.items() if not demand_unused(model, k, v)}
    unknown = [k for k in given if k not in model.keys and k not in of_growth]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in params of model '{model.name}': {' '.join(unknown)}")
    growth.check({k: v for k, v in given.items() if k in of_growth})
    with translated():
        model.declaration.check(to_native(model, {**model.defaults, **given}), 1)
    model.defaults.update(given)


def demand_unused(model: NodeModel, key: str, value: Any) -> bool:
    """Whether a key is one that has no use here; then its value must be the one there is."""
    if key not in model.unused:
        return False
    if value != model.unused[key]:
        raise errors.unsupported(f"{key} = {value!r} of {model.name}", f"It is always {model.unused[key]!r}.")
    return True


def to_native(model: NodeModel, values: dict[str, Any]) -> dict[str, Any]:
    """Parameters under their native names, with "for ever" as infinity; without those of `growth`."""
    return {model.native(k): np.inf if k == "stop" and np.ndim(v) == 0 and isinstance(v, float) and v >= FOREVER else v
            for k, v in values.items() if k not in growth.KEYS}


def set_synapse_defaults(kernel: Any, model: SynapseModel, given: dict[str, Any]) -> None:
    from .synapses import check_values, demand_own
    known = {*model.keys, "receptor_type", "weight_recorder"}
    if model.has_label:
        known.add("synapse_label")
    demand_own(model, given)
    unknown = [k for k in given if k not in known]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in params of model '{model.name}': {' '.join(unknown)}")
    check_values(kernel, model, {k: v for k, v in given.items() if k != "weight_recorder"})
    if "weight_recorder" in given:
        weight_recorder(kernel, given["weight_recorder"])
    for key in model.node_keys:
        if key in given and (len(given[key]) > 1 or any(block.model.base != key for block, _ in given[key].blocks())):
            raise errors.BadProperty(f"{key} of {model.name} must be one {key}, got {given[key]!r}.")
    own = {k: v for k, v in {**model.defaults, **given}.items() if k in model.keys and k not in model.node_keys and k != "delay"}
    with translated():
        model.declaration.check(own, 1)
    kernel.connections.queue.forget_routes()
    model.defaults.update({k: float(v) if isinstance(v, int) and k in ("weight", "delay") else v for k, v in given.items()})


def weight_recorder(kernel: Any, nodes: Any) -> Any:
    """The weight recorder that `nodes` names; None for an empty collection."""
    if getattr(nodes, "ids", None) is None or len(nodes) > 1:
        raise errors.BadProperty(f"weight_recorder must be one node, got {nodes!r}.")
    if len(nodes) == 0:
        return None
    (block, indices), = nodes.blocks()
    if block.model.base != "weight_recorder":
        raise errors.BadProperty(f"weight_recorder must be a weight_recorder, got a {block.model.name}.")
    return block.devices[indices[0]]


def CopyModel(existing: str, new: str, params: dict[str, Any] | None = None) -> None:
    """A new model: a copy of an existing one, with other defaults."""
    from .kernel import kernel
    from .old import current_name
    for name in (existing, new):
        if not isinstance(name, str):
            raise AttributeError(f"the name of a model must be a text, got {name!r}")
    existing = current_name(existing)
    if new in kernel.node_models or new in kernel.synapse_models:
        raise errors.NewModelNameExists(f"Model {new} is the name of an existing model and cannot be re-used.")
    if existing in kernel.node_models:
        old = kernel.node_models[existing]
        made: Any = NodeModel(new, old.base, len(kernel.node_models), old.element_type, old.declaration, dict(old.defaults))
        set_node_defaults(made, params or {})
        kernel.node_models[new] = made
    elif existing in kernel.synapse_models:
        old = kernel.synapse_models[existing]
        made = SynapseModel(new, old.base, len(kernel.synapse_models), old.declaration, old.has_label, dict(old.defaults))
        set_synapse_defaults(kernel, made, params or {})
        kernel.synapse_models[new] = made
    else:
        raise not_there(existing, "UnknownModelName", f"{existing} is not a known model name.")
    kernel.defaults_changed = True


def Models(mtype: str = "all", sel: str | None = None) -> tuple[str, ...]:
    """Names of models: ``all``, ``nodes`` or ``synapses``, those that contain `sel`."""
    from .kernel import kernel
    if mtype not in ("all", "nodes", "synapses"):
        raise ValueError("mtype has to be one of 'all', 'nodes', or 'synapses'")
    names = [*(kernel.node_models if mtype != "synapses" else ()), *(kernel.synapse_models if mtype != "nodes" else ())]
    return tuple(sorted(n for n in names if sel is None or sel in n))


def to_json(data: Any, **kwargs: Any) -> str:
    """`data` as JSON; arrays and node collections become lists. Keywords are those of `json.dumps`."""
    return json.dumps(serialize_data(data), **kwargs)


def serialize_data(data: Any) -> Any:
    """`data` with arrays and node collections as lists, which JSON can hold."""
    if isinstance(data, dict):
        return {k: serialize_data(v) for k, v in data.items()}
    if hasattr(data, "tolist"):
        return data.tolist()
    if isinstance(data, (list, tuple)):
        return [serialize_data(v) for v in data]
    return data


class _Refused:
    """Not available; raises when it is called."""

    def __init__(self, *args: Any, **kwargs: Any):
        raise errors.unsupported(type(self).__name__, self._instead)

    _instead = "Declare neurons with compartments as spatialnet.NeuronModel."


class Compartments(_Refused):
    """Of cm_default, which is not available; raises."""


class Receptors(_Refused):
    """Of cm_default, which is not available; raises."""


class SonataNetwork(_Refused):
    """Networks in the SONATA format are not available; raises."""

    _instead = "Read its tables and connect with spatialnet.pairs."


def help(obj: str | None = None, return_text: bool = False) -> str | None:
    """Print what is known of a model: summary, parameters, paper."""
    from .kernel import kernel
    if obj is None:
        text = "spatialnet.nest: help('iaf_psc_alpha') describes a model; node_models and synapse_models list them."
    else:
        model = kernel.node_models.get(obj) or kernel.synapse_models.get(obj)
        text = f"There is no model '{obj}'; node_models and synapse_models list them." if model is None else _description(model)
    if return_text:
        return text
    print(text)
    return None


def _description(model: Any) -> str:
    declaration = model.declaration
    if declaration is None:
        from .recording import RECORDERS
        return f"{model.name}: {RECORDERS[model.base].__doc__}"
    rows = [f"  {row['name']} = {row['default']} {row['unit']}: {row['meaning']}" for row in declaration.table()]
    paper = [f"{declaration.paper} {declaration.doi}".strip()] if declaration.paper else []
    return "\n".join([f"{model.name}: {declaration.summary}", *rows, *paper])
