"""Every neuron and relay that ships is held against NEST with an input that leaves nothing to chance; a new one must be, too."""

from pathlib import Path

import pytest

from spatialnet.models import get_model, list_models
from spatialnet.models.kernels import plan
from tests.models.test_golden_runs import GOLDEN
from tests.vs_nest import test_neuron_models as against_nest

TESTS = Path(__file__).parent.parent
#: models of the reference, a family a line
REFERENCE = """
    iaf_psc_alpha iaf_psc_exp iaf_psc_delta iaf_psc_alpha_multisynapse iaf_psc_exp_multisynapse iaf_psc_exp_htum iaf_tum_2000
    iaf_psc_alpha_ps iaf_psc_exp_ps iaf_psc_exp_ps_lossless iaf_psc_delta_ps
    iaf_cond_exp iaf_cond_alpha iaf_cond_beta iaf_cond_exp_sfa_rr iaf_chxk_2008 iaf_bw_2001 iaf_chs_2007
    aeif_cond_exp aeif_cond_alpha aeif_psc_exp aeif_psc_alpha aeif_psc_delta aeif_cond_alpha_multisynapse aeif_cond_beta_multisynapse
    izhikevich hh_psc_alpha hh_psc_alpha_gap hh_cond_exp_traub hh_cond_beta_gap_traub
    gif_psc_exp gif_cond_exp gif_psc_exp_multisynapse gif_cond_exp_multisynapse gif_pop_psc_exp pp_psc_delta
    glif_psc glif_cond glif_psc_double_alpha mat2_psc_exp amat2_psc_exp ht_neuron iaf_cond_alpha_mc pp_cond_exp_mc_urbanczik
    aeif_psc_delta_clopath hh_psc_alpha_clopath ginzburg_neuron mcculloch_pitts_neuron erfc_neuron
    lin_rate_ipn tanh_rate_ipn sigmoid_rate_ipn sigmoid_rate_gg_1998_ipn gauss_rate_ipn threshold_lin_rate_ipn lin_rate_opn
    rate_transformer_lin siegert_neuron astrocyte_lr_1994 aeif_cond_alpha_astro parrot_neuron parrot_neuron_ps ignore_and_fire
""".split()
#: models that draw in every run, or are no neurons; and the file of tests that compares them
ELSEWHERE = {
    "ginzburg_neuron": "simulate/test_binary.py", "mcculloch_pitts_neuron": "simulate/test_binary.py",
    "erfc_neuron": "simulate/test_binary.py", "gif_pop_psc_exp": "vs_nest/test_populations.py", "siegert_neuron": "vs_nest/test_rates.py",
    "parrot_neuron": "vs_nest/test_synapses.py", "parrot_neuron_ps": "simulate/test_precise.py", "ignore_and_fire": "vs_nest/test_devices.py", "spike_dilutor": "vs_nest/test_devices.py",
    "volume_transmitter": "vs_nest/test_synapses.py"}


def test_every_model_of_the_reference_ships():
    assert set(REFERENCE) <= set(list_models())


@pytest.mark.parametrize("name", [*list_models("neuron"), *list_models("relay")])
def test_every_model_has_a_comparison_with_nest(name):
    model = get_model(name)
    if name in ELSEWHERE:
        assert name in (TESTS / ELSEWHERE[name]).read_text()
    elif "rate" in model.sends:
        assert "list_models" in (TESTS / "vs_nest/test_rates.py").read_text()  # finds rate neurons by what they send
    else:
        assert name in against_nest.NEURONS
        deterministic = not plan(model.unrolled({})).draws or name in against_nest.CERTAIN
        assert deterministic, f"the spikes of {name} are drawn: give it an entry in CERTAIN of {against_nest.__file__}"


def test_golden_runs_that_need_no_nest_are_of_models_that_ship():
    printed = {golden.model for golden in GOLDEN}
    assert printed <= set(list_models("neuron")) and len(printed) >= 36
