/* A mathematical library whose last digit is wrong, to be preloaded before that of the system. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

static double wrong(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (x != 0.0 && x - x == 0.0) bits ^= 1;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

/* The function of the system, looked up once. */
#define NEXT(type, name) \
    static type next; \
    if (!next) next = (type)dlsym(RTLD_NEXT, #name)

typedef double (*of_one)(double);
typedef double (*of_two)(double, double);
typedef double (*of_three)(double, double, double);
typedef double (*with_sign)(double, int *);
typedef void (*pair)(double, double *, double *);

#define ONE(name) double name(double x) { NEXT(of_one, name); return wrong(next(x)); }
#define TWO(name) double name(double x, double y) { NEXT(of_two, name); return wrong(next(x, y)); }

ONE(exp) ONE(exp2) ONE(exp10) ONE(expm1) ONE(log) ONE(log2) ONE(log10) ONE(log1p)
ONE(sin) ONE(cos) ONE(tan) ONE(asin) ONE(acos) ONE(atan)
ONE(sinh) ONE(cosh) ONE(tanh) ONE(asinh) ONE(acosh) ONE(atanh)
ONE(cbrt) ONE(erf) ONE(erfc) ONE(tgamma) ONE(lgamma)
TWO(pow) TWO(hypot) TWO(atan2)

double fma(double x, double y, double z) { NEXT(of_three, fma); return wrong(next(x, y, z)); }
double lgamma_r(double x, int *sign) { NEXT(with_sign, lgamma_r); return wrong(next(x, sign)); }
void sincos(double x, double *s, double *c) {
    NEXT(pair, sincos);
    next(x, s, c);
    *s = wrong(*s);
    *c = wrong(*c);
}
