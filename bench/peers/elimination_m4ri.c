/* Elimination over GF(2) of a random m x (d + 1) matrix with M4RI on one thread, the best of its functions.
   Usage: elimination_m4ri ROWS COLUMNS SECONDS; prints one JSON line with the best and the median time of the best function in milliseconds. Built and run by elimination_m4ri.sh. */
#include <m4ri/m4ri.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * now.tv_sec + 1e-6 * now.tv_nsec;
}

static void four_russians(mzd_t *a) { mzd_echelonize_m4ri(a, 0, 0); }
static void heuristic(mzd_t *a) { mzd_echelonize(a, 0); }

static void ple(mzd_t *a)
{
    mzp_t *p = mzp_init(a->nrows), *q = mzp_init(a->ncols);
    mzd_ple(a, p, q, 0);
    mzp_free(p);
    mzp_free(q);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { MOST = 1 << 20 };

int main(int argc, char **argv)
{
    const int rows = argc > 1 ? atoi(argv[1]) : 1010, columns = argc > 2 ? atoi(argv[2]) : 1001;
    const double seconds = argc > 3 ? atof(argv[3]) : 1;
    const struct { const char *name; void (*run)(mzd_t *); } functions[] = {
        {"mzd_echelonize_m4ri", four_russians}, {"mzd_echelonize", heuristic}, {"mzd_ple", ple},
    };
    mzd_t *source = mzd_init(rows, columns), *a = mzd_init(rows, columns);
    const char *name = "";
    double best = 1e300, median = 0, *times = malloc(MOST * sizeof *times);
    srandom(7);
    mzd_randomize(source);
    for (int f = 0; f < 3; f++) {
        const double start = milliseconds();
        int count = 0;
        do {
            mzd_copy(a, source); /* the copy is not part of its time */
            const double before = milliseconds();
            functions[f].run(a);
            times[count++] = milliseconds() - before;
        } while (count < MOST && milliseconds() - start < 1e3 * seconds);
        qsort(times, count, sizeof *times, ascending);
        if (times[0] < best) {
            best = times[0];
            median = times[count / 2];
            name = functions[f].name;
        }
    }
    printf("{\"peer\": \"M4RI, %s\", \"threads\": 1, \"min\": %.6f, \"median\": %.6f}\n", name, best, median);
    free(times);
    mzd_free(a);
    mzd_free(source);
    return 0;
}
