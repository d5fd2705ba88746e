"""Impossible devices are refused when they are made or, where the resolution decides, at the first run."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError, SimulationError, UnknownNameError


@pytest.mark.parametrize("model, parameters, said", [
    ("sinusoidal_gamma_generator", {"rate": 10., "amplitude": 20.}, "amplitude"),
    ("sinusoidal_gamma_generator", {"rate": 10., "amplitude": -1.}, "amplitude"),
    ("sinusoidal_gamma_generator", {"order": 0.5}, "order"),
    ("sinusoidal_poisson_generator", {"individual_spike_trains": 3}, "individual_spike_trains"),
    ("gamma_sup_generator", {"gamma_shape": 0}, "gamma_shape"), ("gamma_sup_generator", {"gamma_shape": 1.5}, "gamma_shape"),
    ("gamma_sup_generator", {"n_proc": 0}, "n_proc"), ("gamma_sup_generator", {"n_proc": 1.5}, "n_proc"),
    ("gamma_sup_generator", {"rate": -1.}, "rate"), ("gamma_sup_generator", {"rate": np.nan}, "rate"),
    ("ppd_sup_generator", {"dead_time": 5., "rate": 200.}, "dead_time"), ("ppd_sup_generator", {"dead_time": -1.}, "dead_time"),
    ("ppd_sup_generator", {"relative_amplitude": 1.5}, "relative_amplitude"),
    ("ppd_sup_generator", {"relative_amplitude": -.5}, "relative_amplitude"), ("ppd_sup_generator", {"n_proc": 0}, "n_proc"),
    ("mip_generator", {"p_copy": 1.5}, "p_copy"), ("mip_generator", {"rate": -1.}, "rate"),
    ("spike_dilutor", {"p_copy": -.5}, "p_copy"), ("spike_dilutor", {"start": 2., "stop": 1.}, "stop"),
    ("pulsepacket_generator", {"activity": -1}, "activity"), ("pulsepacket_generator", {"activity": 2.5}, "activity"),
    ("pulsepacket_generator", {"sdev": -1.}, "sdev"), ("pulsepacket_generator", {"pulse_times": [np.nan]}, "pulse_times"),
    ("inhomogeneous_poisson_generator", {"rate_times": [1., 1.], "rate_values": [1., 2.]}, "rate_times"),
    ("inhomogeneous_poisson_generator", {"rate_times": [0., 1.], "rate_values": [1., 2.]}, "rate_times"),
    ("inhomogeneous_poisson_generator", {"rate_times": [1., 2.], "rate_values": [1.]}, "rate_values"),
    ("inhomogeneous_poisson_generator", {"rate_times": [1.]}, "rate_values"),
    ("inhomogeneous_poisson_generator", {"rate_times": [1.], "rate_values": [-1.]}, "rate_values"),
    ("step_current_generator", {"amplitude_times": [2., 1.], "amplitude_values": [1., 2.]}, "amplitude_times"),
    ("step_rate_generator", {"amplitude_times": [0.], "amplitude_values": [1.]}, "amplitude_times"),
    ("noise_generator", {"std": -1.}, "std"), ("noise_generator", {"std_mod": 2., "std": 1.}, "std_mod"),
    ("noise_generator", {"dt": 0.}, "dt"), ("dc_generator", {"start": 3., "stop": 2.}, "stop"),
    ("ignore_and_fire", {"phase": 0.}, "phase"), ("ignore_and_fire", {"phase": 1.1}, "phase"),
    ("ignore_and_fire", {"rate": 0.}, "rate"),
    ("spike_generator", {"spike_times": [0.]}, "spike_times"),
    ("spike_train_injector", {"spike_times": [2., 1.]}, "spike_times"),
    ("spike_train_injector", {"spike_times": [2.], "spike_multiplicities": [-1]}, "spike_multiplicities"),
    ("spike_train_injector", {"spike_times": [2.], "precise_times": True}, "precise_times"),
])
def test_impossible_devices_are_refused(model, parameters, said):
    net = sn.Network()
    with pytest.raises(ParameterError, match=f"{model}.{said}: "):
        net.create(model, **parameters)
    assert not net.populations


def test_an_injector_has_no_weights():
    with pytest.raises(UnknownNameError, match="spike_weights"):
        sn.Network().create("spike_train_injector", spike_weights=[1.])


@pytest.mark.parametrize("model, parameters, said", [
    ("inhomogeneous_poisson_generator", {"rate_times": [1.03], "rate_values": [1.]}, "allow_offgrid_times"),
    ("step_current_generator", {"amplitude_times": [1.03], "amplitude_values": [1.]}, "allow_offgrid_times"),
    ("step_current_generator", {"amplitude_times": [1.04, 1.06], "amplitude_values": [1., 2.], "allow_offgrid_times": True},
     "different"),
    ("noise_generator", {"dt": .15}, "dt"), ("noise_generator", {"dt": .05}, "dt"), ("mip_generator", {"start": .05}, "start"),
    ("sinusoidal_poisson_generator", {"rate": 1e12}, "rate"),
    ("inhomogeneous_poisson_generator", {"rate_times": [1.], "rate_values": [1e12]}, "rate_values"),
])
def test_what_does_not_fit_the_resolution_is_refused_before_the_run(model, parameters, said):
    net = sn.Network()
    net.create(model, **parameters)
    with pytest.raises(ParameterError, match=said):
        net.simulate(1.)
    assert net.time == 0


@pytest.mark.parametrize("source, target", [("noise_generator", "parrot_neuron"), ("step_current_generator", "spike_dilutor"),
                                            ("step_rate_generator", "iaf_psc_alpha"), ("step_rate_generator", "parrot_neuron"),
                                            ("parrot_neuron", "mip_generator"), ("parrot_neuron", "spike_train_injector")])
def test_connections_that_mean_nothing_are_refused(source, target):
    net = sn.Network()
    ends = net.create(source), net.create(target)
    reason = "sends a rate, no spikes" if source == "step_rate_generator" else "takes no"
    with pytest.raises(ConnectError, match=reason):
        net.connect(*ends, sn.all_to_all())
    assert not net.projections


@pytest.mark.parametrize("model", ["mip_generator", "gamma_sup_generator", "sinusoidal_poisson_generator", "spike_dilutor",
                                   "ac_generator"])
def test_spikes_that_differ_by_target_are_not_recorded(model):
    net = sn.Network()
    device = net.create(model)
    with pytest.raises(SimulationError, match="cannot be recorded"):
        net.record(device, "spikes")
    assert not net.recorders


def test_one_train_for_all_can_be_recorded():
    net = sn.Network(seed=3)
    shared = net.create("sinusoidal_poisson_generator", rate=500., individual_spike_trains=False)
    net.record(shared, "spikes")
    net.record(shared, "rate", name="rate")
    data = net.simulate(100.)
    assert data["/spikes/spikes"].sizes["spike"] > 20 and (data["/recordings/rate"].rate == 500).all()
    assert data["/recordings/rate"].rate.attrs["units"] == "1/s"


def test_changes_between_runs_take_effect_at_once():
    """Signals are functions of time, so a change applies from the next step; what a renewal process waits for is kept."""
    net = sn.Network(seed=1)
    cells = net.create("parrot_neuron", n=50)
    source = net.create("sinusoidal_gamma_generator", rate=100., order=50.)
    net.connect(source, cells, sn.all_to_all())
    net.record(cells, "spikes")
    net.simulate(105.)
    source.set(rate=10.)
    first = net.simulate(50.)["/spikes/spikes"]
    assert first.sizes["spike"] < 50  # the next spike is due a tenth as fast, and not drawn anew
    source.set(rate=1000.)
    assert net.simulate(20.)["/spikes/spikes"].sizes["spike"] > 500
