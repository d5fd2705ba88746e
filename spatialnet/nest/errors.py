"""`NESTErrors`: the exceptions of PyNEST, and what an error of the native API is called there."""

from __future__ import annotations

from contextlib import ContextDecorator

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


class translated(ContextDecorator):  # noqa: N801  reads as a function
    """Raises the errors of the native API as those of PyNEST.

    Parameters
    ----------
    otherwise : str
        Name of the exception for errors that `names` does not mention.
    **names : str
        From the name of a native exception to that of PyNEST's.
    """

    __slots__ = ("otherwise", "names")

    def __init__(self, otherwise: str = "BadProperty", **names: str):
        self.otherwise, self.names = otherwise, names

    def __enter__(self) -> None:
        """Nothing is wrong yet."""

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, native.SpatialnetError):
            return
        found = (self.names[k.__name__] for k in type(error).__mro__ if k.__name__ in self.names)
        raise globals()[next(found, self.otherwise)](str(error)) from error
