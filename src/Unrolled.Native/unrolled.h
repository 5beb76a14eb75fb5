/*
 * Learned algorithms from C, and from every language that can call C.
 *
 * Every function but unrolled_close and unrolled_last_error returns an unrolled_status. A call that does not return UNROLLED_OK,
 * or UNROLLED_NOT_CONVERGED, leaves its results as they were. The first call starts the .NET 10 runtime in this process; that
 * takes part of a second.
 *
 * Threads: a model may be used by several threads at once. A call runs on the thread that makes it, and calls its callbacks on
 * that thread only. unrolled_last_error belongs to the thread. Close a model once, when no call uses it any more.
 *
 * Callbacks return 0 to go on and anything else to end the call with UNROLLED_CALLBACK_FAILED. They must return: no longjmp and
 * no C++ exception across them. They may call other functions of this file. Their sources must not be changed; destinations are
 * never the same memory as sources.
 *
 * Numbers: the same bits as the library and the command give, on every computer.
 */
#ifndef UNROLLED_H
#define UNROLLED_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum unrolled_status {
    UNROLLED_OK = 0,              /* done */
    UNROLLED_INVALID_INPUT = 1,   /* a file, a model or an argument is not what the call needs */
    UNROLLED_NOT_CONVERGED = 2,   /* the best iterate was returned, but it misses the tolerance */
    UNROLLED_CALLBACK_FAILED = 3, /* a callback did not return 0 */
    UNROLLED_NO_RUNTIME = 4,      /* the .NET runtime or the library was not found or did not start */
    UNROLLED_INTERNAL = 5         /* anything else: memory ran out, or a bug */
} unrolled_status;

typedef enum unrolled_termination {
    UNROLLED_CONVERGED = 0,       /* the residual was recomputed and is at or below the target; for an integration: the end was reached */
    UNROLLED_STEP_LIMIT = 1,
    UNROLLED_STAGNATED = 2,
    UNROLLED_DIVERGED = 3,
    UNROLLED_NON_FINITE = 4,
    UNROLLED_BREAKDOWN = 5,
    UNROLLED_INDEFINITE = 6,
    UNROLLED_RATE_NOT_MET = 7
} unrolled_termination;

/* What an operator is declared to be. Nothing checks it. */
enum { UNROLLED_SYMMETRIC = 1, UNROLLED_SYMMETRIC_POSITIVE_DEFINITE = 3 };

typedef struct unrolled_model unrolled_model;

typedef struct unrolled_outcome {
    int32_t termination;      /* an unrolled_termination */
    int32_t steps;
    int32_t evaluations;      /* how often A or f was called or evaluated, verification included where it is a callback */
    int32_t products;         /* how often the Jacobian product was called */
    int32_t fallbacks;        /* steps of a classical method instead of the learned one; 0: the learned method did it all */
    double residual;          /* |b - A x| or |f(x)|, recomputed for the returned x; not a number for an integration */
    double relative_residual; /* the same over |b|, or over |f| at the start */
} unrolled_outcome;

/* y = A x */
typedef int32_t (*unrolled_product)(int32_t size, const double *x, double *y, void *context);

/* y = f(x) */
typedef int32_t (*unrolled_function)(int32_t size, const double *x, double *y, void *context);

/* y = J(x) v, J the Jacobian of f */
typedef int32_t (*unrolled_jacobian_product)(int32_t size, const double *x, const double *v, double *y, void *context);

/*
 * One sentence about the last call of this thread: what was wrong, or why a run did not converge and what to do. After
 * UNROLLED_OK it is empty, or says what a caller may want to know: that a classical method was used, and why. Valid until the
 * next call of this thread.
 */
const char *unrolled_last_error(void);

/* Opens a model file that `unrolled learn` wrote. */
unrolled_status unrolled_open(const char *path, unrolled_model **model);

/* Closes a model; NULL is allowed. */
void unrolled_close(unrolled_model *model);

/*
 * What a model is, as JSON: method, description, names of its states, unknowns and parameters, valid ranges, certificates.
 * Writes at most size - 1 bytes and a zero; json may be NULL. The length of the whole text goes to length, which may be NULL.
 */
unrolled_status unrolled_describe(const unrolled_model *model, char *json, int32_t size, int32_t *length);

/*
 * Solves A x = b until |b - A x| <= tolerance |b|, with the learned polynomial as the preconditioner of CG or FGMRES.
 * Models of the method krylov that were learned without a classical preconditioner.
 *
 * properties  0, UNROLLED_SYMMETRIC or UNROLLED_SYMMETRIC_POSITIVE_DEFINITE. Only the last allows CG, and only if the model is
 *             certified and the spectrum, found by at most 64 further products, lies in its range.
 * diagonal    the diagonal of A, positive, if the model was learned for matrices scaled to a diagonal of 1 and A is not so
 *             scaled; NULL to use A as it is. x and the residual are those of A as given.
 * max_steps   of CG or FGMRES; 0 for 10 size + 100
 * x           in: the first iterate, zeros if nothing is known; out: the best iterate
 * outcome     may be NULL
 */
unrolled_status unrolled_solve_linear(const unrolled_model *model, int32_t size, unrolled_product a, void *context, int32_t properties,
    const double *diagonal, const double *b, double tolerance, int32_t max_steps, double *x, unrolled_outcome *outcome);

/*
 * Solves f(x) = 0 until |f(x)| <= tolerance, with learned steps in a safeguard: a step that does not bring |f| down by the rate of
 * the model is taken back, and Newton's method (above 512 unknowns Newton-GMRES) goes on. Models of the method nonlinear-solver.
 *
 * f           NULL for the equations of the model, with size as in its description
 * product     NULL for forward differences: size more calls of f for each Newton step, none for a direct learned step
 * parameters  the values of the parameters of the family, in the order of the description; they say where in the family f lies.
 *             Outside their ranges Newton's method is used from the start.
 * max_steps   of each method; 0 for 10 size + 100
 * x           in: the start; out: the best iterate
 * outcome     may be NULL
 */
unrolled_status unrolled_solve_nonlinear(const unrolled_model *model, int32_t size, unrolled_function f, unrolled_jacobian_product product,
    void *context, int32_t parameter_count, const double *parameters, double tolerance, int32_t max_steps, double *x, unrolled_outcome *outcome);

/*
 * Integrates the equations of the model from start_time over horizon in equal steps, with the learned method, or with its classical parent
 * where the step or a parameter lies outside the ranges of the model. Models of the method runge-kutta.
 *
 * y           in: the initial values; out: the state at the end, or the last good one
 * trajectory  (steps + 1) x state_count numbers, the state at the start and after every step; NULL if they are not wanted
 * outcome     may be NULL
 */
unrolled_status unrolled_integrate(const unrolled_model *model, int32_t parameter_count, const double *parameters, int32_t state_count, double *y,
    double start_time, double horizon, int32_t steps, double *trajectory, unrolled_outcome *outcome);

/*
 * Denoises an image of rows x columns values, row by row, in place; with a model for signals every row is a signal of its own.
 * sigma is the standard deviation of the noise in the units of the values; images range from 0 to 1. The network works in single
 * precision in both functions. Models of the method diffusion-network.
 */
unrolled_status unrolled_denoise(const unrolled_model *model, int32_t rows, int32_t columns, double sigma, float *values);
unrolled_status unrolled_denoise_double(const unrolled_model *model, int32_t rows, int32_t columns, double sigma, double *values);

/*
 * Learns from labeled bits and predicts the labels of queries. Bits and labels are bytes 0 or 1, row by row. Models of the method
 * recurrent-convolution.
 *
 * predictions     one byte for each query
 * determined      one byte for each query, 1 if the examples determine its label, 0 if it is a guess; NULL if it is not wanted, and
 *                 with learners of anything but parities
 * contradictions  how many examples the hypothesis gets wrong; may be NULL
 */
unrolled_status unrolled_predict(const unrolled_model *model, int32_t bits, int32_t example_count, const uint8_t *examples, const uint8_t *labels,
    int32_t query_count, const uint8_t *queries, uint8_t *predictions, uint8_t *determined, int32_t *contradictions);

#ifdef __cplusplus
}
#endif

#endif
