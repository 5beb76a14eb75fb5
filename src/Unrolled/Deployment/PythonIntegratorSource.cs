using Unrolled.Differentiation;

namespace Unrolled.Deployment;

/// <summary>Python 3: states are lists of floats.</summary>
internal sealed class PythonIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        Function f = integrator.Family.Function;
        string heading = string.Join('\n', Heading(integrator)).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "'", StringComparison.Ordinal);
        string equations = f.Export(SourceLanguage.Python, "rhs").TrimEnd();
        string import = equations.Contains("np.", StringComparison.Ordinal) ? "import numpy as np\n\n\n" : string.Empty;
        return $$"""
            {{"\"\"\""}}{{heading}}

            States y: {{string.Join(", ", f.Inputs[0].Components)}}. Parameters p: {{string.Join(", ", f.Inputs[1].Components.DefaultIfEmpty("none"))}}.
            {{"\"\"\""}}
            {{import}}{{equations}}


            {{Table("FIRST", learned.FirstRows, learned.FirstNodes)}}
            {{Table("NEXT", learned.Rows, learned.Nodes)}}
            {{Table("PARENT", parent.Rows, parent.Nodes)}}

            def covers(h, p):
                {{"\"\"\""}}Whether the learned method may be used with a step size and parameters; if not, the parent is.{{"\"\"\""}}
                return ({{string.Join("\n            and ", Conditions(integrator).DefaultIfEmpty("h > 0.0"))}})


            def step(table, y, p, t, h, memory):
                {{"\"\"\""}}One step of a table (rows of weights, nodes): the new state and the stages.{{"\"\"\""}}
                rows, nodes = table
                k = []
                for i, row in enumerate(rows):
                    vectors = k + memory if i > 0 else []
                    point = []
                    for d in range(len(y)):
                        total = 0.0
                        for a, vector in zip(row, vectors):
                            total += (h * a) * vector[d]
                        point.append(y[d] + total)
                    if i < len(nodes):
                        k.append(rhs(point, p, t + h * nodes[i]))
                return point, k


            def {{name}}_integrate(y, p, t0, horizon, steps):
                {{"\"\"\""}}Integrates in equal steps; returns the states at t0 and after every step, and whether the learned method was used.{{"\"\"\""}}
                y = [float(v) for v in y]
                h = horizon / steps
                learned = covers(h, p)
                trajectory, memory = [y], []
                for n in range(steps):
                    table = PARENT if not learned else FIRST if n == 0 else NEXT
                    y, k = step(table, y, p, t0 + n * h, h, memory)
                    memory = k[len(k) - {{learned.Memory}}:] if learned else []
                    trajectory.append(y)
                return trajectory, learned

            """;
    }

    private static string Table(string name, IReadOnlyList<double[]> rows, IReadOnlyList<double> nodes) => $"""
        {name} = (
            [
                {string.Join(",\n        ", rows.Select(r => $"[{string.Join(", ", r.Select(Number))}]"))},
            ],
            [{string.Join(", ", nodes.Select(Number))}],
        )
        """;
}
