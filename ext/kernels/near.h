/* Pairwise Bernoulli where p is a function of the distance alone: most nodes are decided by a random byte and the square
   of their distance, in single precision, because bounds of p for a range of distances decide. The few others are left to
   the exact test. */
#ifndef SPN_NEAR_H
#define SPN_NEAR_H

#include "pairs.h"

#include <stddef.h>

/* Nodes that some driver of a cell may reach, relative to the middle of the cell. */
typedef struct {
    uint32_t *node;      /* number in the pool */
    float *x[3];
    uint32_t *spare;
    size_t n, room;
    double middle[3], half[3]; /* of the cell, and half its size */
    float around[3];     /* the extent where the pool wraps; else infinite */
    int turns;           /* whether the shortest way depends on the driver along some axis */
} spn_near;

/* What bounds of p say about random bytes, by the square of the distance in `n` steps: those below the lower half of
   chances[i] connect, those from its upper half on do not. The last is for everything farther. */
typedef struct {
    const int32_t *chances;
    int n;
    double per_square; /* steps in the square of a mm */
    double reach;      /* nodes farther from all of a cell are left out */
    int one_way;       /* no reach goes half around the pool: one image of it shows the shortest way to what is in reach */
    int knows_mask;    /* bytes connect at once only inside the mask */
} spn_squeeze;

/* Begins the list for another cell. */
void spn_near_begin(spn_near *near, const spn_pool *pool, const spn_cell *cell);
/* Adds the numbers of the nodes of some leaves; `origins` is the cell as an image of the pool sees it, `order` the number of the
   node at every place. Returns 0 if there is no memory. */
int spn_near_add(spn_near *near, const spn_squeeze *q, const spn_pool *pool, const spn_cell *origins,
                 const uint32_t *order, const spn_leaf *leaves, size_t n);
/* Puts what was added from `first` on in ascending order, every node once, and fills in all else; numbers are below 2^bits. */
void spn_near_arrange(spn_near *near, const spn_pool *pool, const uint32_t *place_of, size_t first, int bits);
void spn_near_free(spn_near *near);
/* Of nodes first … first + n - 1 of the list, n ≤ SPN_LANES, for the driver at x: numbers of those connected → `nodes`
   (room for n + 16), and the positions in 0 … n - 1 of those not decided → `doubtful` (n + 16); how many of both. */
int spn_squeeze_bytes(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const double *x,
                      const uint8_t *chance, uint32_t *nodes, int32_t *doubtful, int *n_doubtful);

#endif
