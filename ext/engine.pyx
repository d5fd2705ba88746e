# cython: language_level=3, boundscheck=False, wraparound=False
"""The time loop: groups of nodes, their connection tables, and `Engine.advance`.

The engine owns only spike lists. State, ring buffers and connection tables are NumPy arrays of the caller, used in
place; the caller has checked them (`spatialnet.simulate.simulation`).
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

import numpy as np

from spatialnet._core.program cimport Program, spn_instruction, spn_program

cdef extern from "step.h" nogil:
    enum:
        SPN_N_SEGMENTS
        SPN_MAX_ROWS
        SPN_MAX_REGISTERS
    ctypedef struct spn_machine:
        int n_code, n_rows, n_numbers, n_registers, n_outputs
        const spn_instruction *code
        const double *numbers
        const int32_t *rows
        const int32_t *outputs
    ctypedef struct spn_step:
        const spn_machine **machines
        int n_solved
        const int32_t *solved
        const int32_t *fresh
        int length, ratio, substep, elapsed, slope
        const int32_t *carried
        const int32_t *returned
        int n_carried, n_returned
        int n_rows, n_constants, columns, spiking, lanes
        double h

cdef extern from "plasticity.h" nogil:
    enum:
        SPN_MAX_VARIABLES
        SPN_MAX_NOTES
    ctypedef struct spn_post:
        int64_t step
        double K
    ctypedef struct spn_train:
        spn_post *posts
        int64_t n, capacity
    ctypedef struct spn_voltage:
        const double *error
        const double *V
        const double *V_offset
        const double *u_plus
        const double *u_minus
        const double *u_bar
        const double **parameter
        int *step
        int is_constant
        int64_t delay, slots, n
        double *delayed
        double *depression
    ctypedef struct spn_archive:
        spn_train *trains
        const double *tau
        const double *tau_triplet
        int tau_step, tau_triplet_step
        int64_t longest
        double h
        spn_voltage *voltage
    ctypedef struct spn_modulator:
        spn_train train
        spn_post *posts
        int64_t n
        double tau
        int group
        uint32_t node
    ctypedef struct spn_transmission:
        int64_t row, step
        double weight
    ctypedef struct spn_transmissions:
        spn_transmission *items
        int64_t n
    ctypedef struct spn_mishap:
        int64_t row, step
        double value
        int happened
    ctypedef struct spn_event:
        const void *program
        int n_inputs, n_outputs
        const int32_t *inputs
        const int32_t *output_registers
        const int32_t *outputs
    ctypedef struct spn_plasticity:
        int n_parameters, n_states, n_shared, needs_posts
        const double **parameter
        int *parameter_step
        double **state
        double **shared
        int64_t *last
        spn_archive *archive
        spn_modulator *modulator
        double h
        uint64_t identity
        spn_event on_post, on_pre, interval
        spn_transmissions *sent
        spn_mishap *mishaps
    int spn_find_synapse(const char *kernel, int columns, spn_plasticity *s)
    void spn_use_programs(spn_plasticity *s)

cdef extern from "engine.h" nogil:
    enum:
        SPN_NEURONS
        SPN_PRECISE
        SPN_POPULATIONS
        SPN_RELAYS
        SPN_INJECTORS
        SPN_REGULAR
        SPN_MOTHERS
        SPN_CLOCKS
        SPN_SPIKES
        SPN_POISSON
        SPN_GAMMA_SUP
        SPN_PPD_SUP
        SPN_CLOCKED
        SPN_POINTS
        SPN_CURRENT
        SPN_NOISE
        SPN_CONSTANT
        SPN_SHORT
        SPN_LONG
    ctypedef struct spn_coupling:
        int at_once, within
        const double *first
        const double *second
        int first_step, second_step
        const spn_program *gain
    ctypedef struct spn_table:
        const int64_t *offsets
        const uint32_t *targets
        const void *weights
        const uint16_t *delays
        int weight_type, delay_type
        double weight
        int64_t delay
        const uint32_t *cuts
        int target, positive, negative, sign
        int64_t lead
        int unweighted, deaf, contiguous, scaled, precise
        uint64_t occurrence
        int32_t *counts
        double *values
        spn_plasticity *plasticity
        const spn_coupling *coupling
    ctypedef struct spn_sampler:
        int64_t interval, phase, first_row, last_row, n_nodes, n_rows, width
        const int64_t *nodes
        const int64_t *columns
        const double *state
        const double *offset
        int offset_per_node, wide
        void *values
    ctypedef struct spn_rate:
        const uint64_t *thresholds
        const int32_t *guide
        int64_t base
        int32_t n, shift
    ctypedef struct spn_signals:
        const double *offset
        const double *amplitude
        const double *angle
        const double *phase
        const int64_t *pieces
        const int64_t *steps
        const double *values
    ctypedef struct spn_record:
        int32_t *steps
        uint32_t *nodes
        double *offsets
        int64_t n
    ctypedef struct spn_arrival:
        pass
    ctypedef struct spn_arrivals:
        spn_arrival *events
        int64_t n
    ctypedef struct spn_escape:
        int64_t step, node
        double value
    ctypedef struct spn_limit:
        int row
        double low, high
        spn_escape *escapes
    ctypedef struct spn_histories:
        const int64_t *begin
        int n_adaptations
        double *count
        double *variance
        double *potential
        double *hazard
        double *spikes
        const double *own
        const double *renewal
        double *level
        const double *decay
        const double *gain
        const double *size
    ctypedef struct spn_group:
        int kind
        int64_t n, stride
        const int64_t *bounds
        spn_step step
        int n_variables, n_inputs, n_currents, n_draws, n_normals, counts
        double **state
        const double **constant
        double *ring
        int n_channels, timed, sent, series, ahead, rule
        double h
        const int64_t *pending_steps
        const spn_arrival *pending
        int64_t n_pending
        spn_arrivals *queue
        const double *items
        const int64_t *begin
        const int64_t *end
        int64_t series_start
        const spn_histories *histories
        const int64_t *start
        const int64_t *stop
        const int64_t *event_steps
        const uint32_t *event_nodes
        const double *event_multiplicities
        const double *event_weights
        const double *event_offsets
        int64_t n_events, next_event
        const int32_t *rate_of
        const spn_rate *rates
        spn_signals signals
        int copies
        uint64_t first_id
        spn_limit *limits
        int n_limits
        spn_table *tables
        int n_tables
        const uint8_t *recorded
        double *last_spikes
        const uint8_t *frozen
        double **kept
        spn_sampler *samplers
        int n_samplers
        spn_record *records
        spn_archive *archive
        spn_archive *voltages
        int modulates, sends, noise, sends_after, junction
        double *slopes
    ctypedef struct spn_engine:
        spn_group *groups
        int n_groups, n_parts, n_pieces
        int64_t n_slots, slice, step
        uint64_t seed
        int64_t chunk_start, n_spikes, n_unsettled
        int failed, is_modulated
    int spn_engine_open(spn_engine *e)
    void spn_engine_close(spn_engine *e)
    void spn_engine_advance(spn_engine *e, int64_t n_steps)
    void spn_noise(uint64_t seed, uint64_t generator, uint64_t occurrence, int64_t step, const uint32_t *targets, int64_t n,
                   double *out)

cdef extern from "model_kernels.h" nogil:
    int spn_find_kernel(const char *model, int columns, spn_step *step)
    const char *spn_layout(const char *model)
    const uint32_t spn_fingerprint

_KINDS = {"neurons": SPN_NEURONS, "precise": SPN_PRECISE,
          "populations": SPN_POPULATIONS, "relays": SPN_RELAYS, "injectors": SPN_INJECTORS, "regular": SPN_REGULAR,
          "mothers": SPN_MOTHERS, "clocks": SPN_CLOCKS, "spikes": SPN_SPIKES, "poisson": SPN_POISSON,
          "gamma_sup": SPN_GAMMA_SUP, "ppd_sup": SPN_PPD_SUP, "clocked": SPN_CLOCKED, "points": SPN_POINTS, "current": SPN_CURRENT,
          "noise": SPN_NOISE}


cdef int copy_train(spn_train *to, const spn_train *source) except -1:
    if source.n == 0:
        return 0
    to.posts = <spn_post *>malloc(source.n * sizeof(spn_post))
    if to.posts == NULL:
        raise MemoryError("no memory for a copy of the spikes that plastic synapses look at")
    memcpy(to.posts, source.posts, source.n * sizeof(spn_post))
    to.n = to.capacity = source.n
    return 0


cdef class SpikeArchive:
    """The spikes of `n` nodes with their traces, for plastic synapses on them.

    Parameters
    ----------
    n : int
    """

    cdef spn_archive c
    cdef readonly int64_t n
    cdef spn_voltage voltage
    cdef object tau, tau_triplet
    cdef object delayed, depression, columns

    def __cinit__(self, int64_t n):
        self.n = n
        self.c.trains = <spn_train *>calloc(max(n, 1), sizeof(spn_train))
        if self.c.trains == NULL:
            raise MemoryError("no memory for the spikes that plastic synapses look at")

    def __dealloc__(self):
        cdef int64_t i
        if self.c.trains != NULL:
            for i in range(self.n):
                free(self.c.trains[i].posts)
            free(self.c.trains)

    def prepare(self, tau, tau_triplet, int64_t longest, double h):
        """Time constants in ms (one, or one per node), the longest delay to a node in steps, the step in ms."""
        cdef double[::1] fast = np.ascontiguousarray(np.atleast_1d(tau), np.float64)
        cdef double[::1] slow = np.ascontiguousarray(np.atleast_1d(tau_triplet), np.float64)
        self.tau, self.tau_triplet = fast, slow
        self.c.tau, self.c.tau_triplet, self.c.longest, self.c.h = &fast[0], &slow[0], longest, h
        self.c.tau_step, self.c.tau_triplet_step = len(fast) > 1, len(slow) > 1

    def follow(self, dict state, offset, list parameters, bint is_constant, int64_t delay, int64_t longest, int64_t step, double h):
        """Keep what the voltage of neurons does to their synapses, instead of spikes; see `spn_voltage`.

        `state` has the columns V_m and u_bar_…, V_m relative to `offset`; `delay` of filtered values and the `longest` delay of
        connections are in steps. What was kept up to `step` stays.
        """
        cdef spn_voltage *v = &self.voltage
        cdef int k
        cdef const double[::1] column
        cdef double[::1] room
        cdef int64_t slots = 1 << int(longest + 256).bit_length()
        if self.delayed is None or len(self.delayed) != (delay + 1) * 2 * self.n:
            self.delayed = np.zeros((delay + 1) * 2 * self.n)
        if self.depression is None or len(self.depression) < slots * self.n:
            larger = np.zeros((slots, self.n))
            if self.depression is not None:
                old = self.depression.reshape(-1, self.n)
                for k in range(max(step - len(old), 0) + 1, step + 1):
                    larger[k & slots - 1] = old[k & len(old) - 1]
            self.depression = larger.ravel()
        self.columns = [np.ascontiguousarray(np.atleast_1d(p), np.float64) for p in [*parameters, offset]]
        for k, name in enumerate(("V_m", "u_bar_plus", "u_bar_minus", "u_bar_bar")):
            column = state[name]
            if k == 0: v.V = &column[0]
            elif k == 1: v.u_plus = &column[0]
            elif k == 2: v.u_minus = &column[0]
            else: v.u_bar = &column[0]
        for k in range(6):
            column = self.columns[k]
            v.step[k] = len(column) > 1
            if k < 5: v.parameter[k] = &column[0]
            else: v.V_offset = &column[0]
        v.is_constant, v.delay, v.n, v.slots = is_constant, delay, self.n, len(self.depression) // self.n
        room = self.delayed
        v.delayed = &room[0]
        room = self.depression
        v.depression = &room[0]
        self.c.voltage, self.c.longest, self.c.h = v, longest, h

    def follow_errors(self, error, tau_syn, tau_dendrite, int64_t longest, double h):
        """Keep the column `error` of every step instead of spikes; time constants (ms) of the dendrite and its synapses."""
        cdef const double[::1] column = error
        self.prepare(tau_syn, tau_dendrite, longest, h)
        self.columns, self.voltage.error, self.c.voltage = [error], &column[0], &self.voltage

    def __deepcopy__(self, memo):
        cdef SpikeArchive other = SpikeArchive(self.n)
        cdef int64_t i
        for i in range(self.n):
            copy_train(&other.c.trains[i], &self.c.trains[i])
        if self.delayed is not None:
            other.delayed, other.depression = self.delayed.copy(), self.depression.copy()
        return other

    def spikes(self, int64_t node):
        """What is kept of a node: ``(steps, K, K_triplet)``, the traces just after each spike."""
        cdef spn_train *train = &self.c.trains[node]
        posts = np.zeros((train.n, 3))
        cdef double[:, ::1] to = posts
        if train.n:
            memcpy(&to[0, 0], train.posts, train.n * sizeof(spn_post))
        return posts[:, 0].view(np.int64).copy(), posts[:, 1].copy(), posts[:, 2].copy()

    @property
    def nbytes(self) -> int:
        """Memory, in bytes."""
        cdef int64_t i, total = self.n * sizeof(spn_train)
        for i in range(self.n):
            total += self.c.trains[i].n * sizeof(spn_post)
        return total


cdef class Modulation:
    """The spikes of a volume transmitter with the concentration they leave, which decays with `tau` ms."""

    cdef spn_modulator c

    def __cinit__(self, double tau, uint32_t node):
        self.c.tau, self.c.node = tau, node

    def __dealloc__(self):
        free(self.c.train.posts)

    def __deepcopy__(self, memo):
        cdef Modulation other = Modulation(self.c.tau, self.c.node)
        copy_train(&other.c.train, &self.c.train)
        other.c.posts, other.c.n = other.c.train.posts, other.c.train.n
        return other


cdef class Engine:
    """One run of the groups described.

    Parameters
    ----------
    groups : list of dict
        In the order of delivery; see `Simulation` for the entries of each kind.
    n_parts : int
        Threads, and parts the nodes are divided into.
    n_pieces : int
        Pieces for delivery, a multiple of `n_parts`.
    n_slots : int
        Slots of every ring buffer, a power of two.
    slice_steps : int
        Steps between two exchanges of spikes, at most the smallest delay.
    step : int
        The step reached so far.
    seed : int
    """

    cdef spn_engine engine
    cdef list alive

    def __cinit__(self, list groups, int n_parts, int n_pieces, int64_t n_slots, int64_t slice_steps, int64_t step, uint64_t seed):
        self.alive = []
        self.engine.n_groups = len(groups)
        self.engine.n_parts = n_parts
        self.engine.n_pieces = n_pieces
        self.engine.n_slots = n_slots
        self.engine.slice = slice_steps
        self.engine.step = step
        self.engine.seed = seed
        self.engine.groups = <spn_group *>self._zeros(len(groups) + 1, sizeof(spn_group))
        for i, group in enumerate(groups):
            self._fill_group(&self.engine.groups[i], group)
        if spn_engine_open(&self.engine):
            raise MemoryError("no memory for the spike lists of this network")

    def __dealloc__(self):
        if self.engine.groups != NULL:
            spn_engine_close(&self.engine)

    cdef void *_zeros(self, Py_ssize_t n, size_t size) except NULL:
        """Memory for C structures that lives as long as the engine."""
        array = np.zeros(max(n, 1) * size // 8 + 1, dtype=np.uint64)
        self.alive.append(array)
        return <void *><uintptr_t>array.ctypes.data

    cdef void *_pointer(self, object array, object dtype) except? NULL:
        """Address of a contiguous array of `dtype`; None gives NULL."""
        if array is None:
            return NULL
        if array.dtype != dtype or not array.flags.c_contiguous:
            raise TypeError(f"expected a contiguous array of {np.dtype(dtype)}, got {array.dtype}")
        self.alive.append(array)
        return <void *><uintptr_t>array.ctypes.data

    cdef int _fill_group(self, spn_group *g, dict group) except -1:
        cdef int i
        g.kind = _KINDS[group["kind"]]
        g.n = group["n"]
        g.first_id = group["first_id"]
        g.bounds = <const int64_t *>self._pointer(group["bounds"], np.int64)
        g.recorded = <const uint8_t *>self._pointer(group.get("recorded"), np.uint8)
        g.last_spikes = <double *>self._pointer(group.get("last_spikes"), np.float64)
        g.frozen = <const uint8_t *>self._pointer(group.get("frozen"), np.uint8)
        for i, column in enumerate(group.get("kept", ())):
            g.kept[i] = <double *>self._pointer(column, np.float64)
        g.ring = <double *>self._pointer(group.get("ring"), np.float64)
        g.stride = group.get("stride", 0)
        g.n_channels = group.get("n_channels", 0)
        if g.kind == SPN_NEURONS:
            self._fill_step(g, group)
        else:
            self._fill_device(g, group)
        if group.get("archive") is not None:
            g.archive = &(<SpikeArchive?>group["archive"]).c
            self.alive.append(group["archive"])
        if group.get("voltages") is not None:
            g.voltages = &(<SpikeArchive?>group["voltages"]).c
            self.alive.append(group["voltages"])
        g.modulates = group.get("modulates", 0)
        g.n_tables = len(group["tables"])
        g.tables = <spn_table *>self._zeros(g.n_tables, sizeof(spn_table))
        for i, table in enumerate(group["tables"]):
            self._fill_table(&g.tables[i], table)
        g.n_samplers = len(group.get("samplers", ()))
        g.samplers = <spn_sampler *>self._zeros(g.n_samplers, sizeof(spn_sampler))
        for i, sampler in enumerate(group.get("samplers", ())):
            self._fill_sampler(&g.samplers[i], sampler)
        return 0

    cdef int _fill_step(self, spn_group *g, dict group) except -1:
        cdef int i, rows = 0
        cdef spn_step *s = &g.step
        g.n_variables, g.n_inputs = len(group["variables"]), group["n_inputs"]
        g.n_currents, g.n_draws = group["n_currents"], group["n_draws"]
        g.n_normals, g.counts = group["n_normals"], group["counts"]
        s.n_rows, s.n_constants, s.columns = group["n_rows"], len(group["constants"]), group["columns"]
        if max(s.n_rows, s.n_constants) > SPN_MAX_ROWS or len(group["solved"]) > 32:
            raise ValueError(f"model '{group['model']}' has more than {SPN_MAX_ROWS} variables and inputs or constants, or more than "
                             "32 equations for an adaptive solver")
        for i in range(g.n_variables):
            g.state[i] = <double *>self._pointer(group["variables"][i], np.float64)
        for i in range(s.n_constants):
            g.constant[i] = <const double *>self._pointer(group["constants"][i], np.float64)
        g.timed, g.sent, g.series, g.ahead = group["timed"], group["sent"], group["series"], group["ahead"]
        g.sends, g.noise, g.sends_after = group["sends"], group["noise"], group["sends_after"]
        g.junction, s.elapsed, s.slope = group["junction"], group["elapsed"], group["slope"]
        g.slopes = <double *>self._pointer(group["slopes"], np.float64)
        if g.series >= 0:
            g.items = <const double *>self._pointer(group["items"], np.float64)
            g.begin = <const int64_t *>self._pointer(group["begin"], np.int64)
            g.end = <const int64_t *>self._pointer(group["end"], np.int64)
            g.series_start = group["series_start"]
        g.n_limits = len(group["limits"])
        g.limits = <spn_limit *>self._zeros(g.n_limits, sizeof(spn_limit))
        for i in range(g.n_limits):
            g.limits[i].row, g.limits[i].low, g.limits[i].high = group["limits"][i]
            g.limits[i].escapes = <spn_escape *>self._zeros(self.engine.n_parts, sizeof(spn_escape))
        s.spiking, s.lanes, s.h = group["spiking"], group["lanes"], group["h"]
        s.n_solved = len(group["solved"])
        if s.n_solved:
            s.solved = <const int32_t *>self._pointer(group["solved"], np.int32)
            s.fresh = <const int32_t *>self._pointer(group["fresh"], np.int32)
            s.length, s.ratio, s.substep = group["solver"]
            s.carried = <const int32_t *>self._pointer(group["carried"], np.int32)
            s.returned = <const int32_t *>self._pointer(group["returned"], np.int32)
            s.n_carried, s.n_returned = len(group["carried"]), len(group["returned"])
        if group["kernel"]:
            if not spn_find_kernel(group["kernel"].encode(), s.columns, s):
                raise ValueError(f"no compiled step for model '{group['kernel']}'")
            return 0
        for i in range(SPN_N_SEGMENTS):
            if group["machines"][i] is not None:
                s.machines[i] = self._machine(group["machines"][i])
        return 0

    cdef spn_machine *_machine(self, dict made) except NULL:
        m = <spn_machine *>self._zeros(1, sizeof(spn_machine))
        m.code = <const spn_instruction *>self._pointer(made["code"], np.int32)
        m.numbers = <const double *>self._pointer(made["numbers"], np.float64)
        m.rows = <const int32_t *>self._pointer(made["rows"], np.int32)
        m.n_code, m.n_numbers, m.n_rows = len(made["code"]), len(made["numbers"]), len(made["rows"])
        m.n_registers = made["n_registers"]
        if m.n_registers > SPN_MAX_REGISTERS:
            raise ValueError(f"a step needs {m.n_registers} registers, more than {SPN_MAX_REGISTERS}; write it with fewer variables")
        m.outputs = <const int32_t *>self._pointer(made["outputs"], np.int32)
        m.n_outputs = len(made["outputs"])
        return m

    cdef int _fill_device(self, spn_group *g, dict group) except -1:
        cdef int i
        g.start = <const int64_t *>self._pointer(group.get("start"), np.int64)
        g.stop = <const int64_t *>self._pointer(group.get("stop"), np.int64)
        g.copies = group.get("copies", 0)
        for i, column in enumerate(group.get("constants", ())):
            g.constant[i] = <const double *>self._pointer(column, np.float64)
        for i, column in enumerate(group.get("states", ())):
            g.state[i] = <double *>self._pointer(column, np.float64)
        if "event_steps" in group:
            g.event_steps = <const int64_t *>self._pointer(group["event_steps"], np.int64)
            g.event_nodes = <const uint32_t *>self._pointer(group["event_nodes"], np.uint32)
            g.event_multiplicities = <const double *>self._pointer(group["event_multiplicities"], np.float64)
            g.event_weights = <const double *>self._pointer(group["event_weights"], np.float64)
            g.event_offsets = <const double *>self._pointer(group.get("event_offsets"), np.float64)
            g.n_events = len(group["event_steps"])
        g.h = group.get("h", 0.0)
        if g.kind == SPN_PRECISE:
            g.timed = 1
            g.rule, g.n_inputs = group["rule"], group["n_inputs"]
            g.pending_steps = <const int64_t *>self._pointer(group["pending_steps"], np.int64)
            g.pending = <const spn_arrival *>self._pointer(group["pending"], group["pending"].dtype)
            g.n_pending = len(group["pending_steps"])
        if g.kind == SPN_POPULATIONS:
            self._fill_histories(g, group)
        if "rates" in group:
            self._fill_rates(g, group)
        if "signals" in group:
            signals = group["signals"]
            g.signals.offset = <const double *>self._pointer(signals["offset"], np.float64)
            g.signals.amplitude = <const double *>self._pointer(signals["amplitude"], np.float64)
            g.signals.angle = <const double *>self._pointer(signals["angle"], np.float64)
            g.signals.phase = <const double *>self._pointer(signals["phase"], np.float64)
            g.signals.pieces = <const int64_t *>self._pointer(signals.get("pieces"), np.int64)
            g.signals.steps = <const int64_t *>self._pointer(signals.get("steps"), np.int64)
            g.signals.values = <const double *>self._pointer(signals.get("values"), np.float64)
        return 0

    cdef int _fill_histories(self, spn_group *g, dict group) except -1:
        cdef spn_histories *s = <spn_histories *>self._zeros(1, sizeof(spn_histories))
        g.n_draws, g.histories = 1, s
        s.begin = <const int64_t *>self._pointer(group["begin"], np.int64)
        s.count = <double *>self._pointer(group["histories"][0], np.float64)
        s.variance = <double *>self._pointer(group["histories"][1], np.float64)
        s.potential = <double *>self._pointer(group["histories"][2], np.float64)
        s.hazard = <double *>self._pointer(group["histories"][3], np.float64)
        s.spikes = <double *>self._pointer(group["histories"][4], np.float64)
        s.own = <const double *>self._pointer(group["kernels"][0], np.float64)
        s.renewal = <const double *>self._pointer(group["kernels"][1], np.float64)
        s.n_adaptations = group["n_adaptations"]
        s.level = <double *>self._pointer(group["level"], np.float64)
        s.decay = <const double *>self._pointer(group["adaptations"][0], np.float64)
        s.gain = <const double *>self._pointer(group["adaptations"][1], np.float64)
        s.size = <const double *>self._pointer(group["adaptations"][2], np.float64)
        return 0

    cdef int _fill_rates(self, spn_group *g, dict group) except -1:
        g.rate_of = <const int32_t *>self._pointer(group["rate_of"], np.int32)
        rates = <spn_rate *>self._zeros(len(group["rates"]), sizeof(spn_rate))
        for i, (thresholds, guide, base, shift) in enumerate(group["rates"]):
            rates[i].thresholds = <const uint64_t *>self._pointer(thresholds, np.uint64)
            rates[i].guide = <const int32_t *>self._pointer(guide, np.int32)
            rates[i].n, rates[i].base, rates[i].shift = len(thresholds), base, shift
        g.rates = rates
        return 0

    cdef int _fill_table(self, spn_table *t, dict table) except -1:
        t.offsets = <const int64_t *>self._pointer(table["offsets"], np.int64)
        t.targets = <const uint32_t *>self._pointer(table["targets"], np.uint32)
        weights, delays = table["weights"], table["delays"]
        if isinstance(weights, np.ndarray):
            t.weight_type = SPN_SHORT if weights.dtype == np.float32 else SPN_LONG
            t.weights = self._pointer(weights, np.float32 if t.weight_type == SPN_SHORT else np.float64)
        else:
            t.weight = weights
        if isinstance(delays, np.ndarray):
            t.delay_type = SPN_SHORT
            t.delays = <const uint16_t *>self._pointer(delays, np.uint16)
        else:
            t.delay = delays
        t.cuts = <const uint32_t *>self._pointer(table["cuts"], np.uint32)
        t.target, t.positive, t.negative = table["target"], table["positive"], table["negative"]
        t.sign, t.lead, t.unweighted = table["sign"], table["lead"], table["unweighted"]
        t.scaled = table["scaled"]
        t.deaf, t.precise = table["deaf"], table["precise"]
        t.contiguous, t.occurrence = table["contiguous"], table["occurrence"]
        t.counts = <int32_t *>self._pointer(table.get("counts"), np.int32)
        t.values = <double *>self._pointer(table.get("values"), np.float64)
        if table.get("coupling") is not None:
            t.coupling = self._coupling(table["coupling"])
        if table.get("plasticity") is not None:
            t.plasticity = self._plasticity(table["plasticity"])
        return 0

    cdef spn_coupling *_coupling(self, dict given) except NULL:
        c = <spn_coupling *>self._zeros(1, sizeof(spn_coupling))
        c.at_once, c.within = given["at_once"], given["within"]
        if given["factors"]:
            first, second = given["factors"]
            c.first, c.first_step = <const double *>self._pointer(first, np.float64), len(first) > 1
            c.second, c.second_step = <const double *>self._pointer(second, np.float64), len(second) > 1
        if given["gain"] is not None:
            c.gain = &(<Program?>given["gain"]).c
            self.alive.append(given["gain"])
        return c

    cdef spn_plasticity *_plasticity(self, dict given) except NULL:
        """What a table keeps besides its weights; see `spatialnet.simulate.plasticity`."""
        cdef spn_plasticity *s = <spn_plasticity *>self._zeros(1, sizeof(spn_plasticity))
        cdef int i
        s.h, s.identity, s.needs_posts = given["h"], given["identity"], given["needs_posts"]
        s.n_parameters, s.n_states, s.n_shared = len(given["parameters"]), len(given["states"]), len(given["shared"])
        if max(s.n_parameters, s.n_states) > SPN_MAX_VARIABLES or s.n_shared + 1 > SPN_MAX_NOTES:
            raise ValueError(f"synapse model '{given['model']}' has too many parameters or state variables")
        for i, column in enumerate(given["parameters"]):
            s.parameter[i] = <const double *>self._pointer(column, np.float64)
            s.parameter_step[i] = len(column) > 1
        for i, column in enumerate(given["states"]):
            s.state[i] = <double *>self._pointer(column, np.float64)
        for i, column in enumerate(given["shared"]):
            s.shared[i] = <double *>self._pointer(column, np.float64)
        s.last = <int64_t *>self._pointer(given["last"], np.int64)
        if given["archive"] is not None:
            s.archive = &(<SpikeArchive?>given["archive"]).c
            self.alive.append(given["archive"])
        if given["modulation"] is not None:
            s.modulator = &(<Modulation?>given["modulation"]).c
            s.modulator.group = given["modulator_group"]
            self.alive.append(given["modulation"])
            self.engine.is_modulated = 1
        if given["records"]:
            s.sent = <spn_transmissions *>self._zeros(self.engine.n_parts, sizeof(spn_transmissions))
        if given["programs"] is None:
            if not spn_find_synapse(given["kernel"].encode(), given["columns"], s):
                raise ValueError(f"no compiled delivery for synapse model '{given['model']}'")
        else:
            self._fill_event(&s.on_post, given["programs"][0])
            self._fill_event(&s.on_pre, given["programs"][1])
            self._fill_event(&s.interval, given["programs"][2])
            spn_use_programs(s)
        return s

    cdef int _fill_event(self, spn_event *event, object given) except -1:
        if given is None:
            return 0
        program, inputs, registers, outputs = given
        event.program = &(<Program?>program).c
        self.alive.append(program)
        event.inputs = <const int32_t *>self._pointer(inputs, np.int32)
        event.output_registers = <const int32_t *>self._pointer(registers, np.int32)
        event.outputs = <const int32_t *>self._pointer(outputs, np.int32)
        event.n_inputs, event.n_outputs = len(inputs), len(outputs)
        return 0

    cdef int _fill_sampler(self, spn_sampler *m, dict sampler) except -1:
        m.interval, m.phase, m.n_rows = sampler["interval"], sampler["phase"], len(sampler["values"])
        m.first_row, m.last_row = sampler["first_row"], sampler["last_row"]
        m.nodes = <const int64_t *>self._pointer(sampler["nodes"], np.int64)
        m.columns = <const int64_t *>self._pointer(sampler["columns"], np.int64)
        m.n_nodes, m.width = len(sampler["nodes"]), sampler["values"].shape[1]
        m.state = <const double *>self._pointer(sampler["state"], np.float64)
        m.offset = <const double *>self._pointer(sampler["offset"], np.float64)
        m.offset_per_node = len(sampler["offset"]) > 1
        m.wide = sampler["values"].dtype == np.float64
        m.values = self._pointer(sampler["values"], np.float64 if m.wide else np.float32)
        return 0

    @property
    def step(self) -> int:
        """The step reached."""
        return self.engine.step

    @property
    def n_spikes(self) -> int:
        """Spikes of neurons and relays so far, recorded or not."""
        return self.engine.n_spikes

    @property
    def n_unsettled(self) -> int:
        """Windows in which the waveforms of neurons with gap junctions did not settle."""
        return self.engine.n_unsettled

    def advance(self, int64_t n_steps):
        """Simulate `n_steps` steps, without the interpreter lock."""
        with nogil:
            spn_engine_advance(&self.engine, n_steps)
        if self.engine.failed:
            raise MemoryError("no memory left for spikes")

    def take_transmissions(self, int group, int table):
        """What was sent through a table since the last call: rows, steps and weights, by step and row."""
        cdef spn_plasticity *s = self.engine.groups[group].tables[table].plasticity
        cdef spn_transmissions *sent
        cdef int p
        cdef int64_t i, total = 0
        for p in range(self.engine.n_parts):
            total += s.sent[p].n
        found = np.empty((total, 3))
        cdef double[:, ::1] to = found
        total = 0
        for p in range(self.engine.n_parts):
            sent = &s.sent[p]
            if sent.n:
                memcpy(&to[total, 0], sent.items, sent.n * sizeof(spn_transmission))
            total += sent.n
            sent.n = 0
        rows, steps = found[:, 0].view(np.int64), found[:, 1].view(np.int64)
        order = np.lexsort((rows, steps))
        return rows[order], steps[order], found[order, 2]

    def mishap(self):
        """The first weight that was not finite, as ``(group, table, row, step, value)``; None if there was none."""
        cdef spn_mishap *m
        cdef int g, i, p
        found = []
        for g in range(self.engine.n_groups):
            for i in range(self.engine.groups[g].n_tables):
                if self.engine.groups[g].tables[i].plasticity == NULL:
                    continue
                for p in range(self.engine.n_parts):
                    m = &self.engine.groups[g].tables[i].plasticity.mishaps[p]
                    if m.happened:
                        found.append((m.step, g, i, m.row, m.value))
        if not found:
            return None
        step, group, table, row, value = min(found)
        return group, table, row, step, value

    def first_escape(self, int group):
        """(step, node, variable, value) of the first variable of a group that left its limits since the run began, or None."""
        cdef spn_group *g = &self.engine.groups[group]
        found = [(g.limits[i].escapes[p].step, g.limits[i].escapes[p].node, g.limits[i].row, g.limits[i].escapes[p].value)
                 for i in range(g.n_limits) for p in range(self.engine.n_parts) if g.limits[i].escapes[p].step]
        return min(found, default=None)

    def take_spikes(self, int group):
        """Recorded spikes of a group since the last call: ``(steps int64, nodes uint32)``, in no particular order, and their
        offsets within the step where these are known."""
        cdef spn_group *g = &self.engine.groups[group]
        cdef int64_t total = 0, at = 0
        cdef int p
        for p in range(self.engine.n_parts):
            total += g.records[p].n
        cdef bint precise = g.timed or g.event_offsets != NULL
        steps, nodes, offsets = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.uint32), np.empty(total * precise)
        cdef uintptr_t to_steps = steps.ctypes.data, to_nodes = nodes.ctypes.data, to_offsets = offsets.ctypes.data
        for p in range(self.engine.n_parts):
            memcpy(<int32_t *>to_steps + at, g.records[p].steps, g.records[p].n * sizeof(int32_t))
            memcpy(<uint32_t *>to_nodes + at, g.records[p].nodes, g.records[p].n * sizeof(uint32_t))
            if precise:
                memcpy(<double *>to_offsets + at, g.records[p].offsets, g.records[p].n * sizeof(double))
            at += g.records[p].n
            g.records[p].n = 0
        steps = steps.astype(np.int64) + self.engine.chunk_start
        return (steps, nodes, offsets) if precise else (steps, nodes)

    def take_events(self, int group):
        """What is on its way to a group of nodes with precise spike times: arrival steps, int64, and events as bytes."""
        cdef spn_group *g = &self.engine.groups[group]
        cdef spn_arrivals *cell
        cdef int64_t arrival
        cdef int p
        steps, events = [], []
        for arrival in range(self.engine.step + 1, self.engine.step + 1 + self.engine.n_slots):
            for p in range(self.engine.n_parts):
                cell = &g.queue[p * self.engine.n_slots + (arrival & (self.engine.n_slots - 1))]
                steps.append(np.full(cell.n, arrival, dtype=np.int64))
                events.append(<bytes>(<char *>cell.events)[:cell.n * sizeof(spn_arrival)] if cell.n else b"")
        return np.concatenate(steps), b"".join(events)


#: of the declarations from which the compiled models were written
FINGERPRINT = spn_fingerprint


def layout(str model):
    """The layout of a compiled step (`spatialnet.models.layouts`), as text; nothing if there is none."""
    encoded = model.encode()
    cdef const char *found = spn_layout(encoded)
    return "" if found == NULL else found.decode()


def noise(uint64_t seed, uint64_t generator, uint64_t occurrence, int64_t step, const uint32_t[::1] targets):
    """Standard normal numbers, (n,), of the noise current that `targets`, in ascending order, get from `step` on."""
    out = np.empty(targets.shape[0])
    cdef double[::1] view = out
    if targets.shape[0]:
        spn_noise(seed, generator, occurrence, step, &targets[0], targets.shape[0], &view[0])
    return out
