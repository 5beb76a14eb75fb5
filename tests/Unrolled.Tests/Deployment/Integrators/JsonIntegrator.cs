using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Differentiation;

namespace Unrolled.Tests.Deployment.Integrators;

/// <summary>A plain integrator that knows a method from its JSON alone.</summary>
internal sealed class JsonIntegrator(string text, Function f)
{
    private readonly JsonObject _json = JsonNode.Parse(text)!.AsObject();

    public ExportedRun Integrate(double[] y, double[] p, double horizon, int steps)
    {
        JsonNode? start = _json["start"];
        int first = start is null ? 0 : (int)start["steps"]!;
        if (steps < Math.Max(1, first))
        {
            return new(-1, y, []);
        }

        double h = horizon / steps;
        bool learned = Within(_json["validStepSizes"]!, h) && _json["validParameters"]!.AsArray().Select((v, i) => Within(v!, p[i])).All(inside => inside);
        JsonNode method = learned ? _json : _json["parent"]!;
        (double[][] a, double[] b, double[] c) = (Matrix(method["A"]), Row(method["b"]), Row(method["c"]));
        if (learned && _json["corrections"] is JsonArray corrections)
        {
            double epsilon = h / (double)_json["baseStep"]!;
            foreach (JsonNode? scale in _json["scale"]?.AsArray() ?? [])
            {
                int i = _json["parameters"]!.AsArray().Select(n => (string)n!).ToList().IndexOf((string)scale!["parameter"]!);
                epsilon *= Math.Pow(p[i] / (double)scale["reference"]!, (double)scale["exponent"]!);
            }

            foreach (JsonNode? correction in corrections)
            {
                Correct(a, b, correction!, epsilon);
            }

            c = [.. a.Select(r => r.Aggregate(0.0, (sum, x) => sum + x))];
        }

        List<double[]> states = [y], memory = [];
        if (start is not null)
        {
            Start(start, states, memory, p, h);
        }

        for (int n = first; n < steps; n++)
        {
            bool own = learned && n == 0 && _json.ContainsKey("firstStep");
            JsonNode now = own ? _json["firstStep"]! : method;
            (double[] y1, List<double[]> k) = own
                ? Step(Matrix(now["A"]), Row(now["b"]), Row(now["c"]), [], [], [], states[^1], p, n * h, h)
                : Step(a, b, c, Matrix(now["U"]), Row(now["v"]), memory, states[^1], p, n * h, h);
            states.Add(y1);
            if ((int?)_json["rememberedFrom"] is int from)
            {
                memory = [.. k.Concat(memory).Skip(from).Take((int)_json["memory"]!)];
            }
        }

        return new(learned ? 1 : 0, states[^1], [.. states.SelectMany(s => s)]);
    }

    private static void Correct(double[][] a, double[] b, JsonNode correction, double epsilon)
    {
        double factor = 1;
        for (int r = 0; r < (int)correction["exponent"]!; r++)
        {
            factor *= epsilon;
        }

        foreach ((double[] row, double[] delta) in a.Append(b).Zip(Matrix(correction["A"]).Append(Row(correction["b"]))))
        {
            for (int j = 0; j < row.Length; j++)
            {
                row[j] += factor * delta[j];
            }
        }
    }

    private void Start(JsonNode start, List<double[]> states, List<double[]> memory, double[] p, double h)
    {
        double[] y = states[0], c = Row(start["c"]);
        double[][] a = Matrix(start["A"]), w = Matrix(start["W"]);
        double size = w.Length * h;
        List<double[]> k = [];
        for (int i = 0; i < a.Length; i++)
        {
            k.Add(Evaluate(Displaced(y, size, a[i], k), p, size * c[i]));
        }

        for (int n = 0; n < w.Length; n++)
        {
            memory.Insert(0, n == 0 ? k[0] : Evaluate(states[^1], p, n * h));
            states.Add(Displaced(y, size, w[n], k));
        }
    }

    private (double[] Y, List<double[]> K) Step(
        double[][] a, double[] b, double[] c, double[][] u, double[] v, List<double[]> memory, double[] y, double[] p, double t, double h)
    {
        List<double[]> k = [];
        for (int i = 0; i < a.Length; i++)
        {
            double[] old = i < u.Length ? u[i] : [];
            k.Add(Evaluate(Displaced(y, h, [.. a[i], .. old], [.. k, .. memory]), p, t + (h * c[i])));
        }

        return (Displaced(y, h, [.. b, .. v], [.. k, .. memory]), k);
    }

    private double[] Evaluate(double[] y, double[] p, double t)
    {
        double[] dy = new double[y.Length];
        f.Kernel.Evaluate(y, p, t, dy, 1);
        return dy;
    }

    private static double[] Displaced(double[] y, double h, double[] row, IReadOnlyList<double[]> vectors) =>
        [.. y.Select((value, d) => value + row.Select((a, j) => h * a * vectors[j][d]).Aggregate(0.0, (sum, term) => sum + term))];

    private static bool Within(JsonNode interval, double value)
    {
        double[] ends = Row(interval);
        return value >= ends[0] && value <= ends[1];
    }

    private static double[] Row(JsonNode? row) => row is null ? [] : ResultNumbers.ToDoubles(row);

    private static double[][] Matrix(JsonNode? rows) => rows is null ? [] : [.. rows.AsArray().Select(Row)];
}
