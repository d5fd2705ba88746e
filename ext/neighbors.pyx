# cython: language_level=3
# Runs once for each layer, on whole arrays; nothing here needs C speed but the search that follows it.
"""A tree of boxes over the nodes of a pool, for the search in `connector`.

Boxes are split along their longest axes until they hold some twenty nodes; nodes are ordered so that every box is a
contiguous range. A box knows the smallest and largest coordinates of its own nodes.
"""

import numpy as np

NODES_PER_BOX = 32
START_BOXES = 64
_BITS = 20


class BoxTree:
    """Tree over `positions`.

    Parameters
    ----------
    positions : ndarray (n, d) float64
        d may be 0: then there is a single box without sides.

    Attributes
    ----------
    order : ndarray (n,) uint32
        Node of each place.
    coordinates : ndarray (d, n) float64
        Positions in the order of the boxes.
    lower, upper : ndarray (d, n_boxes) float64
    begin, end : ndarray (n_boxes,) uint32
        Places of the nodes of each box.
    child_begin, child_end : ndarray (n_boxes,) uint32
        Boxes inside each box; none for the finest.
    first_start, n_start : int
        The level from which a search starts.
    cell_size : ndarray (d,) float64
        Of the cells of `driver_cells`: about that of the finest boxes.
    """

    def __init__(self, positions):
        n, d = positions.shape
        codes, level_bits, self.cell_size = _split_codes(positions)
        order = np.argsort(codes, kind="stable")
        self.order = order.astype(np.uint32)
        self.coordinates = np.ascontiguousarray(positions[order].T)
        codes = codes[order]
        total = level_bits[-1]
        starts = []
        for bits in level_bits:
            prefix = codes >> np.uint64(total - bits)
            starts.append(np.flatnonzero(np.r_[True, prefix[1:] != prefix[:-1]]))
        counts = [len(s) for s in starts]
        first_box = np.cumsum([0, *counts])
        self.begin = np.concatenate(starts).astype(np.uint32)
        self.end = np.concatenate([np.r_[s[1:], n] for s in starts]).astype(np.uint32)
        self.lower, self.upper = (
            np.ascontiguousarray(np.concatenate([f.reduceat(self.coordinates, s, axis=1) for s in starts], axis=1))
            for f in (np.minimum, np.maximum))
        self.child_begin = np.zeros(len(self.begin), np.uint32)
        self.child_end = np.zeros(len(self.begin), np.uint32)
        for level in range(len(starts) - 1):
            children = np.searchsorted(starts[level + 1], np.r_[starts[level], n])
            boxes = slice(first_box[level], first_box[level + 1])
            self.child_begin[boxes] = first_box[level + 1] + children[:-1]
            self.child_end[boxes] = first_box[level + 1] + children[1:]
        start_level = max(i for i, count in enumerate(counts) if count <= START_BOXES or i == 0)
        self.first_start, self.n_start = int(first_box[start_level]), counts[start_level]


def _split_codes(positions):
    """For each node the path to its finest box, as bits from the root on; bits used up to each level; size of the finest."""
    n, d = positions.shape
    codes = np.zeros(n, np.uint64)
    lowest = positions.min(axis=0) if d else np.empty(0)
    size = positions.max(axis=0) - lowest if d else np.empty(0)
    scale = np.divide(2.0 ** _BITS, size, out=np.zeros(d), where=size > 0)
    quantized = np.minimum((positions - lowest) * scale, 2 ** _BITS - 1).astype(np.uint64)
    used = np.zeros(d, int)
    level_bits = [0]
    while d and n > NODES_PER_BOX << level_bits[-1]:
        axes = [k for k in range(d) if size[k] > 0.7 * size.max() and used[k] < _BITS]
        if not axes or size.max() == 0:
            break
        wanted = int(np.ceil(np.log2(n / (NODES_PER_BOX << level_bits[-1]))))
        axes = sorted(axes, key=lambda k: -size[k])[:wanted]
        for k in axes:
            bit = quantized[:, k] >> np.uint64(_BITS - 1 - used[k]) & np.uint64(1)
            codes = codes << np.uint64(1) | bit
            used[k] += 1
        size[axes] /= 2
        level_bits.append(level_bits[-1] + len(axes))
    return codes, level_bits, size


def driver_cells(tree, positions, wide=False):
    """Cells of drivers that share a search, because what bounds hold for one holds nearly for the others.

    The cells are those of a lattice that the pool fixes, so what a driver is connected to does not depend on the others.

    Parameters
    ----------
    tree : BoxTree
    positions : ndarray (m, d) float64
        Of the drivers.
    wide : bool
        Whether cells shall be twice as long along their shortest axis: where drivers look at every node near by, so that
        searching costs more than loose bounds.

    Returns
    -------
    order : ndarray (m,) int64
        The drivers, those of a cell together and neighbours near each other.
    first : ndarray (n_cells + 1,) int64
        Where in `order` each cell begins.
    lower, upper : ndarray (n_cells, d) float64
        What holds all positions in the cell.
    """
    m, d = positions.shape
    cells = np.zeros((m, d))
    sizes = tree.cell_size.copy()
    if wide and d:
        sizes[np.where(sizes > 0, sizes, np.inf).argmin()] *= 2
    for k in range(d):
        if sizes[k] > 0:
            at = (positions[:, k] - tree.lower[k, 0]) / sizes[k]
            cells[:, k] = np.floor(at)
        else:  # no lattice along this axis
            cells[:, k] = positions[:, k]
    order = np.lexsort(cells.T) if d else np.arange(m)
    sorted_cells = cells[order]
    first = np.flatnonzero(np.r_[True, (sorted_cells[1:] != sorted_cells[:-1]).any(axis=1), True])
    lower = sorted_cells[first[:-1]].copy()
    upper = lower.copy()
    for k in range(d):
        origin, size = tree.lower[k, 0], sizes[k]
        if size > 0:
            offset = lower[:, k] * size
            margin = 1e-9 * size + 1e-15 * (abs(origin) + abs(offset))  # for the rounding above
            lower[:, k], upper[:, k] = origin + offset - margin, origin + offset + (size + margin)
    return order, first, lower, upper
