using Unrolled.Differentiation;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Integrators;

/// <summary>C#: one file, one static class.</summary>
internal sealed class CSharpIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        Function f = integrator.Family.Function;
        int states = f.Inputs[0].Length, most = Math.Max(learned.Stages, parent.Stages), memory = learned.Memory;
        string type = TypeName(name);
        string heading = CSharpComment(Heading(integrator));
        return $$"""
            {{heading}}
            // States y: {{string.Join(", ", f.Inputs[0].Components)}}. Parameters p: {{string.Join(", ", f.Inputs[1].Components.DefaultIfEmpty("none"))}}.
            using System;

            public static class {{type}}
            {
                public const int States = {{states}}, Parameters = {{f.Inputs[1].Length}};

                // The methods: rows A of weights, one for every stage and the last for the new state, and the nodes C of the stages.
                // A row has weights of the stages before it, then of the remembered {{(learned.Start is null ? "stages" : "derivatives")}} (here {{memory}}).
            {{Indented("    ", Tables(learned, parent).TrimEnd())}}

                /// <summary>Whether the learned method may be used with a step size and parameters; if not, the parent is.</summary>
                public static bool Covers(double h, ReadOnlySpan<double> p) =>
                    {{string.Join("\n            && ", Conditions(integrator).DefaultIfEmpty("h > 0.0"))}};

                /// <summary>
                /// Integrates from t0 over the horizon in equal steps, changing y in place. A trajectory that is not empty receives
                /// (steps + 1) * States numbers. Returns whether the learned method was used.
                /// </summary>
                /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than {{learned.LeastSteps}}; nothing was changed.</exception>
                public static bool Integrate(Span<double> y, ReadOnlySpan<double> p, double t0, double horizon, int steps, Span<double> trajectory = default)
                {
                    if (steps < {{learned.LeastSteps}})
                    {
                        throw new ArgumentOutOfRangeException(nameof(steps), steps, "must be at least {{learned.LeastSteps}}");
                    }

                    double h = horizon / steps;
                    bool learned = Covers(h, p);
                    Span<double> k = stackalloc double[{{most * states}}], memory = stackalloc double[{{Math.Max(1, memory * states)}}];
                    Keep(y, trajectory, 0);
            {{Indented("        ", Preparation(learned))}}
                    for (int n = {{learned.Start?.Steps ?? 0}}; n < steps; n++)
                    {
                        double t = t0 + (n * h);
            {{Indented("            ", Choice(learned, parent))}}
                        Keep(y, trajectory, n + 1);
                    }

                    return learned;
                }

            {{Indented("    ", Start(learned.Start))}}{{Indented("    ", Coefficients(learned))}}    /// <summary>One step with old remembered vectors; the next step finds keep of them.</summary>
                private static void Step(ReadOnlySpan<double> a, ReadOnlySpan<double> c, int stages, int old, int keep,
                    Span<double> y, ReadOnlySpan<double> p, double t, double h, Span<double> k, Span<double> memory)
                {
                    Span<double> point = stackalloc double[States];
                    for (int i = 0; i < stages; i++)
                    {
                        int remembered = i > 0 ? old : 0;
                        Displace(y, h, a, i, k, remembered, memory, point);
                        RightHandSide(point, p, t + (h * c[i]), k.Slice(i * States, States));
                        a = a.Slice(i + remembered);
                    }

                    Displace(y, h, a, stages, k, old, memory, y);
                    for (int j = keep - 1; j >= 0; j--)
                    {
                        int from = {{learned.RememberedFrom}} + j;
                        Span<double> vector = from < stages ? k.Slice(from * States, States) : memory.Slice((from - stages) * States, States);
                        vector.CopyTo(memory.Slice(j * States));
                    }
                }

                /// <summary>point = y + (h a_0 k_0 + h a_1 k_1 + ...), over the first stages k and then the old remembered vectors.</summary>
                private static void Displace(ReadOnlySpan<double> y, double h, ReadOnlySpan<double> a, int stages, ReadOnlySpan<double> k,
                    int old, ReadOnlySpan<double> memory, Span<double> point)
                {
                    for (int d = 0; d < States; d++)
                    {
                        double sum = 0.0;
                        for (int j = 0; j < stages; j++)
                        {
                            sum += h * a[j] * k[(j * States) + d];
                        }

                        for (int j = 0; j < old; j++)
                        {
                            sum += h * a[stages + j] * memory[(j * States) + d];
                        }

                        point[d] = y[d] + sum;
                    }
                }

                private static void Keep(ReadOnlySpan<double> y, Span<double> trajectory, int n)
                {
                    if (!trajectory.IsEmpty)
                    {
                        y.CopyTo(trajectory.Slice(n * States));
                    }
                }

            {{Indented("    ", f.Export(SourceLanguage.CSharp, "RightHandSide").TrimEnd())}}
            }

            """;
    }

    /// <summary>The numbers of all methods.</summary>
    private static string Tables(IntegratorCoefficients learned, IntegratorCoefficients parent)
    {
        string text = learned.Corrections.Count == 0
            ? CSharpTable("LearnedA", learned.Rows.SelectMany(r => r)) + CSharpTable("LearnedC", learned.Nodes)
            : $"// The rows that corrections, which depend on the step size, are added to.\n{CSharpTable("LearnedA", learned.Rows.SelectMany(r => r))}";
        if (!ReferenceEquals(learned.FirstRows, learned.Rows))
        {
            text += $"// The first step, in which nothing is remembered.\n{CSharpTable("FirstA", learned.FirstRows.SelectMany(r => r))}{CSharpTable("FirstC", learned.FirstNodes)}";
        }

        if (learned.Start is { } start)
        {
            text += $"// The start: one step of {start.Method} of size {start.Steps} h, and for the state after each of its parts h a row W of weights of all its stages.\n"
                + CSharpTable("StartA", start.Rows.SelectMany(r => r)) + CSharpTable("StartC", start.Nodes) + CSharpTable("StartW", start.States.SelectMany(r => r));
        }

        for (int m = 0; m < learned.Corrections.Count; m++)
        {
            text += CSharpTable($"Delta{m}", learned.Corrections[m].Delta);
        }

        return text + "// The parent.\n" + CSharpTable("ParentA", parent.Rows.SelectMany(r => r)) + CSharpTable("ParentC", parent.Nodes);
    }

    /// <summary>The first steps of a multistep method.</summary>
    private static string Start(IntegratorStart? start) => start is null ? string.Empty : $$"""
        /// <summary>Steps 1 to {{start.Steps}}: their states, and in memory the derivatives at their beginnings, the newest first.</summary>
        private static void Start(Span<double> y, ReadOnlySpan<double> p, double t0, double h, Span<double> memory, Span<double> trajectory)
        {
            double size = {{Number(start.Steps)}} * h;
            Span<double> initial = stackalloc double[States], k = stackalloc double[{{start.Stages}} * States];
            y.CopyTo(initial);
            ReadOnlySpan<double> a = StartA;
            for (int i = 0; i < {{start.Stages}}; i++)
            {
                Displace(initial, size, a, i, k, 0, default, y);
                RightHandSide(y, p, t0 + (size * StartC[i]), k.Slice(i * States, States));
                a = a.Slice(i);
            }

            for (int n = 0; n < {{start.Steps}}; n++)
            {
                Span<double> f = memory.Slice(({{start.Steps - 1}} - n) * States, States);
                if (n == 0)
                {
                    k.Slice(0, States).CopyTo(f);
                }
                else
                {
                    RightHandSide(y, p, t0 + (n * h), f);
                }

                Displace(initial, size, StartW.AsSpan(n * {{start.Stages}}), {{start.Stages}}, k, 0, default, y);
                Keep(y, trajectory, n + 1);
            }
        }


        """;

    /// <summary>The coefficients as functions of the step size.</summary>
    private static string Coefficients(IntegratorCoefficients learned) => learned.Corrections.Count == 0 ? string.Empty : $$"""
        /// <summary>
        /// The rows a for a step size and parameters, LearnedA + sum of epsilon^r delta with epsilon proportional to h, and the nodes c, sums of the rows.
        /// </summary>
        private static void Coefficients(double h, ReadOnlySpan<double> p, Span<double> a, Span<double> c)
        {
            double epsilon = {{Epsilon(learned, (x, y) => $"Math.Pow({x}, {y})")}};
            LearnedA.CopyTo(a);
        {{string.Join('\n', learned.Corrections.Select((t, m) => $"    Correct(epsilon, {t.Exponent}, Delta{m}, a);"))}}
            for (int i = 0, row = 0; i < c.Length; row += i, i++)
            {
                c[i] = 0.0;
                for (int j = 0; j < i; j++)
                {
                    c[i] += a[row + j];
                }
            }
        }

        private static void Correct(double epsilon, int exponent, ReadOnlySpan<double> delta, Span<double> a)
        {
            double factor = 1.0;
            for (int r = 0; r < exponent; r++)
            {
                factor *= epsilon;
            }

            for (int i = 0; i < a.Length; i++)
            {
                a[i] += factor * delta[i];
            }
        }


        """;

    /// <summary>What happens once, before the steps.</summary>
    private static string Preparation(IntegratorCoefficients learned) =>
        learned.Start is not null ? "Start(y, p, t0, h, memory, trajectory);"
        : learned.Corrections.Count == 0 ? string.Empty
        : $"""
            Span<double> a = stackalloc double[{learned.Rows.Sum(r => r.Length)}], c = stackalloc double[{learned.Stages}];
            Coefficients(h, p, a, c);
            """;

    /// <summary>The step of the method that is in use.</summary>
    private static string Choice(IntegratorCoefficients learned, IntegratorCoefficients parent)
    {
        string Step(string table, int stages, int old, int keep) => $"Step({table}, {stages}, {old}, {keep}, y, p, t, h, k, memory);";
        string next = Step(learned.Corrections.Count > 0 ? "a, c" : "LearnedA, LearnedC", learned.Stages, learned.Memory, learned.Memory);
        string other = Step("ParentA, ParentC", parent.Stages, parent.Memory, parent.Memory);
        string first = ReferenceEquals(learned.FirstRows, learned.Rows) ? string.Empty : $$"""
            else if (n == 0)
            {
                {{Step("FirstA, FirstC", learned.Stages, 0, learned.Memory)}}
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
