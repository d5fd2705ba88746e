/* One step of a block of neurons, as ext/generate.py writes it for every model. */
#ifndef SPN_STEP_H
#define SPN_STEP_H

#include <stdint.h>

/* y: state columns; r: steps of refractoriness left; x: input channels, read and set to 0, then the current of
   generators, read; c: constants, one value or one column each; fired: 1 for neurons that spike.
   Returns non-zero if any neuron spikes. */
typedef int64_t (*spn_step_function)(int64_t n, double *const *y, int32_t *r, double *const *x,
                                     const double *const *c, uint8_t *fired);
#endif
