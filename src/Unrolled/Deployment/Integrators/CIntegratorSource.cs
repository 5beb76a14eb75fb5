using Unrolled.Differentiation;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Integrators;

/// <summary>C99.</summary>
internal sealed class CIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        Function f = integrator.Family.Function;
        int states = f.Inputs[0].Length, most = Math.Max(learned.Stages, parent.Stages);
        string heading = CComment(Heading(integrator));
        return $$"""
            /*
            {{heading}}
             *
             * States y: {{string.Join(", ", f.Inputs[0].Components)}}. Parameters p: {{string.Join(", ", f.Inputs[1].Components.DefaultIfEmpty("none"))}}.
             * C99, needs math.h alone, allocates nothing. Compile without contraction of products and sums
             * (-std=c99 or -ffp-contract=off) for the numbers of the library.
             */
            #include <math.h>
            #include <stddef.h>

            enum { {{name}}_states = {{states}}, {{name}}_parameters = {{f.Inputs[1].Length}} };

            /* The equations: dy = f(y, p, t). */
            {{f.Export(SourceLanguage.C, name + "_rhs").TrimEnd()}}

            /*
             * The methods: rows a of weights, one for every stage and the last for the new state, and the nodes c of the stages.
             * A row has weights of the stages before it, then of the remembered {{(learned.Start is null ? "stages" : "derivatives")}} (here {{learned.Memory}}).
             */
            {{Tables(learned, parent, name)}}
            /* point = y + (h a_0 k_0 + h a_1 k_1 + ...), over the first stages k and then the old remembered vectors. */
            static void {{name}}_displace(const double *y, double h, const double *a, int stages, double k[][{{states}}],
                int old, double memory[][{{states}}], double *point)
            {
                for (int d = 0; d < {{states}}; d++)
                {
                    double sum = 0.0;
                    for (int j = 0; j < stages; j++)
                    {
                        const double w = h * a[j];
                        sum += w * k[j][d];
                    }
                    for (int j = 0; j < old; j++)
                    {
                        const double w = h * a[stages + j];
                        sum += w * memory[j][d];
                    }
                    point[d] = y[d] + sum;
                }
            }

            /* One step with old remembered vectors; the next step finds keep of them. */
            static void {{name}}_step(const double *a, const double *c, int stages, int old, int keep,
                double *y, const double *p, double t, double h, double memory[][{{states}}])
            {
                double k[{{most}}][{{states}}], point[{{states}}];
                for (int i = 0; i < stages; i++)
                {
                    const int remembered = i > 0 ? old : 0;
                    const double shift = h * c[i];
                    {{name}}_displace(y, h, a, i, k, remembered, memory, point);
                    {{name}}_rhs(point, p, t + shift, k[i]);
                    a += i + remembered;
                }
                {{name}}_displace(y, h, a, stages, k, old, memory, y);
                for (int j = keep - 1; j >= 0; j--)
                {
                    const int from = {{learned.RememberedFrom}} + j;
                    for (int d = 0; d < {{states}}; d++)
                    {
                        memory[j][d] = from < stages ? k[from][d] : memory[from - stages][d];
                    }
                }
            }

            {{Start(learned.Start, name, states)}}{{Coefficients(learned, name)}}/* Whether the learned method may be used with a step size and parameters; 0 means that the parent is used. */
            int {{name}}_covers(double h, const double *p)
            {
                (void)p;
                return {{string.Join("\n        && ", Conditions(integrator).DefaultIfEmpty("h > 0.0"))}};
            }

            /*
             * Integrates from t0 over the horizon in equal steps, changing y in place. Where trajectory is not NULL it receives
             * (steps + 1) * {{name}}_states numbers: the states at t0 and after every step. Returns 1 for the learned method,
             * 0 for the parent; -1, and nothing is changed, for fewer steps than {{learned.LeastSteps}}.
             */
            int {{name}}_integrate(double *y, const double *p, double t0, double horizon, long steps, double *trajectory)
            {
                if (steps < {{learned.LeastSteps}})
                {
                    return -1;
                }
                const double h = horizon / (double)steps;
                const int learned = {{name}}_covers(h, p);
                double memory[{{Math.Max(1, learned.Memory)}}][{{states}}];
                for (int d = 0; trajectory != NULL && d < {{states}}; d++)
                {
                    trajectory[d] = y[d];
                }
            {{Indented("    ", Preparation(learned, name))}}
                for (long n = {{learned.Start?.Steps ?? 0}}; n < steps; n++)
                {
                    const double elapsed = (double)n * h, t = t0 + elapsed;
            {{Indented("        ", Choice(learned, parent, name))}}
                    for (int d = 0; trajectory != NULL && d < {{states}}; d++)
                    {
                        trajectory[(n + 1) * {{states}} + d] = y[d];
                    }
                }
                return learned;
            }

            """;
    }

    /// <summary>The numbers of all methods.</summary>
    private static string Tables(IntegratorCoefficients learned, IntegratorCoefficients parent, string name)
    {
        string text = learned.Corrections.Count == 0
            ? CTable(name + "_learned_a", learned.Rows.SelectMany(r => r)) + CTable(name + "_learned_c", learned.Nodes)
            : $"/* The rows that corrections, which depend on the step size, are added to. */\n{CTable(name + "_learned_a", learned.Rows.SelectMany(r => r))}";
        if (!ReferenceEquals(learned.FirstRows, learned.Rows))
        {
            text += $"/* The first step, in which nothing is remembered. */\n{CTable(name + "_first_a", learned.FirstRows.SelectMany(r => r))}{CTable(name + "_first_c", learned.FirstNodes)}";
        }

        return text + "/* The parent. */\n" + CTable(name + "_parent_a", parent.Rows.SelectMany(r => r)) + CTable(name + "_parent_c", parent.Nodes);
    }

    /// <summary>The first steps of a multistep method.</summary>
    private static string Start(IntegratorStart? start, string name, int states) => start is null ? string.Empty : $$"""
        /* The start: one step of {{start.Method}} of size {{start.Steps}} h, and for the state after each of its parts h a row w of weights of all its stages. */
        {{CTable(name + "_start_a", start.Rows.SelectMany(r => r))}}{{CTable(name + "_start_c", start.Nodes)}}{{CTable(name + "_start_w", start.States.SelectMany(r => r))}}
        /* Steps 1 to {{start.Steps}}: their states, and in memory the derivatives at their beginnings, the newest first. */
        static void {{name}}_start(double *y, const double *p, double t0, double h, double memory[][{{states}}], double *trajectory)
        {
            const double size = {{Number(start.Steps)}} * h;
            double initial[{{states}}], k[{{start.Stages}}][{{states}}];
            const double *a = {{name}}_start_a;
            for (int d = 0; d < {{states}}; d++)
            {
                initial[d] = y[d];
            }
            for (int i = 0; i < {{start.Stages}}; i++)
            {
                const double shift = size * {{name}}_start_c[i];
                {{name}}_displace(initial, size, a, i, k, 0, NULL, y);
                {{name}}_rhs(y, p, t0 + shift, k[i]);
                a += i;
            }
            for (int n = 0; n < {{start.Steps}}; n++)
            {
                double *f = memory[{{start.Steps - 1}} - n];
                if (n > 0)
                {
                    const double elapsed = (double)n * h;
                    {{name}}_rhs(y, p, t0 + elapsed, f);
                }
                for (int d = 0; n == 0 && d < {{states}}; d++)
                {
                    f[d] = k[0][d];
                }
                {{name}}_displace(initial, size, {{name}}_start_w + {{start.Stages}} * n, {{start.Stages}}, k, 0, NULL, y);
                for (int d = 0; trajectory != NULL && d < {{states}}; d++)
                {
                    trajectory[(n + 1) * {{states}} + d] = y[d];
                }
            }
        }


        """;

    /// <summary>The coefficients as functions of the step size.</summary>
    private static string Coefficients(IntegratorCoefficients learned, string name)
    {
        int terms = learned.Corrections.Count, numbers = learned.Rows.Sum(r => r.Length);
        return terms == 0 ? string.Empty : $$"""
            /* What is added to the learned rows: the sum of epsilon^r delta, epsilon proportional to the step size h. */
            static const int {{name}}_exponent[{{terms}}] = { {{string.Join(", ", learned.Corrections.Select(c => c.Exponent))}} };
            static const double {{name}}_delta[{{terms}}][{{numbers}}] = {
                {{string.Join(",\n    ", learned.Corrections.Select(c => $"{{\n        {Numbers(c.Delta, "        ")}\n    }}"))}}
            };

            /* The rows a and the nodes c, sums of the rows, for a step size and parameters. */
            static void {{name}}_coefficients(double h, const double *p, double *a, double *c)
            {
                (void)p;
                const double epsilon = {{Epsilon(learned, (x, y) => $"pow({x}, {y})")}};
                for (int i = 0; i < {{numbers}}; i++)
                {
                    a[i] = {{name}}_learned_a[i];
                }
                for (int m = 0; m < {{terms}}; m++)
                {
                    double factor = 1.0;
                    for (int r = 0; r < {{name}}_exponent[m]; r++)
                    {
                        factor *= epsilon;
                    }
                    for (int i = 0; i < {{numbers}}; i++)
                    {
                        const double change = factor * {{name}}_delta[m][i];
                        a[i] += change;
                    }
                }
                for (int i = 0; i < {{learned.Stages}}; i++)
                {
                    c[i] = 0.0;
                    for (int j = 0; j < i; j++)
                    {
                        c[i] += *a++;
                    }
                }
            }


            """;
    }

    /// <summary>What happens once, before the steps.</summary>
    private static string Preparation(IntegratorCoefficients learned, string name) =>
        learned.Start is not null ? $"{name}_start(y, p, t0, h, memory, trajectory);"
        : learned.Corrections.Count == 0 ? string.Empty
        : $"""
            double a[{learned.Rows.Sum(r => r.Length)}], c[{learned.Stages}];
            {name}_coefficients(h, p, a, c);
            """;

    /// <summary>The step of the method that is in use.</summary>
    private static string Choice(IntegratorCoefficients learned, IntegratorCoefficients parent, string name)
    {
        string Step(string table, int stages, int old, int keep) => $"{name}_step({table}, {stages}, {old}, {keep}, y, p, t, h, memory);";
        string Rows(string of) => $"{name}_{of}_a, {name}_{of}_c";
        string next = Step(learned.Corrections.Count > 0 ? "a, c" : Rows("learned"), learned.Stages, learned.Memory, learned.Memory);
        string other = Step(Rows("parent"), parent.Stages, parent.Memory, parent.Memory);
        string first = ReferenceEquals(learned.FirstRows, learned.Rows) ? string.Empty : $$"""
            else if (n == 0)
            {
                {{Step(Rows("first"), learned.Stages, 0, learned.Memory)}}
            }

            """;
        return $$"""
            if (!learned)
            {
                {{other}}
            }
            {{first}}else
            {
                {{next}}
            }
            """;
    }
}
