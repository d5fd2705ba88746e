/* Periodic displacement, in one place. */
#ifndef SPN_GEOMETRY_H
#define SPN_GEOMETRY_H

#include <math.h>

/* The shortest way d on a circle of circumference `extent`, in [-extent/2, extent/2): exactly half the way round
   counts as negative. Where nothing wraps, `d` is returned to the last bit. */
static inline double spn_wrap(double d, double extent) { return d - extent * floor(d / extent + 0.5); }

#endif
