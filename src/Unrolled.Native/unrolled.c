/*
 * Starts the .NET runtime by hostfxr at the first call and passes every call on to Unrolled.Native.dll, which stands in the
 * folder UNROLLED_HOME, or beside the file that this code was linked into. POSIX; all state is the table of functions, written
 * once, and one text for each thread.
 */
#define _GNU_SOURCE
#pragma GCC visibility push(default)
#include "unrolled.h"
#pragma GCC visibility pop

#include <coreclr_delegates.h>
#include <dlfcn.h>
#include <hostfxr.h>
#include <limits.h>
#include <nethost.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    int (*open)(const char *, unrolled_model **, char *, int);
    void (*close)(unrolled_model *);
    int (*describe)(const unrolled_model *, char *, int32_t, int32_t *, char *, int);
    int (*solve_linear)(const unrolled_model *, int32_t, unrolled_product, void *, int32_t, const double *, const double *, double, int32_t, double *,
        unrolled_outcome *, char *, int);
    int (*solve_nonlinear)(const unrolled_model *, int32_t, unrolled_function, unrolled_jacobian_product, void *, int32_t, const double *, double, int32_t,
        double *, unrolled_outcome *, char *, int);
    int (*integrate)(const unrolled_model *, int32_t, const double *, int32_t, double *, double, double, int32_t, double *, unrolled_outcome *, char *, int);
    int (*denoise)(const unrolled_model *, int32_t, int32_t, double, float *, char *, int);
    int (*denoise_double)(const unrolled_model *, int32_t, int32_t, double, double *, char *, int);
    int (*predict)(const unrolled_model *, int32_t, int32_t, const uint8_t *, const uint8_t *, int32_t, const uint8_t *, uint8_t *, uint8_t *, int32_t *,
        char *, int);
} net;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char fault[2 * PATH_MAX + 256];
static __thread char text[2 * PATH_MAX + 256];

static int folder_of_this(char *folder, size_t size)
{
    const char *home = getenv("UNROLLED_HOME");
    Dl_info info;
    if (home != NULL && *home != '\0') {
        return snprintf(folder, size, "%s", home) < (int)size;
    }
    if (dladdr((void *)&net, &info) == 0 || info.dli_fname == NULL) {
        return 0;
    }
    const char *slash = strrchr(info.dli_fname, '/');
    int length = slash == NULL ? 1 : (int)(slash - info.dli_fname);
    return snprintf(folder, size, "%.*s", length, slash == NULL ? "." : info.dli_fname) < (int)size;
}

static int find(load_assembly_and_get_function_pointer_fn load, const char *assembly, const char *type, const char *method, void **function)
{
    char name[128];
    snprintf(name, sizeof name, "Unrolled.Native.%s, Unrolled.Native", type);
    int code = load(assembly, name, method, UNMANAGEDCALLERSONLY_METHOD, NULL, function);
    if (code != 0) {
        snprintf(fault, sizeof fault, "%s has no %s.%s (0x%08x)", assembly, type, method, (unsigned)code);
    }
    return code == 0;
}

static void start(void)
{
    char folder[PATH_MAX], hostfxr[PATH_MAX], file[PATH_MAX + 64];
    size_t size = sizeof hostfxr;
    if (!folder_of_this(folder, sizeof folder)) {
        snprintf(fault, sizeof fault, "the folder of Unrolled.Native.dll is not known; name it in UNROLLED_HOME");
        return;
    }
    if (get_hostfxr_path(hostfxr, &size, NULL) != 0) {
        snprintf(fault, sizeof fault, "no .NET runtime was found; install the .NET 10 runtime or name its folder in DOTNET_ROOT");
        return;
    }
    void *library = dlopen(hostfxr, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(fault, sizeof fault, "%s cannot be loaded: %s", hostfxr, dlerror());
        return;
    }
    hostfxr_initialize_for_runtime_config_fn initialize;
    hostfxr_get_runtime_delegate_fn get;
    hostfxr_close_fn end;
    *(void **)&initialize = dlsym(library, "hostfxr_initialize_for_runtime_config");
    *(void **)&get = dlsym(library, "hostfxr_get_runtime_delegate");
    *(void **)&end = dlsym(library, "hostfxr_close");
    if (initialize == NULL || get == NULL || end == NULL) {
        snprintf(fault, sizeof fault, "%s lacks the functions of hostfxr", hostfxr);
        return;
    }
    hostfxr_handle host = NULL;
    void *loader = NULL;
    snprintf(file, sizeof file, "%s/Unrolled.Native.runtimeconfig.json", folder);
    int code = initialize(file, NULL, &host);
    if (code < 0 || host == NULL || (code = get(host, hdt_load_assembly_and_get_function_pointer, &loader)) != 0) {
        snprintf(fault, sizeof fault, "the runtime that %s asks for does not start (0x%08x); the .NET 10 runtime is needed", file, (unsigned)code);
        if (host != NULL) {
            end(host);
        }
        return;
    }
    load_assembly_and_get_function_pointer_fn load;
    *(void **)&load = loader;
    snprintf(file, sizeof file, "%s/Unrolled.Native.dll", folder);
    if (find(load, file, "Exports", "Open", (void **)&net.open)
        && find(load, file, "Exports", "Close", (void **)&net.close)
        && find(load, file, "Exports", "Describe", (void **)&net.describe)
        && find(load, file, "Solvers", "SolveLinear", (void **)&net.solve_linear)
        && find(load, file, "Solvers", "SolveNonlinear", (void **)&net.solve_nonlinear)
        && find(load, file, "Appliers", "Integrate", (void **)&net.integrate)
        && find(load, file, "Appliers", "DenoiseSingle", (void **)&net.denoise)
        && find(load, file, "Appliers", "DenoiseDouble", (void **)&net.denoise_double)
        && find(load, file, "Appliers", "Predict", (void **)&net.predict)) {
        fault[0] = '\0';
    }
    end(host);
}

static int ready(void)
{
    pthread_once(&once, start);
    snprintf(text, sizeof text, "%s", fault);
    return fault[0] == '\0';
}

#define PASS_ON(call) return ready() ? (unrolled_status)(call) : UNROLLED_NO_RUNTIME

const char *unrolled_last_error(void) { return text; }

unrolled_status unrolled_open(const char *path, unrolled_model **model) { PASS_ON(net.open(path, model, text, sizeof text)); }

void unrolled_close(unrolled_model *model)
{
    if (model != NULL && ready()) {
        net.close(model);
    }
}

unrolled_status unrolled_describe(const unrolled_model *model, char *json, int32_t size, int32_t *length)
{
    PASS_ON(net.describe(model, json, size, length, text, sizeof text));
}

unrolled_status unrolled_solve_linear(const unrolled_model *model, int32_t size, unrolled_product a, void *context, int32_t properties,
    const double *diagonal, const double *b, double tolerance, int32_t max_steps, double *x, unrolled_outcome *outcome)
{
    PASS_ON(net.solve_linear(model, size, a, context, properties, diagonal, b, tolerance, max_steps, x, outcome, text, sizeof text));
}

unrolled_status unrolled_solve_nonlinear(const unrolled_model *model, int32_t size, unrolled_function f, unrolled_jacobian_product product,
    void *context, int32_t parameter_count, const double *parameters, double tolerance, int32_t max_steps, double *x, unrolled_outcome *outcome)
{
    PASS_ON(net.solve_nonlinear(model, size, f, product, context, parameter_count, parameters, tolerance, max_steps, x, outcome, text, sizeof text));
}

unrolled_status unrolled_integrate(const unrolled_model *model, int32_t parameter_count, const double *parameters, int32_t state_count, double *y,
    double start_time, double horizon, int32_t steps, double *trajectory, unrolled_outcome *outcome)
{
    PASS_ON(net.integrate(model, parameter_count, parameters, state_count, y, start_time, horizon, steps, trajectory, outcome, text, sizeof text));
}

unrolled_status unrolled_denoise(const unrolled_model *model, int32_t rows, int32_t columns, double sigma, float *values)
{
    PASS_ON(net.denoise(model, rows, columns, sigma, values, text, sizeof text));
}

unrolled_status unrolled_denoise_double(const unrolled_model *model, int32_t rows, int32_t columns, double sigma, double *values)
{
    PASS_ON(net.denoise_double(model, rows, columns, sigma, values, text, sizeof text));
}

unrolled_status unrolled_predict(const unrolled_model *model, int32_t bits, int32_t example_count, const uint8_t *examples, const uint8_t *labels,
    int32_t query_count, const uint8_t *queries, uint8_t *predictions, uint8_t *determined, int32_t *contradictions)
{
    PASS_ON(net.predict(model, bits, example_count, examples, labels, query_count, queries, predictions, determined, contradictions, text, sizeof text));
}
