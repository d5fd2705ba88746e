"""When things happen: runs, what is recorded in them, and who watches."""

from .recording import Recorder, SpikeRecorder, TraceRecorder, make_recorder
from .result import RunResult, SpikeRecord, TraceRecord
from .simulation import Simulation
from .trackers import ProgressLine, Run, Tracker

__all__ = ["ProgressLine", "Recorder", "Run", "RunResult", "Simulation", "SpikeRecord", "SpikeRecorder",
           "TraceRecord", "TraceRecorder", "Tracker", "make_recorder"]
