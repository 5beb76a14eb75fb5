using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Learning;

/// <summary>Small systems of every kind of operator, with spectra around 1, and weights around Richardson's to unroll on them.</summary>
internal static class UnrolledSystems
{
    public static LinearSystem Create(string kind, int unknowns, int instances)
    {
        var stream = new RandomStream(2).Split(kind).Split((ulong)unknowns);
        ILinearOperator a = kind switch
        {
            "dense" => new DenseOperator(unknowns, unknowns, Entries(unknowns, 1, stream, symmetric: false)),
            "symmetric" => new DenseOperator(unknowns, unknowns, Entries(unknowns, 1, stream, symmetric: true), OperatorProperties.Symmetric),
            "each" => new DenseOperator(unknowns, unknowns, Entries(unknowns, instances, stream, symmetric: false)),
            "sparse" => new SparseOperator(Bands(unknowns, stream)),
            "sparse each" => BatchedSparseOperator.Of([.. Enumerable.Range(0, instances).Select(_ => Bands(unknowns, stream))]),
            "stencil" => new DiffusionFamily(grid: unknowns).Draw(instances, stream).Operator,
            "convection" => new ConvectionDiffusionFamily(grid: unknowns).Draw(instances, stream).Operator,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return new LinearSystem(a, Assembled.Random(a.Rows, instances, stream.Split("b")));
    }

    public static double[] Weights(int innerEvaluations)
    {
        var stream = new RandomStream(9).Split((ulong)innerEvaluations);
        double[] steps = new double[innerEvaluations];
        Array.Fill(steps, 0.7);
        double[] weights = LearnedKrylov.FromSteps(steps).Weights.ToArray();
        return Array.ConvertAll(weights, w => w + (0.1 * stream.NextNormal()));
    }

    /// <summary>The gradient by central differences of fourth order.</summary>
    public static double[] Differences(Func<double[], double> loss, double[] at, double step = 1e-3)
    {
        double[] gradient = new double[at.Length];
        for (int p = 0; p < at.Length; p++)
        {
            double At(double by)
            {
                double[] moved = [.. at];
                moved[p] += by;
                return loss(moved);
            }

            gradient[p] = ((8 * (At(step) - At(-step))) - At(2 * step) + At(-2 * step)) / (12 * step);
        }

        return gradient;
    }

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        for (int p = 0; p < expected.Length; p++)
        {
            Assert.Equal(expected[p], actual[p], tolerance * scale);
        }
    }

    private static Batch Entries(int n, int instances, RandomStream stream, bool symmetric)
    {
        Batch entries = Batch.Zeros(n * n, instances);
        for (int s = 0; s < instances; s++)
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double drawn = (i == j ? 1 : 0) + (stream.NextUniform(-0.8, 0.8) / n);
                    entries[(i * n) + j, s] = symmetric && j < i ? entries[(j * n) + i, s] : drawn;
                }
            }
        }

        return entries;
    }

    private static SparseMatrix Bands(int n, RandomStream stream)
    {
        var entries = new List<(int Row, int Column, double Value)>();
        for (int i = 0; i < n; i++)
        {
            foreach (int j in new[] { i - 3, i - 1, i, i + 1 }.Where(j => j >= 0 && j < n))
            {
                entries.Add((i, j, i == j ? 1 : stream.NextUniform(-0.3, 0.3)));
            }
        }

        return SparseMatrix.FromTriplets(n, n, [.. entries.Select(e => e.Row)], [.. entries.Select(e => e.Column)], [.. entries.Select(e => e.Value)]);
    }
}
