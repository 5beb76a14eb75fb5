using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

/// <summary>The formula of the textbook with fixed steps, as plain as it can be: the reference for everything faster.</summary>
internal static class NaiveIntegrator
{
    /// <summary>The values after <paramref name="steps"/> steps of size <paramref name="h"/>.</summary>
    public static double[] Integrate(ButcherTableau tableau, Func<double, double[], double[]> f, double t, double[] y, double h, int steps)
    {
        for (int n = 0; n < steps; n++)
        {
            double[][] k = Stages(tableau, f, t + (n * h), y, h);
            y = Combine(y, h, tableau.Weights, k);
        }

        return y;
    }

    /// <summary>The interpolant at <paramref name="theta"/> of one step.</summary>
    public static double[] Interpolate(ButcherTableau tableau, Func<double, double[], double[]> f, double t, double[] y, double h, double theta)
    {
        DenseOutput dense = tableau.DenseOutput;
        List<double[]> k = [.. Stages(tableau, f, t, y, h)];
        for (int i = tableau.Stages; i < dense.Stages; i++)
        {
            k.Add(f(t + (h * dense.Row(i).ToArray().Sum()), Combine(y, h, dense.Row(i), [.. k])));
        }

        var weights = new double[dense.Stages];
        dense.Weights(theta, weights);
        return Combine(y, h, weights, [.. k]);
    }

    private static double[][] Stages(ButcherTableau tableau, Func<double, double[], double[]> f, double t, double[] y, double h)
    {
        var k = new double[tableau.Stages][];
        for (int i = 0; i < k.Length; i++)
        {
            k[i] = f(t + (tableau.Nodes[i] * h), Combine(y, h, tableau.Row(i), k));
        }

        return k;
    }

    private static double[] Combine(double[] y, double h, ReadOnlySpan<double> weights, double[][] k)
    {
        double[] sum = (double[])y.Clone();
        for (int i = 0; i < weights.Length; i++)
        {
            for (int d = 0; d < sum.Length; d++)
            {
                sum[d] += h * weights[i] * k[i][d];
            }
        }

        return sum;
    }
}
