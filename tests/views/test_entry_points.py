"""What the other packages call when a user asks to see something."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import spatialnet as sn
from spatialnet import views
from spatialnet.errors import DataError, MaskError, ParameterError, PositionError

#: libraries that are loaded with what first needs them; each takes longer to load than all of ours, or nearly
HEAVY = ("bokeh", "ipywidgets", "anywidget", "matplotlib", "IPython", "dask", "xarray", "pandas", "scipy", "h5py", "h5netcdf", "zarr",
         "spatialnet.views", "spatialnet.data")


@pytest.mark.parametrize("module", ["spatialnet", "spatialnet.nest", "spatialnet.topology"])
def test_importing_it_loads_none_of_the_heavy_libraries(module):
    code = f"import sys, {module}; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_script_of_pynest_loads_none_of_them_either():
    """Nodes, connections, a run, and what was recorded of it: all without labelled results."""
    code = ("import sys, spatialnet.nest as nest; n = nest.Create('iaf_psc_alpha', 2, {'I_e': 500.0}); r = nest.Create('spike_recorder'); "
            "m = nest.Create('multimeter', params={'record_from': ['V_m']}); p = nest.Create('poisson_generator', params={'rate': 9e3}); "
            "nest.Connect(n, n, {'rule': 'pairwise_bernoulli', 'p': 0.5}, {'synapse_model': 'stdp_synapse'}); nest.Connect(p, n); "
            "nest.Connect(n, r); nest.Connect(m, n); nest.Simulate(100.0); assert r.n_events; nest.GetConnections().get('weight'); "
            f"m.events; print([m for m in {HEAVY} if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_hides_an_entry_point():
    """A submodule with a function's name would take its place when it is imported."""
    for module in pkgutil.walk_packages(views.__path__, "spatialnet.views."):
        importlib.import_module(module.name)
    assert all(callable(getattr(views, name)) for name in views.__all__)


def test_a_node_is_given_as_a_layer_or_an_id(sheet, projection):
    assert views.view_layer(sheet, node=sheet[17]).state.node == 17
    assert views.view_projection(projection, source=sheet.nearest([0.45, 0.45])).state.node == 90
    assert views.view_projection(projection, target=130).state.direction == "sources"
    assert views.preview_mask(sn.circular(0.1), sheet, node=sheet[3]).state.node == 3
    with pytest.raises(ValueError, match="give one node, got 2 nodes"):
        views.view_layer(sheet, node=sheet[:2])
    with pytest.raises(ValueError, match="not both"):
        views.view_projection(projection, source=0, target=100)


@pytest.mark.parametrize("call, message", [
    (lambda p: p.view(source=p.target[0]), r"view.source: node 100 is not one of E \(ids 0 … 99\)"),
    (lambda p: p.view(target=7), "view.target: node 7 is not one of I"),
    (lambda p: p.view(source="E"), "view.source: must be a layer of one node or a global id, got 'E'"),
    (lambda p: p.source.view(node=100), "view.node: node 100 is not one of E"),
    (lambda p: p.target.view(color_by="C_m"), "view.color_by: no column 'C_m' to colour by; there are: x, y, tau_m"),
    (lambda p: p.target.view(color_by=3), "view.color_by: "),
    (lambda p: sn.circular(0.1).preview(p.source, node=100), "preview.node: node 100 is not one of E"),
    (lambda p: sn.circular(0.1).preview("E"), "preview.layer: must be a layer, such as .*, got 'E'"),
    (lambda p: sn.grid_mask([2, 2]).preview("E"), "preview.layer: must be a layer, such as .*, got 'E'"),
])
def test_what_cannot_be_shown_is_an_error_of_the_call(projection, call, message):
    with pytest.raises(ParameterError, match=message):
        call(projection)


def test_what_users_call_comes_here(sheet, projection, run):
    assert isinstance(sheet.view().state.layer, type(sheet))
    assert projection.view(source=sheet[5]).state.node == 5
    assert sn.circular(0.2).preview(sheet, p=0.5).state.p == 0.5
    assert run.spatialnet.raster(bin_width=2.0).state.bin_width == 2.0
    assert run.spatialnet.movie("all", bin_width=20.0).state.n_frames == 5


def test_what_has_no_place_has_no_map(net, device, sheet):
    with pytest.raises(PositionError, match="'noise': no node has a position, so there is no map"):
        device.view()
    with pytest.raises(MaskError, match="has 3 dimensions and layer 'E' 2"):
        sn.spherical(0.1).preview(sheet)
    noise = net.create("parrot_neuron", n=2, name="relays")
    net.connect(device, noise, sn.all_to_all())
    net.record(noise, "spikes")
    with pytest.raises(DataError, match="use raster"):
        net.simulate(20.0).spatialnet.movie()


def test_outside_a_notebook_objects_are_text(sheet, projection):
    assert sn.circular(0.5)._repr_mimebundle_() == {"text/plain": "circular(radius=0.5)"}
    assert sheet._repr_mimebundle_() == {"text/plain": repr(sheet)}
    assert projection._repr_mimebundle_() == {"text/plain": repr(projection)}


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr(views, "has_kernel", lambda: True)


def test_in_a_notebook_objects_show_themselves(kernel, net, sheet, projection, device):
    driven = net.connect(device, sheet, sn.all_to_all())  # one end has positions: enough for a map
    for thing in (sheet, projection, driven):
        bundle = thing._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
        assert bundle["text/plain"] == repr(thing) and "<img src=" in bundle["text/html"]
    relays = net.create("parrot_neuron", n=2)
    for thing in (device, net.connect(device, relays, sn.all_to_all()), sn.circular(0.5)):
        bundle = thing._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html"} and "<table" in bundle["text/html"]


def test_a_view_shows_itself_wherever_it_is(projection):
    view = views.view_projection(projection, source=44)
    assert repr(view) == f"<ProjectionView: E→I · {projection.n:,} connections>".replace(",", "\u202f")
    assert view._repr_mimebundle_()["text/plain"].endswith(view.state.words())
    assert view.widget.children[-1] is view.canvas


def test_network_shows_its_tables(net, sheet):
    assert "iaf_psc_alpha" in views.network_html(net) and net._repr_html_() == views.network_html(net)
