/* Fixed-step RK4 on van der Pol instances one by one with SUNDIALS ARKODE (6.x).
   Usage: rk4_van_der_pol_arkode INSTANCES STEPS; prints one JSON line with the best and the median time of three runs in milliseconds. Built and run by rk4_van_der_pol_arkode.sh. */
#include <arkode/arkode_arkstep.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <sundials/sundials_context.h>
#include <time.h>

static int van_der_pol(realtype t, N_Vector y, N_Vector dy, void *data)
{
    const double mu = *(double *)data, *u = N_VGetArrayPointer(y);
    double *v = N_VGetArrayPointer(dy);
    (void)t;
    v[0] = u[1];
    v[1] = mu * (1 - u[0] * u[0]) * u[1] - u[0];
    return 0;
}

static double uniform(double low, double high) { return low + (high - low) * (rand() / (RAND_MAX + 1.0)); }

enum { RUNS = 3 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    const int instances = argc > 1 ? atoi(argv[1]) : 10000, steps = argc > 2 ? atoi(argv[2]) : 200;
    const double horizon = 4;
    SUNContext context;
    struct timespec from, to;
    double sum = 0, times[RUNS];
    if (SUNContext_Create(NULL, &context)) return 1;
    N_Vector y = N_VNew_Serial(2, context);
    double *u = N_VGetArrayPointer(y), mu = 1;
    void *memory = ARKStepCreate(van_der_pol, NULL, 0, y, context);
    ARKStepSetUserData(memory, &mu);
    ARKStepSetTableNum(memory, ARKODE_DIRK_NONE, ARKODE_ZONNEVELD_5_3_4);
    ARKStepSetFixedStep(memory, horizon / steps);
    ARKStepSetMaxNumSteps(memory, steps + 1);
    for (int run = 0; run < RUNS; run++) {
        clock_gettime(CLOCK_MONOTONIC, &from);
        for (int i = 0; i < instances; i++) {
            realtype t = 0;
            u[0] = uniform(-2, 2);
            u[1] = uniform(-2, 2);
            mu = uniform(1, 2);
            ARKStepReInit(memory, van_der_pol, NULL, 0, y);
            ARKStepSetStopTime(memory, horizon);
            if (ARKStepEvolve(memory, horizon, y, &t, ARK_NORMAL) < 0) return 1;
            sum += u[0];
        }
        clock_gettime(CLOCK_MONOTONIC, &to);
        times[run] = 1e3 * (to.tv_sec - from.tv_sec) + 1e-6 * (to.tv_nsec - from.tv_nsec);
    }
    qsort(times, RUNS, sizeof *times, ascending);
    printf("{\"peer\": \"SUNDIALS ARKODE, order 4, one by one\", \"threads\": 1, \"min\": %.3f, \"median\": %.3f, \"sum\": %g}\n", times[0], times[RUNS / 2], sum);
    ARKStepFree(&memory);
    N_VDestroy(y);
    SUNContext_Free(&context);
    return 0;
}
