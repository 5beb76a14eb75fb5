using System.Text.Json.Nodes;
using Unrolled.Deployment;

namespace Unrolled.Tests.Deployment.Fields;

/// <summary>An exported network, read and run as its file describes it and in no other way: naive sums over every kernel point of every pixel.</summary>
internal sealed class JsonDenoiser(string text)
{
    private readonly JsonObject _json = JsonNode.Parse(text)!.AsObject();

    private double _sigma;

    public double[] Denoise(double[] noisy, int rows, int columns, double sigma)
    {
        Assert.Equal("unrolled-field-network", (string?)_json["format"]);
        double[] noise = ResultNumbers.ToDoubles(_json["noise"]);
        _sigma = Math.Clamp(sigma, noise[0], noise[1]);
        double scale = _sigma / sigma;
        var input = new double[1, rows, columns];
        for (int i = 0; i < noisy.Length; i++)
        {
            input[0, i / columns, i % columns] = scale * noisy[i];
        }

        var values = new List<double[,,]> { input };
        foreach (JsonObject operation in _json["operations"]!.AsArray().Select(o => o!.AsObject()))
        {
            double[][,,] reads = [.. operation["reads"]!.AsArray().Select(v => values[(int)v!])];
            values.Add(Run(operation, reads));
        }

        return [.. values[^1].Cast<double>().Select(v => v / scale)];
    }

    private static double[,,] Map(int channels, double[,,] like, Func<int, int, int, double> value)
    {
        var result = new double[channels, like.GetLength(1), like.GetLength(2)];
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < like.GetLength(1); i++)
            {
                for (int j = 0; j < like.GetLength(2); j++)
                {
                    result[c, i, j] = value(c, i, j);
                }
            }
        }

        return result;
    }

    private static int Mirror(int i, int n)
    {
        while (i < 0 || i >= n)
        {
            i = i < 0 ? -1 - i : (2 * n) - 1 - i;
        }

        return i;
    }

    private static double[,,] Correlate(double[,,] u, JsonArray kernels, JsonArray? bias)
    {
        int rows = u.GetLength(1), columns = u.GetLength(2);
        double[][][][] k = Numbers(kernels);
        return Map(k.Length, u, (f, i, j) =>
        {
            double sum = bias is null ? 0 : ResultNumbers.ToDouble(bias[f]);
            foreach ((int s, int a, int b, double weight) in Points(k[f]))
            {
                sum += weight * u[s, Mirror(i + a - (k[f][s].Length / 2), rows), Mirror(j + b - (k[f][s][a].Length / 2), columns)];
            }

            return sum;
        });
    }

    private static double[,,] Adjoint(double[,,] q, JsonArray kernels, int channels)
    {
        int rows = q.GetLength(1), columns = q.GetLength(2);
        double[][][][] k = Numbers(kernels);
        var result = new double[channels, rows, columns];
        Map(k.Length, q, (f, i, j) =>
        {
            foreach ((int s, int a, int b, double weight) in Points(k[f]))
            {
                result[s, Mirror(i + a - (k[f][s].Length / 2), rows), Mirror(j + b - (k[f][s][a].Length / 2), columns)] += weight * q[f, i, j];
            }

            return 0;
        });
        return result;
    }

    private static double[][][][] Numbers(JsonArray kernels) =>
        [.. kernels.Select(f => f!.AsArray().Select(s => s!.AsArray().Select(a => ResultNumbers.ToDoubles(a)).ToArray()).ToArray())];

    private static IEnumerable<(int S, int A, int B, double Weight)> Points(double[][][] kernel) =>
        kernel.SelectMany((plane, s) => plane.SelectMany((row, a) => row.Select((weight, b) => (s, a, b, weight))));

    private double[,,] Run(JsonObject operation, double[][,,] reads)
    {
        double[,,] x = reads[0], y = reads[^1];
        int channels = (int)operation["channels"]!, rows = x.GetLength(1), columns = x.GetLength(2);
        switch ((string?)operation["operation"])
        {
            case "symmetric-step":
                JsonArray kernels = _json["kernels"]![(int)operation["kernels"]!]!.AsArray();
                double tau = AtLevel(operation["tauByLevel"]!);
                double[,,] flow = Adjoint(Flux(operation, Correlate(x, kernels, null)), kernels, channels);
                return Map(channels, x, (c, i, j) => x[c, i, j] - (tau * flow[c, i, j]));
            case "convolution":
                double[,,] sum = Correlate(x, operation["kernel"]!.AsArray(), operation["bias"]!.AsArray());
                return (bool)operation["rectified"]! ? Map(channels, sum, (c, i, j) => Math.Max(sum[c, i, j], 0)) : sum;
            case "blend":
                double weight = AtLevel(operation["weightByLevel"]!);
                return Map(channels, x, (c, i, j) => x[c, i, j] + (weight * (y[c, i, j] - x[c, i, j])));
            case "sum":
                double scale = ResultNumbers.ToDouble(operation["scale"]);
                return Map(channels, x, (c, i, j) => x[c, i, j] + (scale * y[c, i, j]));
            case "lift":
                return Map(channels, x, (c, i, j) => c < x.GetLength(0) ? x[c, i, j] : 0);
            case "project":
                return Map(channels, x, (c, i, j) => x[c, i, j]);
            case "concatenate":
                return Map(channels, x, (c, i, j) => c < x.GetLength(0) ? x[c, i, j] : y[c - x.GetLength(0), i, j]);
            case "downsample":
                return Map(channels, new double[channels, (rows + 1) / 2, (columns + 1) / 2], (c, i, j) =>
                    (from a in new[] { 2 * i, (2 * i) + 1 } from b in new[] { 2 * j, (2 * j) + 1 } where a < rows && b < columns select x[c, a, b]).Average());
            case "upsample":
                return Map(channels, y, (c, i, j) => x[c, i / 2, j / 2]);
            default:
                throw new InvalidOperationException($"unknown operation {operation["operation"]}");
        }
    }

    private double AtLevel(JsonNode byLevel) => AtLevel(ResultNumbers.ToDoubles(byLevel), ResultNumbers.ToDoubles(_json["levels"]));

    private double AtLevel(double[] numbers, double[] levels)
    {
        if (_sigma <= levels[0] || _sigma >= levels[^1])
        {
            return _sigma <= levels[0] ? numbers[0] : numbers[^1];
        }

        int i = Array.FindLastIndex(levels, l => l < _sigma);
        double w = Math.Log(_sigma / levels[i]) / Math.Log(levels[i + 1] / levels[i]);
        return numbers[i] + (w * (numbers[i + 1] - numbers[i]));
    }

    private double[,,] Flux(JsonObject operation, double[,,] s)
    {
        JsonObject flux = _json["flux"]!.AsObject();
        string kind = (string)flux["kind"]!;
        double[] levels = ResultNumbers.ToDoubles(_json["levels"]);
        double Number(string key, int f, int i) => AtLevel([.. operation[key]!.AsArray().Select(l => ResultNumbers.ToDouble(l![f]![i]))], levels);
        if (kind == "relu")
        {
            return Map(s.GetLength(0), s, (f, i, j) => Math.Max(s[f, i, j], 0));
        }

        double[] lambda = [.. Enumerable.Range(0, s.GetLength(0)).Select(f => Math.Exp(AtLevel([.. operation["contrastByLevel"]!.AsArray().Select(l => ResultNumbers.ToDouble(l![f]))], levels)))];
        if (kind == "spline")
        {
            double[] knots = ResultNumbers.ToDoubles(flux["knots"]);
            double[][] ratios = [.. lambda.Select((_, f) => Enumerable.Range(0, knots.Length + 1).Select(i => Number("ratiosByLevel", f, i)).ToArray())];
            return Map(lambda.Length, s, (f, i, j) => Math.Sign(s[f, i, j]) * lambda[f] * Spline(Math.Abs(s[f, i, j]) / lambda[f], knots, ratios[f]));
        }

        (string Name, double Relative)[] terms = [.. flux["terms"]!.AsArray().Select(t => ((string)t!["name"]!, ResultNumbers.ToDouble(t["relativeContrast"])))];
        double[][] weights = [.. lambda.Select((_, f) => terms.Select((_, t) => kind == "mixture" ? Number("weightsByLevel", f, t) : 1).ToArray())];
        return Map(lambda.Length, s, (f, i, j) => s[f, i, j] * terms.Select((t, n) => weights[f][n] * Diffusivity(t.Name, s[f, i, j], lambda[f] * t.Relative)).Sum());
    }

    private static double Spline(double s, double[] knots, double[] ratios)
    {
        int n = knots.Length, i = Array.FindIndex(knots, k => s <= k);
        double K(int at) => at < 0 ? 0 : knots[at];
        double V(int at) => at < 0 ? 0 : ratios[at] * knots[at];
        return i < 0 ? V(n - 1) + (ratios[n] * (s - knots[n - 1])) : V(i - 1) + ((V(i) - V(i - 1)) / (K(i) - K(i - 1)) * (s - K(i - 1)));
    }

    private static double Diffusivity(string name, double s, double lambda)
    {
        double r = s / lambda;
        return name switch
        {
            "linear" => 1,
            "charbonnier" => 1 / Math.Sqrt(1 + (r * r)),
            "total-variation" => 1 / Math.Sqrt((s * s) + (lambda * lambda)),
            "huber" => Math.Abs(r) <= 1 ? 1 : 1 / Math.Abs(r),
            "perona-malik" => 1 / (1 + (r * r)),
            "perona-malik-exponential" => Math.Exp(-r * r / 2),
            "weickert" => r == 0 ? 1 : 1 - Math.Exp(-3.314877361786055 / Math.Pow(r, 8)),
            "geman-mcclure" => 1 / ((1 + (r * r)) * (1 + (r * r))),
            "tukey" => Math.Abs(r) >= 1 ? 0 : (1 - (r * r)) * (1 - (r * r)),
            _ => throw new InvalidOperationException($"unknown flux {name}"),
        };
    }
}
