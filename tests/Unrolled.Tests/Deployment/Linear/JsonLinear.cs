using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Numerics;

namespace Unrolled.Tests.Deployment.Linear;

/// <summary>A plain solver that knows a method from its JSON alone.</summary>
internal sealed class JsonLinear(string text, Func<double[], double[]> a, Func<double[], double[]> inverse)
{
    private readonly JsonObject _json = JsonNode.Parse(text)!.AsObject();

    public ExportedSolve Solve(int evaluations, double[] b, double[] start, double tolerance, int most)
    {
        double[][] theta = Theta(evaluations);
        double[] x = start, best = start, f = Function(x, b);
        double norm = JsonVectors.Norm(f), least = norm, reference = JsonVectors.Norm(b);
        reference = reference == 0 ? norm : reference;
        double grown = (double)_json["divergenceFactor"]! * Math.Max(norm, reference);
        int products = start.Any(v => v != 0) ? 1 : 0;
        for (int steps = 0; ; steps++)
        {
            int status = norm <= tolerance * reference ? 0 : !double.IsFinite(norm) ? 3 : norm > grown ? 2 : 1;
            if (status != 1 || steps == most)
            {
                return new(status, steps, products, status == 0 ? norm : least, status == 0 ? x : best);
            }

            x = Step(theta, b, x, f);
            f = Function(x, b);
            norm = JsonVectors.Norm(f);
            products += evaluations;
            (best, least) = norm < least ? (x, norm) : (best, least);
        }
    }

    public double[] Precondition(int evaluations, double[] r)
    {
        double[] zero = new double[r.Length];
        return Step(Theta(evaluations), r, zero, [.. r.Select(v => -v)]);
    }

    private double[][] Theta(int evaluations) =>
        [.. _json["methods"]!.AsArray().First(m => (int)m!["evaluations"]! == evaluations)!["theta"]!.AsArray().Select(ResultNumbers.ToDoubles)];

    private double[] Step(double[][] theta, double[] b, double[] x, double[] f)
    {
        List<double[]> v = [Preconditioned(f)];
        foreach (double[] row in theta[..^1])
        {
            v.Add(Preconditioned(Function(JsonVectors.Combined(x, row, v), b)));
        }

        return JsonVectors.Combined(x, theta[^1], v);
    }

    private double[] Preconditioned(double[] f) => (string?)_json["preconditioner"] == "none" ? f : inverse(f);

    private double[] Function(double[] x, double[] b) => [.. a(x).Zip(b, (p, q) => p - q)];
}
