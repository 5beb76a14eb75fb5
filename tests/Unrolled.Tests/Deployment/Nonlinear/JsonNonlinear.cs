using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Numerics;

namespace Unrolled.Tests.Deployment.Nonlinear;

/// <summary>A plain solver that knows a method from its JSON alone; F and products with its Jacobian are given.</summary>
internal sealed class JsonNonlinear(string text, Func<double[], double[]> f, Func<double[], double[], double[]> product)
{
    private readonly JsonObject _json = JsonNode.Parse(text)!.AsObject();

    public ExportedSolve Solve(double[] y, double[] p, double tolerance, int most)
    {
        int n = (int)_json["evaluations"]!, steps = 0, evaluations = 1;
        if (_json["validParameters"]!.AsArray().Where((r, i) => !(p[i] >= (double)r![0]! && p[i] <= (double)r[1]!)).Any())
        {
            return new(4, 0, 0, double.NaN, y);
        }

        double[][] theta = Theta(p);
        double[] value = f(y);
        double residual = JsonVectors.Norm(value);
        while (residual > tolerance && double.IsFinite(residual) && steps < most)
        {
            List<double[]> v = [Inverse(value)];
            for (int j = 1; j < n; j++)
            {
                double[] d = (string?)_json["form"] == "direct" ? f(JsonVectors.Combined(y, theta[j - 1], v)) : Sum(product(y, JsonVectors.Combined(new double[y.Length], theta[j - 1], v)), value);
                v.Add(Inverse(d));
            }

            double[] next = JsonVectors.Combined(y, theta[n - 1], v), after = f(next);
            double norm = JsonVectors.Norm(after);
            evaluations += n;
            if (!(norm <= (double)_json["rate"]! * residual))
            {
                return new(2, steps, evaluations, residual, y);
            }

            (y, value, residual) = (next, after, norm);
            steps++;
        }

        return new(residual <= tolerance ? 0 : double.IsFinite(residual) ? 1 : 3, steps, evaluations, residual, y);
    }

    private double[][] Theta(double[] p)
    {
        string[] names = [.. _json["parameters"]!.AsArray().Select(n => (string)n!)];
        double[] x = [.. _json["coordinates"]!.AsArray().Select(c => Coordinate(c!, p[Array.IndexOf(names, (string)c!["parameter"]!)]))];
        double[] phi = [.. _json["degrees"]!.AsArray().Select(d => d!.AsArray().Select((k, i) => Chebyshev((int)k!, x[i])).Aggregate(1.0, (a, b) => a * b))];
        return [.. _json["theta"]!.AsArray().Select(row => row!.AsArray().Select(c => ResultNumbers.ToDoubles(c).Zip(phi)
            .Aggregate(0.0, (sum, t) => Math.FusedMultiplyAdd(t.First, t.Second, sum))).ToArray())];
    }

    private double[] Inverse(double[] r)
    {
        if (_json["preconditioner"] is not JsonObject lu)
        {
            return r;
        }

        int[] place = Integers(lu["place"]), order = Integers(lu["order"]), lowerStart = Integers(lu["lowerStart"]), lowerRow = Integers(lu["lowerRow"]);
        int[] upperStart = Integers(lu["upperStart"]), upperRow = Integers(lu["upperRow"]);
        double[] lower = ResultNumbers.ToDoubles(lu["lower"]), upper = ResultNumbers.ToDoubles(lu["upper"]), pivots = ResultNumbers.ToDoubles(lu["inversePivots"]);
        double[] x = new double[r.Length], z = new double[r.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[place[i]] = r[i];
        }

        void Subtract(int[] start, int[] row, double[] column, int j)
        {
            for (int t = start[j]; t < start[j + 1]; t++)
            {
                x[row[t]] = Math.FusedMultiplyAdd(column[t], -x[j], x[row[t]]);
            }
        }

        for (int j = 0; j < x.Length; j++)
        {
            Subtract(lowerStart, lowerRow, lower, j);
        }

        for (int j = x.Length - 1; j >= 0; j--)
        {
            x[j] *= pivots[j];
            Subtract(upperStart, upperRow, upper, j);
            z[order[j]] = x[j];
        }

        return z;
    }

    private static int[] Integers(JsonNode? node) => [.. node!.AsArray().Select(k => (int)k!)];

    private static double Coordinate(JsonNode c, double p)
    {
        double place = c["low"] is { } low
            ? ((2 * p) - (double)low - (double)c["high"]!) / ((double)c["high"]! - (double)low)
            : (p - (double)c["mean"]!) / (3 * (double)c["deviation"]!);
        return Math.Clamp(place, -1, 1);
    }

    private static double Chebyshev(int degree, double x)
    {
        double before = 1, value = degree == 0 ? 1 : x;
        for (int k = 2; k <= degree; k++)
        {
            (before, value) = (value, (2 * x * value) - before);
        }

        return value;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
