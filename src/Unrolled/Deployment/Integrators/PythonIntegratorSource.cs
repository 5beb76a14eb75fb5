using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.RungeKutta;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Integrators;

/// <summary>Python 3: states are lists of floats.</summary>
internal sealed class PythonIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        Function f = integrator.Family.Function;
        string heading = PythonText(Heading(integrator));
        string equations = f.Export(SourceLanguage.Python, "rhs").TrimEnd();
        string import = equations.Contains("np.", StringComparison.Ordinal) ? "import numpy as np\n\n\n" : string.Empty;
        string least = learned.LeastSteps.ToString(CultureInfo.InvariantCulture);
        bool own = !ReferenceEquals(learned.FirstRows, learned.Rows);
        string table = $"PARENT if not learned else {(own ? "FIRST if n == 0 else " : string.Empty)}{(learned.Corrections.Count > 0 ? "table" : "LEARNED")}";
        return $$"""
            {{"\"\"\""}}{{heading}}

            States y: {{string.Join(", ", f.Inputs[0].Components)}}. Parameters p: {{string.Join(", ", f.Inputs[1].Components.DefaultIfEmpty("none"))}}.
            {{"\"\"\""}}
            {{import}}{{equations}}


            # The methods: rows of weights, one for every stage and the last for the new state, and the nodes of the stages.
            # A row has weights of the stages before it, then of the remembered {{(learned.Start is null ? "stages" : "derivatives")}} (here {{learned.Memory}}).
            {{Table("LEARNED", learned.Rows, learned.Nodes)}}
            {{(own ? Table("FIRST", learned.FirstRows, learned.FirstNodes) + "\n" : string.Empty)}}{{Table("PARENT", parent.Rows, parent.Nodes)}}


            def covers(h, p):
                {{"\"\"\""}}Whether the learned method may be used with a step size and parameters; if not, the parent is.{{"\"\"\""}}
                return ({{string.Join("\n            and ", Conditions(integrator).DefaultIfEmpty("h > 0.0"))}})


            def displaced(y, h, row, vectors):
                {{"\"\"\""}}y + (h a_0 v_0 + h a_1 v_1 + ...), over the weights of a row.{{"\"\"\""}}
                point = []
                for d in range(len(y)):
                    total = 0.0
                    for a, vector in zip(row, vectors):
                        total += (h * a) * vector[d]
                    point.append(y[d] + total)
                return point


            def step(table, y, p, t, h, memory):
                {{"\"\"\""}}One step of a table (rows of weights, nodes): the new state and the stages.{{"\"\"\""}}
                rows, nodes = table
                k = []
                for row, node in zip(rows, nodes):
                    k.append(rhs(displaced(y, h, row, k + memory), p, t + h * node))
                return displaced(y, h, rows[-1], k + memory), k


            {{Start(learned.Start)}}{{Coefficients(learned)}}def {{name}}_integrate(y, p, t0, horizon, steps):
                {{"\"\"\""}}Integrates in equal steps; returns the states at t0 and after every step, and whether the learned method was used.

                Fewer steps than {{least}} are a ValueError.
                {{"\"\"\""}}
                if steps < {{least}}:
                    raise ValueError(f"steps is {steps}, must be at least {{least}}")
                y = [float(v) for v in y]
                h = horizon / steps
                learned = covers(h, p)
                trajectory, memory = [y], []
            {{Indented("    ", Preparation(learned))}}
                for n in range({{(learned.Start is { } first ? $"{first.Steps}, " : string.Empty)}}steps):
                    y, k = step({{table}}, y, p, t0 + n * h, h, memory)
            {{(learned.Memory > 0 ? $"        memory = (k + memory)[{learned.RememberedFrom}:{learned.RememberedFrom + learned.Memory}]\n" : string.Empty)}}        trajectory.append(y)
                return trajectory, learned

            """;
    }

    /// <summary>The first steps of a multistep method.</summary>
    private static string Start(IntegratorStart? start) => start is null ? string.Empty : $$"""
        # The start: one step of {{start.Method}} of size {{start.Steps}} h, and for the state after each of its parts h a row of weights of all its stages.
        {{Table("START", start.Rows, start.Nodes)}}
        BETWEEN = [
            {{string.Join(",\n    ", start.States.Select(Row))}},
        ]


        def start(y, p, t0, h):
            {{"\"\"\""}}Steps 1 to {{start.Steps}}: their states, and the derivatives at their beginnings, the newest first.{{"\"\"\""}}
            size = {{Number(start.Steps)}} * h
            k = []
            for row, node in zip(*START):
                k.append(rhs(displaced(y, size, row, k), p, t0 + size * node))
            states = [displaced(y, size, row, k) for row in BETWEEN]
            memory = [k[0]]
            for n in range(1, len(states)):
                memory.insert(0, rhs(states[n - 1], p, t0 + n * h))
            return states, memory



        """;

    /// <summary>The coefficients as functions of the step size.</summary>
    private static string Coefficients(IntegratorCoefficients learned) => learned.Corrections.Count == 0 ? string.Empty : $$"""
        # What is added to the rows of LEARNED: the sum of epsilon^r delta, epsilon proportional to the step size h; pairs (r, delta).
        CORRECTIONS = [
        {{string.Join('\n', learned.Corrections.Select(c => $"    ({c.Exponent}, [\n        {string.Join(",\n        ", Rows(c.Delta, learned.Stages).Select(Row))},\n    ]),"))}}
        ]


        def coefficients(h, p):
            {{"\"\"\""}}The table for a step size and parameters; its nodes are the sums of the rows.{{"\"\"\""}}
            epsilon = {{Epsilon(learned, (x, y) => $"({x}) ** {y}")}}
            rows = [list(row) for row in LEARNED[0]]
            for exponent, delta in CORRECTIONS:
                factor = 1.0
                for _ in range(exponent):
                    factor *= epsilon
                for row, change in zip(rows, delta):
                    for j in range(len(row)):
                        row[j] += factor * change[j]
            nodes = []
            for row in rows[:-1]:
                node = 0.0
                for a in row:
                    node += a
                nodes.append(node)
            return rows, nodes



        """;

    /// <summary>What happens once, before the steps.</summary>
    private static string Preparation(IntegratorCoefficients learned) =>
        learned.Start is not null ? "states, memory = start(y, p, t0, h)\ny, trajectory = states[-1], trajectory + states"
        : learned.Corrections.Count > 0 ? "table = coefficients(h, p)"
        : string.Empty;

    private static IEnumerable<double[]> Rows(IReadOnlyList<double> packed, int stages)
    {
        double[] numbers = [.. packed];
        return Enumerable.Range(0, stages + 1).Select(i => PackedTriangle.Row<double>(numbers, i).ToArray());
    }

    private static string Table(string name, IReadOnlyList<double[]> rows, IReadOnlyList<double> nodes) => $"""
        {name} = (
            [
                {string.Join(",\n        ", rows.Select(Row))},
            ],
            {Row(nodes)},
        )
        """;

    private static string Row(IEnumerable<double> numbers) => $"[{string.Join(", ", numbers.Select(Number))}]";
}
