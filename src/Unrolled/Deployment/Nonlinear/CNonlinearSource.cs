using Unrolled.Deployment.Sources;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>C99.</summary>
internal sealed class CNonlinearSource : NonlinearSource
{
    private protected override string WriteNamed(NonlinearParts parts, string name)
    {
        (string declared, string given) = Callbacks(parts, name);
        string inner = parts.IsLinearized ? declared.Replace($"{name}_map *function, ", string.Empty, StringComparison.Ordinal) : declared;
        string innerGiven = parts.IsLinearized ? given.Replace("function, ", string.Empty, StringComparison.Ordinal) : given;
        int n = parts.Unknowns;
        return $$"""
            /*
            {{CComment(parts.Heading)}}
             *
             * C99, needs the standard headers below alone, allocates nothing. Compile without contraction of products and sums
             * (-std=c99 or -ffp-contract=off) for the numbers of the library.
             */
            #include <math.h>
            #include <stddef.h>

            /* The lengths of y and p, and the numbers of memory that the solver wants. */
            enum { {{name}}_unknowns = {{n}}, {{name}}_parameters = {{parts.Family.ParameterNames.Length}}, {{name}}_work = {{parts.Work}} };

            /* How a run ended; only {{name}}_converged says that the system is solved. */
            enum
            {
                {{name}}_converged = 0,    /* |F|, computed at the y that is returned, is at or below the tolerance */
                {{name}}_step_limit = 1,   /* the allowed steps were taken */
                {{name}}_rate_not_met = 2, /* a step did not keep the rate and was taken back */
                {{name}}_not_finite = 3,   /* F is not finite at the start */
                {{name}}_outside = -1,     /* a parameter lies outside the ranges that were learned; nothing was changed */
                {{name}}_refused = -2      /* a number is negative or undefined; nothing was changed */
            };

            typedef struct
            {
                int status;
                long steps, evaluations; /* steps kept; evaluations of F and products with its Jacobian */
                double residual;         /* |F| at the y that is returned; NAN where nothing was computed */
            } {{name}}_result;

            {{Types(parts, name)}}{{Equations(parts, name)}}{{VectorSource.C(name)}}
            {{(parts.Factors is { } factors ? Inverse(factors, name) : string.Empty)}}{{Weights(parts, name)}}/* Whether the learned steps may be used with parameters. */
            int {{name}}_covers(const double *p)
            {
                (void)p;
                return {{string.Join("\n        && ", parts.Conditions.DefaultIfEmpty("1"))}};
            }

            /* One step from F at y in the first vector of work: {{(parts.IsLinearized ? "v_j = M^-1 (J(y) d_j + F(y)), d_j = sum theta_jl v_l" : "v_j = M^-1 F(y + sum theta_jl v_l)")}}, y += sum theta_nl v_l. */
            static void {{name}}_step({{inner}}double *y, const double *p, const double *theta, double *work)
            {
                double *v = work + {{parts.FirstTerm}}, *point = work + {{n}};
                (void)p;
            {{Indented("    ", First(parts, name))}}
                for (int j = 1; j <= {{parts.Evaluations}}; j++)
                {
            {{Indented("        ", Row(parts, name))}}
                }
            }

            /*
             * Solves F(y, p) = 0 from the start y, which it replaces, until |F|, computed after every step, is at most tolerance, a step does
             * not keep the rate, or most_steps were taken. work: {{name}}_work numbers.
             */
            {{name}}_result {{name}}_solve({{declared}}double *y, const double *p, double tolerance, long most_steps, double *work)
            {
                {{name}}_result result = { {{name}}_outside, 0, 0, NAN };
                double *f = work, *before = work + {{2 * n}};
                if (!(tolerance >= 0.0) || most_steps < 0)
                {
                    result.status = {{name}}_refused;
                    return result;
                }
                if (!{{name}}_covers(p))
                {
                    return result;
                }
            {{(parts.Weights.AreConstant ? $"    const double *theta = {name}_theta;" : $"    double *theta = work + {parts.Theta};\n    {name}_weights(p, work + {parts.Basis}, theta);")}}
                {{Evaluate(parts, name, "y", "f")}}
                result.residual = {{name}}_norm({{n}}, f);
                result.evaluations = 1;
                result.status = result.residual <= tolerance ? {{name}}_converged : !isfinite(result.residual) ? {{name}}_not_finite : {{name}}_step_limit;
                while (result.status == {{name}}_step_limit && result.steps < most_steps)
                {
                    for (int i = 0; i < {{n}}; i++)
                    {
                        before[i] = y[i];
                    }
                    {{name}}_step({{innerGiven}}y, p, theta, work);
                    {{Evaluate(parts, name, "y", "f")}}
                    const double norm = {{name}}_norm({{n}}, f);
                    result.evaluations += {{parts.Evaluations}};
                    if (!(norm <= {{Number(parts.Learned.Rate)}} * result.residual))
                    {
                        for (int i = 0; i < {{n}}; i++)
                        {
                            y[i] = before[i];
                        }
                        result.status = {{name}}_rate_not_met;
                        break;
                    }
                    result.residual = norm;
                    result.steps++;
                    result.status = norm <= tolerance ? {{name}}_converged : {{name}}_step_limit;
                }
                return result;
            }

            """;
    }

    /// <summary>The callbacks as parameters and as arguments, each followed by a comma.</summary>
    private static (string Declared, string Given) Callbacks(NonlinearParts parts, string name)
    {
        string declared = string.Empty, given = string.Empty;
        void Add(bool needed, string type, string callback)
        {
            declared += needed ? $"{name}_{type} *{callback}, " : string.Empty;
            given += needed ? $"{callback}, " : string.Empty;
        }

        Add(parts.Equations is null, "map", "function");
        Add(parts.Equations is null && parts.IsLinearized, "product", "jacobian");
        Add(parts.AsksForInverse, "map", "inverse");
        return declared.Length == 0 ? (declared, given) : (declared + "void *context, ", given + "context, ");
    }

    private static string Types(NonlinearParts parts, string name)
    {
        string text = parts.Equations is null || parts.AsksForInverse
            ? $"/* {(parts.Equations is null ? "f = F(y, p), the caller's; p is known from the context" : string.Empty)}{(parts.AsksForInverse ? " z = M^-1 r" : string.Empty)}. The vectors do not overlap. */\n"
                + $"typedef void {name}_map(void *context, const double *y, double *f);\n\n"
            : string.Empty;
        return parts.Equations is null && parts.IsLinearized
            ? text + $"/* w = J(y) v with the Jacobian of F. The vectors do not overlap. */\ntypedef void {name}_product(void *context, const double *y, const double *v, double *w);\n\n"
            : text;
    }

    private static string Equations(NonlinearParts parts, string name) => parts.Equations is null
        ? string.Empty
        : $"/* The equations{(parts.IsLinearized ? ", and products of their Jacobian with a vector" : string.Empty)}. */\n"
            + SourceLanguage.C.Write(parts.Functions(name + "_f", name + "_product")) + "\n";

    private static string Evaluate(NonlinearParts parts, string name, string point, string value) =>
        parts.Equations is null ? $"function(context, {point}, {value});" : $"{name}_f({point}, p{parts.Time}, {value});";

    private static string Multiply(NonlinearParts parts, string name, string value) =>
        parts.Equations is null ? $"jacobian(context, y, point, {value});" : $"{name}_product(y, p{parts.Time}, point, {value});";

    private static string Precondition(NonlinearParts parts, string name, string value, string destination) =>
        parts.AsksForInverse ? $"inverse(context, {value}, {destination});" : $"{name}_inverse({value}, {destination}, work + {parts.Scratch});";

    /// <summary>v_0.</summary>
    private static string First(NonlinearParts parts, string name) => parts.IsPreconditioned
        ? Precondition(parts, name, "work", "v")
        : $$"""
            for (int i = 0; i < {{parts.Unknowns}}; i++)
            {
                v[i] = work[i];
            }
            """;

    /// <summary>A row of the step and the evaluation at its point.</summary>
    private static string Row(NonlinearParts parts, string name)
    {
        int n = parts.Unknowns;
        string term = $"v + j * {n}", value = parts.IsPreconditioned ? $"work + {parts.Value}" : term;
        string rest = parts.IsPreconditioned ? "\n    " + Precondition(parts, name, $"work + {parts.Value}", term) : string.Empty;
        string combine = $"{name}_combine({n}, {{0}}, theta + j * (j - 1) / 2, v, 0, j, {parts.Evaluations}, j < {parts.Evaluations} ? point : y);";
        if (!parts.IsLinearized)
        {
            return $$"""
                {{combine.Replace("{0}", "y", StringComparison.Ordinal)}}
                if (j < {{parts.Evaluations}})
                {
                    {{Evaluate(parts, name, "point", value)}}{{rest}}
                }
                """;
        }

        return $$"""
            for (int i = 0; j < {{parts.Evaluations}} && i < {{n}}; i++)
            {
                point[i] = 0.0;
            }
            {{combine.Replace("{0}", $"j < {parts.Evaluations} ? point : y", StringComparison.Ordinal)}}
            if (j < {{parts.Evaluations}})
            {
                double *value = {{value}};
                {{Multiply(parts, name, "value")}}
                for (int i = 0; i < {{n}}; i++)
                {
                    value[i] += work[i];
                }{{rest}}
            }
            """;
    }

    /// <summary>The family's preconditioner.</summary>
    private static string Inverse(SparseLu lu, string name) => $$"""
        /* The preconditioner M, factored: row i of M is row place[i] of L U, whose column j is column order[j] of M. Columns of L and U begin at the starts. */
        {{CTable(name + "_place", lu.Pattern.RowPosition)}}{{CTable(name + "_order", lu.Pattern.ColumnOrder)}}{{CTable(name + "_lower_start", lu.Pattern.LowerStart)}}{{CTable(name + "_lower_row", lu.Pattern.LowerRow)}}{{CTable(name + "_lower", lu.Lower.ToArray())}}{{CTable(name + "_upper_start", lu.Pattern.UpperStart)}}{{CTable(name + "_upper_row", lu.Pattern.UpperRow)}}{{CTable(name + "_upper", lu.Upper.ToArray())}}{{CTable(name + "_inverse_pivot", lu.InversePivots.ToArray())}}
        /* z = M^-1 r. */
        static void {{name}}_inverse(const double *r, double *z, double *x)
        {
            for (int i = 0; i < {{lu.Order}}; i++)
            {
                x[{{name}}_place[i]] = r[i];
            }
            for (int j = 0; j < {{lu.Order}}; j++)
            {
                for (int t = {{name}}_lower_start[j]; t < {{name}}_lower_start[j + 1]; t++)
                {
                    x[{{name}}_lower_row[t]] = {{name}}_FMA({{name}}_lower[t], -x[j], x[{{name}}_lower_row[t]]);
                }
            }
            for (int j = {{lu.Order - 1}}; j >= 0; j--)
            {
                x[j] *= {{name}}_inverse_pivot[j];
                for (int t = {{name}}_upper_start[j]; t < {{name}}_upper_start[j + 1]; t++)
                {
                    x[{{name}}_upper_row[t]] = {{name}}_FMA({{name}}_upper[t], -x[j], x[{{name}}_upper_row[t]]);
                }
                z[{{name}}_order[j]] = x[j];
            }
        }


        """;

    /// <summary>The weights, or how they come from parameters.</summary>
    private static string Weights(NonlinearParts parts, string name)
    {
        int columns = parts.Weights.BasisLength, coordinates = parts.Weights.Coordinates;
        const string rows = "the rows theta_1, theta_2, ... of 1, 2, ... numbers";
        return parts.Weights.AreConstant
            ? $"/* The weights: {rows}. */\n{CTable(name + "_theta", parts.Weights.Values.ToArray())}\n"
            : $$"""
            /* The weights, {{rows}}, are polynomials: for each its coefficients of products of Chebyshev polynomials with these degrees in the coordinates. */
            {{CTable(name + "_coefficient", parts.Weights.Values.ToArray())}}{{CTable(name + "_degree", parts.Weights.BasisDegrees.SelectMany(d => d))}}
            static double {{name}}_chebyshev(int degree, double x)
            {
                double before = 1.0, value = degree == 0 ? 1.0 : x;
                for (int k = 2; k <= degree; k++)
                {
                    const double next = 2.0 * x * value - before;
                    before = value;
                    value = next;
                }
                return value;
            }

            /* The weights theta for parameters; phi receives the polynomials. The coordinates of the parameters are kept in [-1, 1]. */
            static void {{name}}_weights(const double *p, double *phi, double *theta)
            {
                const double x[{{coordinates}}] = {
                    {{string.Join(",\n        ", parts.Coordinates.Select(c => $"fmax(-1.0, fmin(1.0, {c}))"))}}
                };
                for (int b = 0; b < {{columns}}; b++)
                {
                    phi[b] = 1.0;
                    for (int c = 0; c < {{coordinates}}; c++)
                    {
                        phi[b] *= {{name}}_chebyshev({{name}}_degree[b * {{coordinates}} + c], x[c]);
                    }
                }
                for (int w = 0; w < {{parts.Weights.Weights}}; w++)
                {
                    theta[w] = 0.0;
                    for (int b = 0; b < {{columns}}; b++)
                    {
                        theta[w] = {{name}}_FMA({{name}}_coefficient[w * {{columns}} + b], phi[b], theta[w]);
                    }
                }
            }


            """;
    }
}
