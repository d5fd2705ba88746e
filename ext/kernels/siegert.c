/* The integral in the rate of a leaky integrate-and-fire neuron in white noise (Siegert 1951; Brunel 2000, eq. 21).

   sqrt(pi) times the integral of exp(s^2) (1 + erf s) from a to b equals that of exp(2 b x - x^2) (1 - exp(-2 (b - a) x)) / x over all
   x > 0. Over the logarithm of x the trapezoidal rule converges exponentially, and all its terms are positive: no digits are lost
   where the integrand falls like 1 / |s|, nor where it grows like exp(s^2). */
#include "vecmath.h"
#include "vm.h"

#include <math.h>

double spn_siegert(double a, double b) {
    if (!(a < b)) return a == b ? 0.0 : NAN;
    if (b > 26.0) return INFINITY; /* exp(b^2) is too large for a number */
    if (a < -1e100) return INFINITY;
    const double size = fmax(1.0, fmax(fabs(a), fabs(b)));
    const double last = spn_log(b > 0.0 ? b + sqrt(b * b + 45.0) : 45.0 / (sqrt(b * b + 45.0) - b));
    const double step = 1.0 / (32.0 + 4.0 * fmax(b, 0.0));
    double sum = 0.0;
    for (double u = -40.0 - spn_log(size); u < last; u += step) {
        const double x = spn_exp(u);
        sum -= spn_exp(x * (2.0 * b - x)) * spn_expm1(-2.0 * (b - a) * x);
    }
    return sum * step;
}
