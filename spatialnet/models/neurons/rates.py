"""Rate neurons: populations whose activity is one number, with noise inside (``_ipn``) or upon what is sent (``_opn``).

With input noise, tau dX = (-lambda X + mu + phi(input)) dt + sqrt(tau) sigma dW; with output noise, tau dX/dt = -X + mu + phi(input), and
X + sqrt(tau / h) sigma xi is sent. Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import Coupling, NeuronModel, Parameter, State

_PAPER = {
    "paper": "Hahne, Dahmen, Schuecker, Frommer, Bolten, Helias, Diesmann: Integration of continuous-time dynamics in a spiking neural "
             "network simulator, Frontiers in Neuroinformatics 11 (2017)", "doi": "10.3389/fninf.2017.00034"}
_G = {"g": Parameter(1.0, "", "gain")}
_THETA = {"theta": Parameter(0.0, "", "threshold of the gain function")}
#: gain function → its parameters, its text for the input x, and words for it
_GAINS = {
    "lin": (_G | {
        "g_ex": Parameter(1.0, "", "multiplicative coupling: slope for excitatory input"),
        "g_in": Parameter(1.0, "", "multiplicative coupling: slope for inhibitory input"),
        "theta_ex": Parameter(0.0, "", "multiplicative coupling: rate at which excitatory input has no effect"),
        "theta_in": Parameter(0.0, "", "multiplicative coupling: minus the rate at which inhibitory input has no effect")},
        "g * {0}", "a linear gain function, phi(x) = g x"),
    "tanh": (_G | _THETA, "expm1(min(2 * g * ({0} - theta), 40)) / (expm1(min(2 * g * ({0} - theta), 40)) + 2)",
             "a hyperbolic tangent as gain function, phi(x) = tanh(g (x - theta))"),
    "sigmoid": (_G | _THETA | {"beta": Parameter(1.0, "", "slope of the gain function")}, "g / (1 + exp(-beta * ({0} - theta)))",
                "a sigmoid gain function, phi(x) = g / (1 + exp(-beta (x - theta)))"),
    "sigmoid_gg_1998": (_G, "(g * {0}) ** 4 / (0.1 ** 4 + (g * {0}) ** 4)",
                        "the gain function of Gancarz and Grossberg, phi(x) = (g x)^4 / (0.1^4 + (g x)^4)"),
    "gauss": (_G | {"mu": Parameter(0.0, "", "centre of the gain function"),
                    "sigma": Parameter(0.0, "", "width of the gain function", at_least=0.0)},
              "where({0} == mu, g, where(sigma > 0, g * exp(-0.5 * (({0} - mu) / sigma) ** 2), 0))",
              "a Gaussian gain function, phi(x) = g exp(-(x - mu)^2 / (2 sigma^2))"),
    "threshold_lin": (_G | _THETA | {"alpha": Parameter(float("inf"), "", "upper bound of the gain function", finite=False)},
                      "min(max(g * ({0} - theta), 0), alpha)",
                      "a threshold-linear gain function, phi(x) = min(max(g (x - theta), 0), alpha)"),
}
_LINEAR_SUMMATION = {"linear_summation": Parameter(
    True, "", "apply the gain function to the sum of the input, not to the rate of every source", kind="switch")}
_COUPLING = {
    "mult_coupling": Parameter(False, "", "excitatory input is multiplied by g_ex (theta_ex - X), inhibitory input by g_in (theta_in + X)",
                               kind="switch"),
}
_RECTIFIED = {
    "rectify_output": Parameter(False, "", "keep the rate at or above rectify_rate", kind="switch"),
    "rectify_rate": Parameter(0.0, "1/s", "lower bound of the rate, if it is rectified", at_least=0.0),
}
_FLAGS = {"nonlinear": "linear_summation == 0", "multiplicative": "mult_coupling == 1"}
_INPUT = """
    unless multiplicative: unless nonlinear: drive = {both}
    unless multiplicative: when nonlinear: drive = excitation + inhibition
    when multiplicative: unless nonlinear: drive = {H_ex}({ex}) + {H_in}({in})
    when multiplicative: when nonlinear: drive = {H_ex}excitation + {H_in}inhibition
"""
_INPUT_NOISE = """
    z = normal()
    noise = {sigma} * z
""" + _INPUT + """
    leak = where(lambda_ == 0, 1, lambda_)
    rate = exp(-lambda_ * h / tau) * rate + where(lambda_ == 0, h / tau, -expm1(-lambda_ * h / tau) / leak) * ({mu} + drive) \
        + sqrt(where(lambda_ == 0, h / tau, -expm1(-2 * lambda_ * h / tau) / (2 * leak))) * noise
    when rectified: rate = max(rate, rectify_rate)
"""
_OUTPUT_NOISE = """
    z = normal()
    noise = {sigma} * z
    noisy_rate = rate + sqrt(tau / h) * {sigma} * z
""" + _INPUT + """
    rate = exp(-h / tau) * rate - expm1(-h / tau) * ({mu} + drive)
"""
_RATE = {"rate": State(0.0, "1/s", "rate")}
_NOISE = {"noise": State(0.0, "1/s", "noise of the step", derived=True)}


def _coupling(gain: str) -> dict[str, Coupling]:
    return {"rate": Coupling("excitation", "inhibition", gain=_GAINS[gain][1].format("x"), when="nonlinear")}


def _neuron(gain: str, kind: str) -> NeuronModel:
    parameters, phi, words = _GAINS[gain]
    # the gain function has a mu and a sigma of its own: then those of the noise are called mean and std
    mu, sigma = ("mean", "std") if "mu" in parameters else ("mu", "sigma")
    is_input = kind == "ipn"
    mine = {"tau": Parameter(10.0, "ms", "time constant", above=0.0),
            mu: Parameter(0.0, "", "mean input"), sigma: Parameter(1.0, "", "size of the noise", at_least=0.0)}
    if is_input:
        mine["lambda"] = Parameter(1.0, "", "leak", at_least=0.0)
    rate = "rate" if is_input else "noisy_rate"
    factors = {"H_ex": f"g_ex * (theta_ex - {rate}) * ", "H_in": f"g_in * (theta_in + {rate}) * "} if gain == "lin" else \
        {"H_ex": "", "H_in": ""}
    step = (_INPUT_NOISE if is_input else _OUTPUT_NOISE).format_map(
        factors | {"mu": mu, "sigma": sigma, "both": phi.format("(excitation + inhibition)"), "ex": phi.format("excitation"),
                   "in": phi.format("inhibition")})
    noisy = {} if is_input else {"noisy_rate": State(0.0, "1/s", "rate that was sent, with its noise", derived=True)}
    first, _, rest = gain.partition("_gg")
    name = f"{first}_rate{'_gg' * bool(rest)}{rest}_{kind}"
    return NeuronModel(
        name=name, kernel=name,
        summary=f"Rate neuron with {'input' if is_input else 'output'} noise and {words}.",
        parameters=mine | parameters | _LINEAR_SUMMATION | _COUPLING | (_RECTIFIED if is_input else {}), states=_RATE | _NOISE | noisy, currents={},
        couplings=_coupling(gain), sends={"rate": "rate"}, noise="" if is_input else f"sqrt(tau / h) * {sigma}",
        flags=_FLAGS | ({"rectified": "rectify_output == 1"} if is_input else {}), step=step,
        notes="" if gain == "lin" else "With mult_coupling the gain function is applied to excitatory and inhibitory input apart.", **_PAPER)


def _transformer(gain: str) -> NeuronModel:
    parameters, phi, words = _GAINS[gain]
    return NeuronModel(
        name=f"rate_transformer_{gain}", kernel=f"rate_transformer_{gain}",
        summary=f"Passes rates through {words}.",
        parameters=parameters | _LINEAR_SUMMATION, states=_RATE, currents={}, couplings=_coupling(gain), sends={"rate": "rate"},
        flags={"nonlinear": _FLAGS["nonlinear"]},
        step=f"unless nonlinear: rate = {phi.format('(excitation + inhibition)')}\nwhen nonlinear: rate = excitation + inhibition",
        **_PAPER)


siegert_neuron = NeuronModel(
    name="siegert_neuron", kernel="siegert_neuron",
    summary="Mean-field population: the rate of leaky integrate-and-fire neurons in filtered Gaussian noise.",
    parameters={
        "tau": Parameter(1.0, "ms", "time constant of the rate", above=0.0),
        "tau_m": Parameter(5.0, "ms", "membrane time constant", above=0.0),
        "tau_syn": Parameter(0.0, "ms", "synaptic time constant", at_least=0.0),
        "t_ref": Parameter(2.0, "ms", "refractory time", at_least=0.0),
        "mean": Parameter(0.0, "1/s", "rate that is added"),
        "theta": Parameter(15.0, "mV", "threshold, relative to rest"),
        "V_reset": Parameter(0.0, "mV", "reset potential, relative to rest"),
    },
    states=_RATE, ordered=(("V_reset", "theta"),), currents={},
    couplings={"diffusion": Coupling("drift", "variance")}, sends={"diffusion": "rate"},
    # |zeta(1/2)| / sqrt(2): the shift of the bounds by coloured noise
    step="""
        sigma = sqrt(max(variance, 0))
        shift = 1.0326265761156084 * sqrt(tau_syn / tau_m)
        spread = where(sigma > 0, sigma, 1)
        noisy = t_ref + tau_m * siegert((V_reset - drift) / spread + shift, (theta - drift) / spread + shift)
        above = where(drift > theta, drift - theta, 1)
        quiet = t_ref + tau_m * log((above + theta - V_reset) / above)
        rate_of_input = 1000 / where(sigma > 0, noisy, where(drift > theta, quiet, inf))
        if theta - drift > 6 * sigma: rate_of_input = 0
        rate = exp(-h / tau) * rate - expm1(-h / tau) * (mean + rate_of_input)
    """,
    notes="Without variance the rate is that of constant input. Of input 6 standard deviations or more below the threshold it is 0.",
    paper="Fourcaud, Brunel: Dynamics of the firing probability of noisy integrate-and-fire neurons, Neural Computation 14 (2002)",
    doi="10.1162/089976602320264015")

MODELS = (*(_neuron(gain, "ipn") for gain in _GAINS), *(_neuron(gain, "opn") for gain in ("lin", "tanh", "threshold_lin")),
          *map(_transformer, _GAINS), siegert_neuron)
