using Unrolled.Differentiation;

namespace Unrolled.Deployment;

/// <summary>C#: one file, one static class.</summary>
internal sealed class CSharpIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        Function f = integrator.Family.Function;
        int states = f.Inputs[0].Length, most = Math.Max(learned.Stages, parent.Stages), memory = learned.Memory;
        string type = char.ToUpperInvariant(name[0]) + name[1..];
        string heading = string.Join('\n', Heading(integrator).Select(l => $"// {l}"));
        string equations = string.Join('\n', f.Export(SourceLanguage.CSharp, "RightHandSide").TrimEnd().Split('\n').Select(l => l.Length > 0 ? "    " + l : l));
        return $$"""
            {{heading}}
            // States y: {{string.Join(", ", f.Inputs[0].Components)}}. Parameters p: {{string.Join(", ", f.Inputs[1].Components.DefaultIfEmpty("none"))}}.
            using System;

            public static class {{type}}
            {
                public const int States = {{states}}, Parameters = {{f.Inputs[1].Length}};

            {{Table("First", learned.FirstRows, learned.FirstNodes)}}
            {{Table("Next", learned.Rows, learned.Nodes)}}
            {{Table("Parent", parent.Rows, parent.Nodes)}}
                /// <summary>Whether the learned method may be used with a step size and parameters; if not, the parent is.</summary>
                public static bool Covers(double h, ReadOnlySpan<double> p) =>
                    {{string.Join("\n            && ", Conditions(integrator).DefaultIfEmpty("h > 0.0"))}};

                /// <summary>
                /// Integrates from t0 over the horizon in equal steps, changing y in place. A trajectory that is not empty receives
                /// (steps + 1) * States numbers. Returns whether the learned method was used.
                /// </summary>
                public static bool Integrate(Span<double> y, ReadOnlySpan<double> p, double t0, double horizon, int steps, Span<double> trajectory = default)
                {
                    double h = horizon / steps;
                    bool learned = Covers(h, p);
                    Span<double> k = stackalloc double[{{most * states}}], memory = stackalloc double[{{Math.Max(1, memory * states)}}];
                    for (int n = 0; n <= steps; n++)
                    {
                        if (!trajectory.IsEmpty)
                        {
                            y.CopyTo(trajectory.Slice(n * States));
                        }

                        if (n < steps)
                        {
                            double t = t0 + (n * h);
                            if (!learned)
                            {
                                Step(ParentA, ParentC, {{parent.Stages}}, 0, 0, y, p, t, h, k, memory);
                            }
                            else if (n == 0)
                            {
                                Step(FirstA, FirstC, {{learned.Stages}}, 0, {{memory}}, y, p, t, h, k, memory);
                            }
                            else
                            {
                                Step(NextA, NextC, {{learned.Stages}}, {{memory}}, {{memory}}, y, p, t, h, k, memory);
                            }
                        }
                    }

                    return learned;
                }

                private static void Step(ReadOnlySpan<double> a, ReadOnlySpan<double> c, int stages, int old, int keep,
                    Span<double> y, ReadOnlySpan<double> p, double t, double h, Span<double> k, Span<double> memory)
                {
                    Span<double> point = stackalloc double[States];
                    int row = 0;
                    for (int i = 0; i <= stages; i++)
                    {
                        int remembered = i > 0 ? old : 0;
                        for (int d = 0; d < States; d++)
                        {
                            double sum = 0.0;
                            for (int j = 0; j < i; j++)
                            {
                                sum += h * a[row + j] * k[(j * States) + d];
                            }

                            for (int j = 0; j < remembered; j++)
                            {
                                sum += h * a[row + i + j] * memory[(j * States) + d];
                            }

                            point[d] = y[d] + sum;
                        }

                        row += i + remembered;
                        if (i < stages)
                        {
                            RightHandSide(point, p, t + (h * c[i]), k.Slice(i * States, States));
                        }
                    }

                    point.CopyTo(y);
                    k.Slice((stages - keep) * States, keep * States).CopyTo(memory);
                }

            {{equations}}
            }

            """;
    }

    private static string Table(string name, IReadOnlyList<double[]> rows, IReadOnlyList<double> nodes) => $$"""
            private static readonly double[] {{name}}A =
            {
                {{Numbers(rows.SelectMany(r => r), "        ")}},
            };

            private static readonly double[] {{name}}C = { {{Numbers(nodes, "        ")}} };

        """;
}
