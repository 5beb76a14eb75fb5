/* CG and GMRES of PETSc on many small sparse systems one by one, without a preconditioner, a fixed number of iterations from zero.
   Usage: linear_batch_petsc FILE ITERATIONS SECONDS. FILE holds double numbers in binary: N, INSTANCES, ENTRIES; rows and columns of the
   entries, which all instances share; per instance its entries; per instance its right-hand side. Matrices and solvers are prepared outside
   of the time; CG computes no norms, as it need not. Prints one JSON line with times of all instances in milliseconds and the geometric mean
   of the relative residuals. Built and run by linear_batch_petsc.sh. */
#include <math.h>
#include <petscksp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST = 100000 };

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * now.tv_sec + 1e-6 * now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *doubles(FILE *file, size_t count)
{
    double *numbers = malloc(count * sizeof *numbers);
    if (!numbers || fread(numbers, sizeof *numbers, count, file) != count) exit(1);
    return numbers;
}

int main(int argc, char **argv)
{
    static double times[MOST];
    FILE *file = argc > 3 ? fopen(argv[1], "rb") : NULL;
    if (!file) return 1;
    const int iterations = atoi(argv[2]);
    const double seconds = atof(argv[3]);
    double *head = doubles(file, 3);
    const int n = (int)head[0], instances = (int)head[1], entries = (int)head[2];
    double *rows = doubles(file, entries), *columns = doubles(file, entries);
    double *values = doubles(file, (size_t)instances * entries), *right = doubles(file, (size_t)instances * n);
    PetscCall(PetscInitialize(NULL, NULL, NULL, NULL));
    Mat *a = malloc(instances * sizeof *a);
    Vec *b = malloc(instances * sizeof *b), x, r;
    int *count = calloc(n, sizeof *count);
    for (int e = 0; e < entries; e++) count[(int)rows[e]]++;
    for (int s = 0; s < instances; s++) {
        PetscCall(MatCreateSeqAIJ(PETSC_COMM_SELF, n, n, 0, count, &a[s]));
        for (int e = 0; e < entries; e++) PetscCall(MatSetValue(a[s], (int)rows[e], (int)columns[e], values[(size_t)s * entries + e], INSERT_VALUES));
        PetscCall(MatAssemblyBegin(a[s], MAT_FINAL_ASSEMBLY));
        PetscCall(MatAssemblyEnd(a[s], MAT_FINAL_ASSEMBLY));
        PetscCall(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, n, right + (size_t)s * n, &b[s]));
    }
    PetscCall(VecCreateSeq(PETSC_COMM_SELF, n, &x));
    PetscCall(VecDuplicate(x, &r));
    printf("{\"peer\": \"PETSc %d.%d.%d\", \"rows\": [", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR);
    for (int method = 0; method < 2; method++) {
        KSP solver;
        PC none;
        PetscCall(KSPCreate(PETSC_COMM_SELF, &solver));
        PetscCall(KSPSetType(solver, method == 0 ? KSPCG : KSPGMRES));
        PetscCall(KSPGetPC(solver, &none));
        PetscCall(PCSetType(none, PCNONE));
        PetscCall(KSPSetTolerances(solver, 1e-50, 1e-50, PETSC_DEFAULT, iterations));
        if (method == 0) PetscCall(KSPSetNormType(solver, KSP_NORM_NONE));
        else PetscCall(KSPGMRESSetRestart(solver, iterations));
        double logarithms = 0;
        int runs = 0;
        for (int s = 0; s < instances; s++) { /* also warms up */
            double residual, norm;
            PetscCall(KSPSetOperators(solver, a[s], a[s]));
            PetscCall(KSPSolve(solver, b[s], x));
            PetscCall(MatMult(a[s], x, r));
            PetscCall(VecAYPX(r, -1, b[s]));
            PetscCall(VecNorm(r, NORM_2, &residual));
            PetscCall(VecNorm(b[s], NORM_2, &norm));
            logarithms += log(residual / norm);
        }
        const double start = milliseconds();
        do {
            const double before = milliseconds();
            for (int s = 0; s < instances; s++) {
                PetscCall(KSPSetOperators(solver, a[s], a[s]));
                PetscCall(KSPSolve(solver, b[s], x));
            }
            times[runs++] = milliseconds() - before;
        } while (runs < MOST && milliseconds() - start < 1e3 * seconds);
        qsort(times, runs, sizeof *times, ascending);
        printf("%s{\"method\": \"%s\", \"min\": %.6f, \"median\": %.6f, \"residual\": %.6e}", method == 0 ? "" : ", ", method == 0 ? "CG" : "GMRES",
            times[0], times[runs / 2], exp(logarithms / instances));
        PetscCall(KSPDestroy(&solver));
    }
    printf("]}\n");
    return PetscFinalize();
}
