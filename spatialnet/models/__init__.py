"""What a node or a synapse does: declarations of models, and the names under which they are found.

Nothing here needs NumPy or the compiled core at import: the build reads the declarations to write their C.
"""

from .declaration import Model, NeuronModel, Parameter, Relay, SpikeInput, State, SynapseModel
from .registry import check_connection, copy_model, get_model, list_models, ships

__all__ = ["Model", "NeuronModel", "Parameter", "Relay", "SpikeInput", "State", "SynapseModel", "check_connection", "copy_model", "get_model",
           "list_models", "ships"]
