"""Every synapse model between nodes of many kinds: what `Connect` refuses, and with which error."""

import pytest

from tests.vs_nest.on_both import ours, outcome, theirs

ours.ResetKernel()
theirs.ResetKernel()
SYNAPSES = sorted(name for name in set(ours.synapse_models) & set(theirs.synapse_models) if not name.endswith(("_lbl", "_hpc")))
SENDERS = ("iaf_psc_alpha", "parrot_neuron", "lin_rate_ipn", "ginzburg_neuron", "volume_transmitter", "spike_recorder", "hh_psc_alpha_gap",
           "spike_generator", "dc_generator")
TAKERS = ("iaf_psc_alpha", "aeif_psc_delta_clopath", "pp_cond_exp_mc_urbanczik", "iaf_psc_exp_multisynapse", "iaf_bw_2001", "ht_neuron",
          "lin_rate_ipn", "siegert_neuron", "hh_psc_alpha_gap", "ginzburg_neuron", "gif_pop_psc_exp", "astrocyte_lr_1994", "parrot_neuron",
          "volume_transmitter", "spike_recorder", "weight_recorder", "spin_detector", "dc_generator")
ALL = """
exec('''
found = {}
for source in senders:
    for target in takers:
        nest.ResetKernel()
        nest.set_verbosity('M_ERROR')
        symmetric = nest.GetDefaults(model, 'requires_symmetric')
        try:
            nest.Connect(nest.Create(source), nest.Create(target), {'rule': 'one_to_one', 'make_symmetric': symmetric}, {'synapse_model': model})
            nest.Simulate(1.)
            found[source, target] = 'connected'
        except Exception as error:
            found[source, target] = type(error).__name__
''')
found
"""
#: binary neurons take spikes of these there, but mean the states of binary neurons by them
_RELAYS = {("parrot_neuron", "ginzburg_neuron"), ("spike_generator", "ginzburg_neuron")}
#: without a volume transmitter, devices are refused for other reasons there
_DEVICES = {"volume_transmitter", "spike_recorder", "weight_recorder", "spin_detector", "dc_generator", "spike_generator"}


@pytest.mark.parametrize("model", SYNAPSES)
def test_the_same_pairs_are_connected(model):
    """Nothing is refused only in a run; the names of the errors are those of NEST."""
    here, there = (outcome(nest, f"model, senders, takers = {model!r}, {SENDERS!r}, {TAKERS!r}" + ALL)[1] for nest in (ours, theirs))
    skipped = {pair for pair in here if "dopamine" in model and _DEVICES.intersection(pair)} | _RELAYS
    assert {pair: (here[pair], there[pair]) for pair in here if here[pair] != there[pair] and pair not in skipped} == {}
