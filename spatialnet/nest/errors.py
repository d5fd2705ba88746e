"""`NESTErrors`: the exceptions of PyNEST, and what an error of the native API is called there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .. import errors as native


class KernelException(Exception):
    """Base of all errors that have no name of Python's own; also called ``NESTError``."""


NESTError = KernelException

_NAMES = """BackendAlreadyRegistered BackendNotPrepared BackendPrepared BadDelay BadParameter BadParameterValue BadProperty
DimensionMismatch DistributionError DynamicModuleManagementError GSLSolverFailure IOError IllegalConnection
IncompatibleReceptorType InexistentConnection InternalError InvalidDefaultResolution InvalidTimeInModel KeyError LayerExpected
LayerNodeExpected LocalNodeExpected MPIErrorCode MPIPortsFileMissing MPIPortsFileUnknown MUSICChannelAlreadyMapped
MUSICChannelUnknown MUSICPortAlreadyPublished MUSICPortHasNoWidth MUSICPortUnconnected MUSICPortUnknown MUSICSimulationHasRun
ModelInUse NamingConflict NewModelNameExists NoThreadSiblingsAvailable NodeWithProxiesExpected NotImplemented
NumericalInstability RangeCheck StepMultipleRequired TimeMultipleRequired TypeMismatch UnaccessedDictionaryEntry UndefinedName
UnexpectedEvent UnknownCompartment UnknownComponent UnknownModelName UnknownNode UnknownPort UnknownReceptorType
UnknownSynapseType UnknownThread UnmatchedSteps UnsupportedEvent""".split()

globals().update({name: type(name, (KernelException,), {"__module__": __name__}) for name in _NAMES})

__all__ = ["KernelException", "NESTError", *_NAMES]


def unsupported(what: str, instead: str = "") -> KernelException:
    """The error for what PyNEST has and this package has not."""
    return globals()["NotImplemented"](f"spatialnet.nest does not support {what}. {instead}".rstrip())


@contextmanager
def translated(otherwise: str = "BadProperty", **names: str) -> Iterator[None]:
    """Raises the errors of the native API as those of PyNEST.

    Parameters
    ----------
    otherwise : str
        Name of the exception for errors that `names` does not mention.
    **names : str
        From the name of a native exception to that of PyNEST's.
    """
    try:
        yield
    except KernelException:
        raise
    except native.SpatialnetError as error:
        for kind in type(error).__mro__:
            if kind.__name__ in names:
                raise globals()[names[kind.__name__]](str(error)) from error
        raise globals()[otherwise](str(error)) from error
