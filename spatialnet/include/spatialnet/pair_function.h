/* What a compiled function for masks, probabilities, weights and delays looks like.

   It is evaluated without the GIL, by many threads at once: it must touch nothing but its arguments. An extension module
   exports it as a PyCapsule, which spatialnet.mask(…) and spatialnet.function(…) take. Cython users cimport the same from
   spatialnet.pair_function; spatialnet.get_include() is the folder for the C compiler. */
#ifndef SPATIALNET_PAIR_FUNCTION_H
#define SPATIALNET_PAIR_FUNCTION_H

#include <Python.h>

#define SPATIALNET_PAIR_FUNCTION_VERSION 1
#define SPATIALNET_PAIR_FUNCTION_CAPSULE "spatialnet.pair_function"

/* The value at x[0 … n - 1]. For masks x is the position relative to the node (dx, dy and, in three dimensions, dz) and
   a value other than 0 means inside; else it holds the inputs named in spatialnet.function(…, inputs=…). `parameters`
   are the numbers given there. */
typedef double (*spatialnet_evaluate)(const double *x, int n, const double *parameters);

/* Optional: ends that enclose all values for lower[k] <= x[k] <= upper[k] (which may be infinite). They need not be tight;
   but the tighter they are, the fewer pairs are looked at. A mask gives 0 and 0 for a box outside, 1 and 1 inside. */
typedef void (*spatialnet_bound)(const double *lower, const double *upper, int n, const double *parameters, double *least,
                                 double *most);

typedef struct {
    int version;              /* SPATIALNET_PAIR_FUNCTION_VERSION */
    const char *name;         /* for messages and descriptions; lives as long as the module */
    spatialnet_evaluate evaluate;
    spatialnet_bound bound;   /* or NULL */
} spatialnet_pair_function;

static inline void spatialnet_free_pair_function(PyObject *capsule) {
    PyMem_Free(PyCapsule_GetPointer(capsule, SPATIALNET_PAIR_FUNCTION_CAPSULE));
}

/* The capsule to export; NULL, with an exception set, if there is no memory. */
static inline PyObject *spatialnet_new_pair_function(const char *name, spatialnet_evaluate evaluate,
                                                     spatialnet_bound bound) {
    spatialnet_pair_function *f = (spatialnet_pair_function *)PyMem_Malloc(sizeof *f);
    PyObject *capsule;
    if (!f) return PyErr_NoMemory();
    f->version = SPATIALNET_PAIR_FUNCTION_VERSION;
    f->name = name; f->evaluate = evaluate; f->bound = bound;
    capsule = PyCapsule_New(f, SPATIALNET_PAIR_FUNCTION_CAPSULE, spatialnet_free_pair_function);
    if (!capsule) PyMem_Free(f);
    return capsule;
}

#endif
