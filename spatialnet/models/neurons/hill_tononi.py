"""The neuron of the thalamocortical network of Hill and Tononi.

Defaults, units and the order of operations are those of NEST's model of the same name.
"""

from math import exp

from ..declaration import NeuronModel, Parameter, SpikeInput, State
from .conductance import beta_gain

_RECEPTORS = {"AMPA": (0.1, 0.0, 0.5, 2.4), "NMDA": (0.075, 0.0, 4.0, 40.0), "GABA_A": (0.33, -70.0, 1.0, 7.0),
              "GABA_B": (0.0132, -90.0, 60.0, 200.0)}
_CURRENTS = {"NaP": (30.0, "persistent sodium current"), "KNa": (-90.0, "depolarisation-activated potassium current"),
             "T": (0.0, "low-threshold calcium current"), "h": (-40.0, "hyperpolarisation-activated cation current")}


def _parameters() -> dict[str, Parameter]:
    made = {
        "E_Na": Parameter(30.0, "mV", "sodium reversal potential"),
        "E_K": Parameter(-90.0, "mV", "potassium reversal potential"),
        "g_NaL": Parameter(0.2, "", "sodium leak conductance", at_least=0.0),
        "g_KL": Parameter(1.0, "", "potassium leak conductance", at_least=0.0),
        "tau_m": Parameter(16.0, "ms", "membrane time constant", above=0.0),
        "theta_eq": Parameter(-51.0, "mV", "resting threshold"),
        "tau_theta": Parameter(2.0, "ms", "time constant of the threshold", above=0.0),
        "tau_spike": Parameter(1.75, "ms", "time constant of the potassium current after a spike", above=0.0),
        "t_ref": Parameter(2.0, "ms", "length of the potassium current after a spike, rounded up to whole steps", at_least=0.0),
        "tau_D_KNa": Parameter(1250.0, "ms", "relaxation time constant of I_KNa", above=0.0),
        "N_NaP": Parameter(3.0, "", "exponent of the activation of I_NaP", above=0.0),
        "N_T": Parameter(2.0, "", "exponent of the activation of I_T", above=0.0),
        "V_act_NMDA": Parameter(-25.57, "mV", "potential at which half of the NMDA channels are unblocked"),
        "S_act_NMDA": Parameter(0.081, "1/mV", "slope of the unblocking of NMDA channels", at_least=0.0),
        "tau_Mg_slow_NMDA": Parameter(22.7, "ms", "slow time constant of unblocking", above=0.0),
        "tau_Mg_fast_NMDA": Parameter(0.68, "ms", "fast time constant of unblocking", above=0.0),
        "instant_unblock_NMDA": Parameter(False, "", "whether NMDA channels unblock at once", kind="switch"),
        "voltage_clamp": Parameter(False, "", "whether the potential is held", kind="switch"),
    }
    for name, (peak, reversal, rise, decay) in _RECEPTORS.items():
        made |= {f"g_peak_{name}": Parameter(peak, "", f"peak conductance of a {name} synapse of weight 1", at_least=0.0),
                 f"E_rev_{name}": Parameter(reversal, "mV", f"reversal potential of {name} synapses"),
                 f"tau_rise_{name}": Parameter(rise, "ms", f"rise time constant of {name} synapses", above=0.0),
                 f"tau_decay_{name}": Parameter(decay, "ms", f"decay time constant of {name} synapses", above=0.0)}
    for name, (reversal, meaning) in _CURRENTS.items():
        made |= {f"g_peak_{name}": Parameter(1.0, "", f"peak conductance of the {meaning}", at_least=0.0),
                 f"E_rev_{name}": Parameter(reversal, "mV", f"reversal potential of the {meaning}")}
    return made


_CONDUCTANCES = "".join(f"""
    dg_{r}/dt = dg_{r} - g_{r} / tau_rise_{r}
    ddg_{r}/dt = -dg_{r} / tau_decay_{r}
""" for r in _RECEPTORS)
#: m**n is written exp(n log m), of which both functions are vectorised
_CHANNELS = {
    "I_NaP": "-g_peak_NaP * exp(-N_NaP * log(1 + exp(-(V_m + 55.7) / 7.7))) * (V_m - E_rev_NaP)",
    "I_KNa": "-g_peak_KNa / (1 + exp(3.5 * log(0.25 / D_KNa))) * (V_m - E_rev_KNa)",
    "I_T": "-g_peak_T * exp(N_T * log(max(m_T, 1e-300))) * h_T * (V_m - E_rev_T)",
    "I_h": "-g_peak_h * m_h * (V_m - E_rev_h)",
}


def _at_rest(V: float) -> dict[str, float]:
    """Hidden variables in equilibrium at the potential V."""
    unblocked = 1 / (1 + exp(-0.081 * (V + 25.57)))
    return {"m_T": 1 / (1 + exp(-(V + 59) / 6.2)), "h_T": 1 / (1 + exp((V + 83) / 4)), "m_h": 1 / (1 + exp((V + 75) / 5.5)),
            "D_KNa": 1250 * 0.025 / (1 + exp(-(V + 10) / 5)) + 0.001, "m_fast": unblocked, "m_slow": unblocked}


_UNBLOCKED, _PART = "1 / (1 + exp(-S_act_NMDA * (V_m - V_act_NMDA)))", "0.51 - 0.0028 * V_m"
_MEANINGS = {"m_T": "activation of I_T", "h_T": "inactivation of I_T", "m_h": "activation of I_h", "D_KNa": "sodium that drives I_KNa",
             "m_fast": "fast part of the unblocked NMDA channels", "m_slow": "slow part of the unblocked NMDA channels"}
_RECORDED = ("V_m", "theta", *(f"g_{r}" for r in _RECEPTORS), *_CHANNELS)
_READ = "\n".join(f"        {name} = {text}" for name, text in _CHANNELS.items())

ht_neuron = NeuronModel(
    name="ht_neuron", kernel="ht_neuron",
    summary="Thalamocortical neuron of Hill and Tononi: four synapses and four intrinsic currents.",
    parameters=_parameters(),
    states={
        "V_m": State(-70.0, "mV", "membrane potential"), "theta": State(-51.0, "mV", "threshold"),
        **{f"g_{r}": State(0.0, "", f"conductance of {r} synapses", derived=True) for r in _RECEPTORS},
        "open_NMDA": State(0.0, "", "g_NMDA times the unblocked part", derived=True, recorded_as="g_NMDA"),
        **{f"dg_{r}": State(0.0, "1/ms", f"rising part of g_{r}", derived=True) for r in _RECEPTORS},
        **{name: State(value, "", _MEANINGS[name], derived=True) for name, value in _at_rest(-70.0).items()},
        **{name: State(0.0, "mV", _CURRENTS[name[2:]][1], derived=True) for name in _CHANNELS},
    },
    equations=_CONDUCTANCES + f"""
    unblocked = {_UNBLOCKED}
    fast = min(m_fast, unblocked)
    slow = min(m_slow, unblocked)
    part = {_PART}
    conducting = where(instant_unblock_NMDA == 1, unblocked, part * fast + (1 - part) * slow)
    synaptic = -g_AMPA * (V_m - E_rev_AMPA) - conducting * g_NMDA * (V_m - E_rev_NMDA) - g_GABA_A * (V_m - E_rev_GABA_A) \
- g_GABA_B * (V_m - E_rev_GABA_B)
    leak = -g_NaL * (V_m - E_Na) - g_KL * (V_m - E_K)
    intrinsic = {" + ".join(f"({text})" for text in _CHANNELS.values())}
    spike = where(refractory > 0, -(V_m - E_K) / tau_spike, 0)
    dV_m/dt = where(voltage_clamp == 1, 0, (leak + synaptic + intrinsic + I_stim) / tau_m + spike)
    dtheta/dt = -(theta - theta_eq) / tau_theta
    dm_fast/dt = (unblocked - fast) / tau_Mg_fast_NMDA
    dm_slow/dt = (unblocked - slow) / tau_Mg_slow_NMDA
    dm_T/dt = (1 / (1 + exp(-(V_m + 59) / 6.2)) - m_T) / (0.22 / (exp(-(V_m + 132) / 16.7) + exp((V_m + 16.8) / 18.2)) + 0.13)
    dh_T/dt = (1 / (1 + exp((V_m + 83) / 4)) - h_T) / (8.2 + (56.6 + 0.27 * exp((V_m + 115.2) / 5)) / (1 + exp((V_m + 86) / 3.2)))
    dm_h/dt = (1 / (1 + exp((V_m + 75) / 5.5)) - m_h) * (exp(-14.59 - 0.086 * V_m) + exp(-1.87 + 0.0701 * V_m))
    dD_KNa/dt = (tau_D_KNa * 0.025 / (1 + exp(-(V_m + 10) / 5)) + 0.001 - D_KNa) / tau_D_KNa
    """,
    inputs={k: SpikeInput(f"dg_{r} += w * g_peak_{r} * {beta_gain(f'tau_rise_{r}', f'tau_decay_{r}')}", only_positive=True)
            for k, r in enumerate(_RECEPTORS, 1)},
    step=f"""
    integrate:
{_READ}
        spike if (refractory == 0) and (V_m >= theta): V_m = E_Na; theta = E_Na; refractory = steps(t_ref) + 1
    refractory = max(refractory - 1, 0)
    receive
    unblocked = {_UNBLOCKED}
    m_fast = min(m_fast, unblocked)
    m_slow = min(m_slow, unblocked)
    part = {_PART}
    open_NMDA = g_NMDA * where(instant_unblock_NMDA == 1, unblocked, part * m_fast + (1 - part) * m_slow)
    """,
    recorded=_RECORDED,
    paper="Hill, Tononi: Modeling sleep and wakefulness in the thalamocortical system, Journal of Neurophysiology 93 (2005)",
    doi="10.1152/jn.00915.2004")

MODELS = (ht_neuron,)
