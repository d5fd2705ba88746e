"""Astrocytes, and neurons that receive their slow inward currents.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import Coupling, NeuronModel, Parameter, SpikeInput, State
from .adaptive import SOLVER, AdaptiveExponential, aeif_cond_alpha

astrocyte_lr_1994 = NeuronModel(
    name="astrocyte_lr_1994", kernel="astrocyte_lr_1994",
    summary="Astrocyte with the calcium dynamics of Li and Rinzel; it does not spike.",
    parameters={
        "Ca_tot": Parameter(2.0, "µM", "total calcium of cytosol and endoplasmic reticulum, per cytosolic volume", at_least=0.0),
        "IP3_0": Parameter(0.16, "µM", "resting concentration of IP3", at_least=0.0),
        "Kd_act": Parameter(0.08234, "µM", "dissociation constant of activating calcium", at_least=0.0),
        "Kd_inh": Parameter(1.049, "µM", "dissociation constant of inhibiting calcium", at_least=0.0),
        "Kd_IP3_1": Parameter(0.13, "µM", "first dissociation constant of IP3", at_least=0.0),
        "Kd_IP3_2": Parameter(0.9434, "µM", "second dissociation constant of IP3", at_least=0.0),
        "Km_SERCA": Parameter(0.1, "µM", "half-activation of the pump", at_least=0.0),
        "SIC_scale": Parameter(1.0, "", "scale of the slow inward current", at_least=0.0),
        "SIC_th": Parameter(0.19669, "µM", "calcium above which there is a slow inward current", at_least=0.0),
        "delta_IP3": Parameter(0.0002, "µM", "jump of IP3 by a spike of weight 1", at_least=0.0),
        "k_IP3R": Parameter(0.0002, "1/(µM ms)", "binding rate of inhibiting calcium", at_least=0.0),
        "rate_IP3R": Parameter(0.006, "1/ms", "largest rate of release through IP3 receptors", at_least=0.0),
        "rate_L": Parameter(0.00011, "1/ms", "rate of the leak", at_least=0.0),
        "rate_SERCA": Parameter(0.0009, "µM/ms", "largest rate of the pump", at_least=0.0),
        "ratio_ER_cyt": Parameter(0.185, "", "volume of the endoplasmic reticulum relative to the cytosol", above=0.0),
        "tau_IP3": Parameter(7142.0, "ms", "time constant of the degradation of IP3", above=0.0),
    },
    states={
        "IP3": State(0.16, "µM", "inositol 1,4,5-trisphosphate"),
        "Ca_astro": State(0.073, "µM", "cytosolic calcium"),
        "h_IP3R": State(0.793, "", "fraction of IP3 receptors that are not inhibited"),
        "SIC": State(0.0, "pA", "slow inward current that is sent", derived=True),
    },
    recorded=("IP3", "Ca_astro", "h_IP3R"), sends={"sic": "SIC"}, sends_after=True,
    equations="""
        Ca = max(0, min(Ca_astro, Ca_tot))
        Ca_ER = (Ca_tot - Ca) / ratio_ER_cyt
        open = IP3 / (IP3 + Kd_IP3_1) * (Ca / (Ca + Kd_act)) * h_IP3R
        release = ratio_ER_cyt * rate_IP3R * open * open * open * (Ca_ER - Ca)
        pump = rate_SERCA * Ca * Ca / (Km_SERCA * Km_SERCA + Ca * Ca)
        leak = ratio_ER_cyt * rate_L * (Ca_ER - Ca)
        alpha = k_IP3R * Kd_inh * (IP3 + Kd_IP3_1) / (IP3 + Kd_IP3_2)
        dIP3/dt = (IP3_0 - IP3) / tau_IP3
        dCa_astro/dt = release - pump + leak + I_stim
        dh_IP3R/dt = alpha * (1 - h_IP3R) - k_IP3R * Ca * h_IP3R
    """,
    inputs={0: SpikeInput("IP3 += w * delta_IP3")},
    step="""
        integrate
        Ca_astro = max(0, min(Ca_astro, Ca_tot))
        receive
        above = 1000 * (Ca_astro - SIC_th)
        SIC = where(above > 1, SIC_scale * log(max(above, 1)), 0)
    """,
    paper="Li, Rinzel: Equations for InsP3 receptor-mediated [Ca2+]i oscillations derived from a detailed kinetic model: a "
          "Hodgkin-Huxley like formalism, Journal of Theoretical Biology 166 (1994)", doi="10.1006/jtbi.1994.1041",
    notes="Currents are in µM of calcium per ms.")

aeif_cond_alpha_astro = AdaptiveExponential(
    name="aeif_cond_alpha_astro", kernel="aeif_cond_alpha_astro",
    summary="Adaptive exponential neuron with alpha-shaped synaptic conductances and slow inward currents from astrocytes.",
    parameters=aeif_cond_alpha.parameters,
    states={**aeif_cond_alpha.states, "I_SIC": State(0.0, "pA", "slow inward current from astrocytes", derived=True)},
    equations=aeif_cond_alpha.equations.replace("+ I_stim", "+ I_SIC + I_stim"),
    inputs=aeif_cond_alpha.inputs, step=f"{aeif_cond_alpha.step}    I_SIC = slow_current\n",
    couplings={"sic": Coupling("slow_current")}, recorded=(*aeif_cond_alpha.recordables, "I_SIC"), **SOLVER,
    paper=aeif_cond_alpha.paper, doi=aeif_cond_alpha.doi)

MODELS = (astrocyte_lr_1994, aeif_cond_alpha_astro)
