/*
 * Solves a linear system, a nonlinear system and an initial value problem with learned models.
 *
 *   cc -std=c99 -I FOLDER example.c -L FOLDER -lunrolled -Wl,-rpath,FOLDER -lm -o example
 *   ./example linear.json nonlinear.json integrator.json
 *
 * FOLDER is where src/Unrolled.Native/build put the library.
 */
#include "unrolled.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 16, CELLS = SIDE * SIDE };

static void check(unrolled_status status)
{
    const char *text = unrolled_last_error();
    if (*text != '\0') {
        fprintf(stderr, "%s\n", text);
    }
    if (status != UNROLLED_OK) {
        exit((int)status);
    }
}

static unrolled_model *open_model(const char *path)
{
    unrolled_model *model;
    check(unrolled_open(path, &model));
    return model;
}

/* y = A x: the five-point Laplacian of a square, scaled to a diagonal of 1. */
static int32_t laplacian(int32_t size, const double *x, double *y, void *context)
{
    (void)context;
    for (int32_t k = 0; k < size; k++) {
        int32_t row = k / SIDE, column = k % SIDE;
        double sum = 4 * x[k];
        sum -= row > 0 ? x[k - SIDE] : 0;
        sum -= row < SIDE - 1 ? x[k + SIDE] : 0;
        sum -= column > 0 ? x[k - 1] : 0;
        sum -= column < SIDE - 1 ? x[k + 1] : 0;
        y[k] = 0.25 * sum;
    }
    return 0;
}

/* f(x) = 0: x and y with x = p / (1 + y^2) and y = x / 2. */
static int32_t equations(int32_t size, const double *x, double *y, void *context)
{
    const double *p = context;
    (void)size;
    y[0] = x[0] - *p / (1 + x[1] * x[1]);
    y[1] = x[1] - 0.5 * x[0];
    return 0;
}

/* y = J(x) v */
static int32_t jacobian(int32_t size, const double *x, const double *v, double *y, void *context)
{
    const double *p = context;
    double d = 1 + x[1] * x[1];
    (void)size;
    y[0] = v[0] + *p * (2 * x[1]) / (d * d) * v[1];
    y[1] = v[1] - 0.5 * v[0];
    return 0;
}

int main(int count, char **words)
{
    if (count != 4) {
        fprintf(stderr, "usage: example linear.json nonlinear.json integrator.json\n");
        return UNROLLED_INVALID_INPUT;
    }

    unrolled_outcome outcome;
    unrolled_model *linear = open_model(words[1]);
    double b[CELLS], x[CELLS] = { 0 };
    for (int k = 0; k < CELLS; k++) {
        b[k] = 1.0 / (k + 1);
    }
    check(unrolled_solve_linear(linear, CELLS, laplacian, NULL, UNROLLED_SYMMETRIC_POSITIVE_DEFINITE, NULL, b, 1e-10, 0, x, &outcome));
    printf("linear %d steps, %d products, residual %.17g\n", outcome.steps, outcome.evaluations, outcome.relative_residual);
    printf("x %.17g %.17g\n", x[0], x[CELLS / 2]);
    unrolled_close(linear);

    unrolled_model *nonlinear = open_model(words[2]);
    double p = 1.25, root[2] = { 0.5, 0.5 };
    check(unrolled_solve_nonlinear(nonlinear, 2, equations, jacobian, &p, 1, &p, 1e-12, 0, root, &outcome));
    printf("nonlinear %d steps, %d fallbacks, %d evaluations, residual %.17g\n", outcome.steps, outcome.fallbacks, outcome.evaluations, outcome.residual);
    printf("x %.17g %.17g\n", root[0], root[1]);
    unrolled_close(nonlinear);

    unrolled_model *integrator = open_model(words[3]);
    double mu = 1.5, y[2] = { 1.25, -0.5 }, trajectory[2 * 101];
    check(unrolled_integrate(integrator, 1, &mu, 2, y, 0.0, 10.0, 100, trajectory, &outcome));
    printf("integrated %d steps, %d fallbacks, %d evaluations\n", outcome.steps, outcome.fallbacks, outcome.evaluations);
    printf("y %.17g %.17g %.17g %.17g\n", y[0], y[1], trajectory[2 * 50], trajectory[2 * 50 + 1]);
    unrolled_close(integrator);
    return fabs(y[0] - trajectory[2 * 100]) == 0 ? UNROLLED_OK : UNROLLED_INTERNAL;
}
