using Unrolled.Deployment.Sources;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Linear;

/// <summary>C99.</summary>
internal sealed class CLinearSource : LinearSource
{
    private protected override string WriteNamed(LearnedLinear learned, string name)
    {
        bool preconditioned = IsPreconditioned(learned);
        int window = Window(learned);
        string residual = preconditioned ? $"work + {window + 2} * n" : "work + 2 * n", best = $"work + {Vectors(learned) - 1} * n";
        string inverse = preconditioned ? $", {name}_operator *inverse" : string.Empty, given = preconditioned ? ", inverse" : string.Empty;
        string choices = string.Join(", ", learned.Methods.Select(m => m.InnerEvaluations));
        return $$"""
            /*
            {{CComment(Heading(learned))}}
             *
             * C99, needs the standard headers below alone, allocates nothing. Compile without contraction of products and sums
             * (-std=c99 or -ffp-contract=off) for the numbers of the library.
             */
            #include <float.h>
            #include <math.h>
            #include <stddef.h>

            /* The vectors of n numbers of memory that the functions want. */
            enum { {{name}}_vectors = {{Vectors(learned)}} };

            /* How a run ended; only {{name}}_converged says that the system is solved. */
            enum
            {
                {{name}}_converged = 0,   /* the recomputed residual is at or below the target */
                {{name}}_step_limit = 1,  /* the allowed steps were taken */
                {{name}}_diverged = 2,    /* the residual grew far beyond its start */
                {{name}}_not_finite = 3,  /* a number became infinite or undefined */
                {{name}}_refused = -1     /* an argument is wrong; nothing was changed */
            };

            typedef struct
            {
                int status;
                long steps, products;    /* steps taken and products with A made */
                double residual, target; /* |b - A x| of the x that is returned, and what was to be reached */
            } {{name}}_result;

            /* y = A x for vectors that do not overlap; context is what the caller gave{{(preconditioned ? ". The same for z = M^-1 r" : string.Empty)}}. */
            typedef void {{name}}_operator(void *context, const double *x, double *y);

            {{Constants(learned, name)}}
            {{Tables(learned, name)}}
            {{VectorSource.C(name)}}
            static const {{name}}_method *{{name}}_find(int evaluations)
            {
                for (size_t i = 0; i < sizeof {{name}}_methods / sizeof *{{name}}_methods; i++)
                {
                    if ({{name}}_methods[i].evaluations == evaluations)
                    {
                        return &{{name}}_methods[i];
                    }
                }
                return NULL;
            }

            /* f = A x - b. */
            static void {{name}}_function({{name}}_operator *a, void *context, size_t n, const double *b, const double *x, double *f)
            {
                a(context, x, f);
                for (size_t i = 0; i < n; i++)
                {
                    f[i] -= b[i];
                }
            }

            /*
             * The rest of a step when v_0 is known: v_j = {{(preconditioned ? "M^-1 f" : "f")}}(x + sum theta_jl v_l), x += sum theta_nl v_l. A row that begins like one of the
             * two before it goes on from that row's point.
             */
            static void {{name}}_rows(const {{name}}_method *m, {{name}}_operator *a{{inverse}}, void *context, size_t n, const double *b, double *x, double *work)
            {
                double *v = work + 2 * n;
                for (int j = 1; j <= m->evaluations; j++)
                {
                    const int shared = m->shared[j];
                    const double *from = shared == 0 ? x : work + (size_t)(shared % 2) * n;
                    double *to = j == m->evaluations ? x : work + (size_t)(j % 2) * n;
                    {{name}}_combine(n, from, m->weights + j * (j - 1) / 2 + shared, v, shared, j - shared, m->window, to);
                    if (j < m->evaluations)
                    {
            {{Indented("            ", Evaluate(name, preconditioned, residual, "to", "v + (size_t)(j % m->window) * n"))}}
                    }
                }
            }

            /*
             * Solves A x = b from the start x, which it replaces, with steps of {{choices}} evaluations of A x - b, one product each,
             * until |b - A x|, recomputed after every step, is at most tolerance |b| (tolerance |b - A x| of the start where b = 0), or
             * most_steps were taken; a tolerance of 0 takes that many steps. work: {{name}}_vectors * n numbers.
             */
            {{name}}_result {{name}}_solve(int evaluations, {{name}}_operator *a{{inverse}}, void *context, size_t n, const double *b, double *x,
                double tolerance, long most_steps, double *work)
            {
                {{name}}_result result = { {{name}}_refused, 0, 0, 0.0, 0.0 };
                const {{name}}_method *m = {{name}}_find(evaluations);
                double *f = {{residual}}, *best = {{best}}, norm, reference, limit;
                int zero = 1;
                if (m == NULL || n == 0 || !(tolerance >= 0.0) || most_steps < 0)
                {
                    return result;
                }
                for (size_t i = 0; i < n; i++)
                {
                    zero = zero && x[i] == 0.0;
                    f[i] = -b[i];
                    best[i] = x[i];
                }
                if (!zero)
                {
                    {{name}}_function(a, context, n, b, x, f);
                    result.products++;
                }
                result.residual = norm = {{name}}_norm(n, f);
                reference = {{name}}_norm(n, b);
                reference = reference == 0.0 ? norm : reference;
                result.target = fmin(tolerance * reference, DBL_MAX);
                limit = {{name}}_divergence_factor * fmax(norm, reference);
                while (1)
                {
                    result.status = norm <= result.target ? {{name}}_converged : !isfinite(norm) ? {{name}}_not_finite
                        : norm > limit ? {{name}}_diverged : {{name}}_step_limit;
                    if (result.status != {{name}}_step_limit || result.steps == most_steps)
                    {
                        break;
                    }
                    {{(preconditioned ? "inverse(context, f, work + 2 * n);\n        " : string.Empty)}}{{name}}_rows(m, a{{given}}, context, n, b, x, work);
                    {{name}}_function(a, context, n, b, x, f);
                    norm = {{name}}_norm(n, f);
                    result.steps++;
                    result.products += evaluations;
                    for (size_t i = 0; norm < result.residual && i < n; i++)
                    {
                        best[i] = x[i];
                    }
                    result.residual = norm < result.residual ? norm : result.residual;
                }
                result.residual = result.status == {{name}}_converged ? norm : result.residual;
                for (size_t i = 0; result.status != {{name}}_converged && i < n; i++)
                {
                    x[i] = best[i];
                }
                return result;
            }

            /*
             * z = P r, a fixed polynomial P in A: the iterate after one step from 0 on A z = r, with one product less than evaluations.
             * Linear in r, and symmetric where A is{{(preconditioned ? " and no M is used" : string.Empty)}}: a preconditioner for CG, MINRES and GMRES. z must not be r.
             * work: {{name}}_vectors * n numbers. Returns 0, or {{name}}_refused where there is no method with so many evaluations.
             */
            int {{name}}_precondition(int evaluations, {{name}}_operator *a{{inverse}}, void *context, size_t n, const double *r, double *z, double *work)
            {
                const {{name}}_method *m = {{name}}_find(evaluations);
                double *f = {{residual}};
                if (m == NULL || n == 0)
                {
                    return {{name}}_refused;
                }
                for (size_t i = 0; i < n; i++)
                {
                    f[i] = -r[i];
                    z[i] = 0.0;
                }
                {{(preconditioned ? "inverse(context, f, work + 2 * n);\n    " : string.Empty)}}{{name}}_rows(m, a{{given}}, context, n, r, z, work);
                return 0;
            }

            """;
    }

    /// <summary>One evaluation at a point.</summary>
    private static string Evaluate(string name, bool preconditioned, string residual, string point, string term) => preconditioned
        ? $"{name}_function(a, context, n, b, {point}, {residual});\ninverse(context, {residual}, {term});"
        : $"{name}_function(a, context, n, b, {point}, {term});";

    private static string Constants(LearnedLinear learned, string name)
    {
        string range = learned.Eigenvalues is ValidRange valid
            ? $"/* Where the eigenvalues of A must lie. */\nconst double {name}_eigenvalues[2] = {{ {Number(valid.Low)}, {Number(valid.High)} }};\n\n"
            : string.Empty;
        return $"""
            {range}/* A run ends where the residual has grown by this factor over its start and over b. */
            static const double {name}_divergence_factor = {Number(DivergenceFactor)};

            """;
    }

    private static string Tables(LearnedLinear learned, string name)
    {
        string tables = string.Concat(learned.Methods.Select(m =>
            $"/* {m.InnerEvaluations} evaluations: the rows theta_j, j = 1 .. {m.InnerEvaluations}, of j weights; how many weights a row has in common with which row. */\n"
            + CTable($"{name}_weights_{m.InnerEvaluations}", m.Weights.ToArray())
            + CTable($"{name}_shared_{m.InnerEvaluations}", m.Plan.Shared.ToArray())));
        return $$"""
            {{tables}}typedef struct
            {
                int evaluations, window; /* window: how many successive evaluations are needed at once */
                const int *shared;
                const double *weights;
            } {{name}}_method;

            static const {{name}}_method {{name}}_methods[] = {
                {{string.Join(",\n    ", learned.Methods.Select(m => $"{{ {m.InnerEvaluations}, {m.Plan.Window}, {name}_shared_{m.InnerEvaluations}, {name}_weights_{m.InnerEvaluations} }}"))}}
            };

            """;
    }
}
