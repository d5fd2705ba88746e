/* Gap junctions: neurons whose voltages act on each other all the time, by waveform relaxation. */
#ifndef SPN_RELAXATION_H
#define SPN_RELAXATION_H

#include "engine.h"

enum { SPN_N_JUNCTION = 5 };   /* rows: four coefficients of the waveform of all partners, and the conductance */
enum { SPN_MOST_LAPS = 100 };  /* of one window */

int spn_relaxation_open(spn_engine *e);  /* 0 on success */
void spn_relaxation_close(spn_engine *e);
/* Windows of a step. */
int spn_windows(const spn_engine *e);
/* The phases, each for the nodes of one part; in between all threads wait. See relaxation.c. */
void spn_relax_begin(const spn_engine *e, int64_t now, int part);
void spn_relax_guess(const spn_engine *e, int part, int window);
void spn_relax_solve(const spn_engine *e, int64_t now, int part, int window);
int64_t spn_relax_exchange(const spn_engine *e, int part);
/* Rows, one stride apart, of what is known at the end of the step of the nodes from `from` on. */
const double *spn_relaxed(const spn_group *g, int64_t from);

#endif
