using Unrolled.Differentiation;

namespace Unrolled.Deployment;

/// <summary>C99.</summary>
internal sealed class CIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        Function f = integrator.Family.Function;
        int states = f.Inputs[0].Length, most = Math.Max(learned.Stages, parent.Stages);
        string heading = string.Join('\n', Heading(integrator).Select(l => $" * {l.Replace("*/", "* /", StringComparison.Ordinal)}"));
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

            {{Table(name + "_first", learned.FirstRows, learned.FirstNodes)}}
            {{Table(name + "_next", learned.Rows, learned.Nodes)}}
            {{Table(name + "_parent", parent.Rows, parent.Nodes)}}
            /* One step: a holds rows of weights of the stages k, then of the old remembered ones; c the nodes. */
            static void {{name}}_step(const double *a, const double *c, int stages, int old, int keep,
                double *y, const double *p, double t, double h, double memory[][{{states}}])
            {
                double k[{{most}}][{{states}}], point[{{states}}];
                for (int i = 0; i <= stages; i++)
                {
                    const int remembered = i > 0 ? old : 0;
                    for (int d = 0; d < {{states}}; d++)
                    {
                        double sum = 0.0;
                        for (int j = 0; j < i; j++)
                        {
                            const double w = h * a[j];
                            sum += w * k[j][d];
                        }
                        for (int j = 0; j < remembered; j++)
                        {
                            const double w = h * a[i + j];
                            sum += w * memory[j][d];
                        }
                        point[d] = y[d] + sum;
                    }
                    a += i + remembered;
                    if (i < stages)
                    {
                        const double shift = h * c[i];
                        {{name}}_rhs(point, p, t + shift, k[i]);
                    }
                }
                for (int d = 0; d < {{states}}; d++)
                {
                    y[d] = point[d];
                    for (int j = 0; j < keep; j++)
                    {
                        memory[j][d] = k[stages - keep + j][d];
                    }
                }
            }

            /* Whether the learned method may be used with a step size and parameters; 0 means that the parent is used. */
            int {{name}}_covers(double h, const double *p)
            {
                (void)p;
                return {{string.Join("\n        && ", Conditions(integrator).DefaultIfEmpty("h > 0.0"))}};
            }

            /*
             * Integrates from t0 over the horizon in equal steps, changing y in place. Where trajectory is not NULL it receives
             * (steps + 1) * {{name}}_states numbers: the states at t0 and after every step. Returns 1 for the learned method,
             * 0 for the parent.
             */
            int {{name}}_integrate(double *y, const double *p, double t0, double horizon, long steps, double *trajectory)
            {
                const double h = horizon / (double)steps;
                const int learned = {{name}}_covers(h, p);
                double memory[{{Math.Max(1, learned.Memory)}}][{{states}}];
                for (long n = 0; n <= steps; n++)
                {
                    for (int d = 0; trajectory != NULL && d < {{states}}; d++)
                    {
                        trajectory[n * {{states}} + d] = y[d];
                    }
                    if (n < steps)
                    {
                        const double elapsed = (double)n * h, t = t0 + elapsed;
                        if (!learned)
                        {
                            {{name}}_step({{name}}_parent_a, {{name}}_parent_c, {{parent.Stages}}, 0, 0, y, p, t, h, memory);
                        }
                        else if (n == 0)
                        {
                            {{name}}_step({{name}}_first_a, {{name}}_first_c, {{learned.Stages}}, 0, {{learned.Memory}}, y, p, t, h, memory);
                        }
                        else
                        {
                            {{name}}_step({{name}}_next_a, {{name}}_next_c, {{learned.Stages}}, {{learned.Memory}}, {{learned.Memory}}, y, p, t, h, memory);
                        }
                    }
                }
                return learned;
            }

            """;
    }

    private static string Table(string name, IReadOnlyList<double[]> rows, IReadOnlyList<double> nodes) => $$"""
        static const double {{name}}_a[] = {
            {{Numbers(rows.SelectMany(r => r), "    ")}}
        };
        static const double {{name}}_c[] = {
            {{Numbers(nodes, "    ")}}
        };

        """;
}
