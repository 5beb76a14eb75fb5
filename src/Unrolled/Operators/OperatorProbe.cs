using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// Tests what an operator declares of itself by products with random vectors: it can refute a declaration, never prove it.
/// </summary>
/// <remarks>
/// <para>Symmetry: <c>|x.Ay - y.Ax| &lt;= tolerance (|x| |Ay| + |y| |Ax|)</c>. Adjoint, where there is one:
/// <c>|Ax.y - x.A^T y|</c> likewise. Definiteness: <c>x.Ax > 0</c> for the random vectors and, where the symmetric part
/// <c>(A + A^T) / 2</c> is available, for the vector of the least Ritz value after some Lanczos steps, which finds a
/// negative eigenvalue that random vectors almost never see.</para>
/// <para>Numbers that are not finite refute whatever they were to confirm. At most one refutation per declaration is
/// reported: the worst.</para>
/// </remarks>
public static class OperatorProbe
{
    /// <summary>Rounding of products allows this much, relative to the sizes of the vectors.</summary>
    public const double Tolerance = 1e-10;

    /// <summary>Probes an operator.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="stream">Where the vectors come from.</param>
    /// <param name="vectors">How many random vectors (pairs for symmetry and adjoint) are tried.</param>
    /// <param name="lanczosSteps">How many Lanczos steps look for a negative eigenvalue.</param>
    /// <returns>The declarations that were refuted; empty if none was.</returns>
    /// <exception cref="ArgumentException">There is no vector or no step.</exception>
    public static IReadOnlyList<RefutedDeclaration> Run(ILinearOperator a, RandomStream stream, int vectors = 4, int lanczosSteps = 40)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vectors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lanczosSteps);
        bool symmetric = a.Properties.HasFlag(OperatorProperties.Symmetric), definite = a.Properties.HasFlag(OperatorProperties.PositiveDefinite);
        var worst = new Dictionary<string, RefutedDeclaration>();
        if ((symmetric || definite) && a.Rows != a.Columns)
        {
            Keep(worst, new(symmetric ? "symmetric" : "positive definite", 0, a.Rows, a.Columns, "rows = columns"));
            return [.. worst.Values];
        }

        bool hasAdjoint = HasAdjoint(a);
        for (int trial = 0; trial < vectors; trial++)
        {
            Vectors(a, stream.Split((ulong)trial), worst, symmetric, definite, hasAdjoint);
        }

        if (definite && (symmetric || hasAdjoint))
        {
            LeastEigenvalue(symmetric ? a : new SymmetricPartOperator(a), stream.Split("lanczos"), lanczosSteps, worst);
        }

        return [.. worst.Values];
    }

    private static void Vectors(ILinearOperator a, RandomStream stream, Dictionary<string, RefutedDeclaration> worst,
        bool symmetric, bool definite, bool hasAdjoint)
    {
        int n = a.Instances;
        Batch x = SpectralEstimate.Noise(a, stream.Split("x")), ax = Batch.Zeros(a.Rows, n);
        Batch y = Batch.Zeros(a.Rows, n), image = Batch.Zeros(a.Columns, n);
        a.Apply(x, ax);
        Noise(y, stream.Split("y"));
        double[] xNorm = Norm(x), yNorm = Norm(y), axNorm = Norm(ax), yax = Dot(y, ax);
        if (hasAdjoint)
        {
            a.ApplyAdjoint(y, image);
            Compare("adjoint", "|Ax.y - x.A^T y| <= tolerance * (|y| |Ax| + |x| |A^T y|)", image);
        }

        if (symmetric)
        {
            a.Apply(y, image);
            Compare("symmetric", "|x.Ay - y.Ax| <= tolerance * (|x| |Ay| + |y| |Ax|)", image);
        }

        double[] xax = definite ? Dot(x, ax) : [];
        for (int s = 0; s < xax.Length; s++)
        {
            if (!(xax[s] > 0))
            {
                Keep(worst, new("positive definite", s, xax[s] / (xNorm[s] * xNorm[s]), 0, "x.Ax / x.x > 0"));
            }
        }

        void Compare(string declaration, string meaning, Batch image)
        {
            double[] other = Dot(x, image), norm = Norm(image);
            for (int s = 0; s < n; s++)
            {
                double size = (xNorm[s] * norm[s]) + (yNorm[s] * axNorm[s]);
                double difference = Math.Abs(yax[s] - other[s]) / (size == 0 ? 1 : size);
                if (!(difference <= Tolerance))
                {
                    Keep(worst, new(declaration, s, difference, Tolerance, meaning));
                }
            }
        }
    }

    private static void LeastEigenvalue(ILinearOperator a, RandomStream stream, int steps, Dictionary<string, RefutedDeclaration> worst)
    {
        SpectralInterval[] extremes = SpectralEstimate.Extremes(a, stream, steps);
        for (int s = 0; s < extremes.Length; s++)
        {
            SpectralInterval e = extremes[s];
            double rounding = 1e-13 * Math.Max(Math.Abs(e.Smallest), Math.Abs(e.Largest));
            if (!(e.Smallest >= -rounding))
            {
                Keep(worst, new("positive definite", s, e.Smallest, 0, "least Ritz value of the symmetric part > 0"));
            }
        }
    }

    /// <summary>Keeps the worst of each declaration: the first that is not a number, otherwise the farthest from its bound.</summary>
    private static void Keep(Dictionary<string, RefutedDeclaration> worst, RefutedDeclaration found)
    {
        if (!worst.TryGetValue(found.Declaration, out RefutedDeclaration? known)
            || (!double.IsNaN(known.Value) && !(Math.Abs(found.Value - found.Bound) <= Math.Abs(known.Value - known.Bound))))
        {
            worst[found.Declaration] = found;
        }
    }

    private static bool HasAdjoint(ILinearOperator a)
    {
        try
        {
            a.ApplyAdjoint(Batch.Zeros(a.Rows, a.Instances), Batch.Zeros(a.Columns, a.Instances));
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    private static void Noise(Batch batch, RandomStream stream)
    {
        for (int s = 0; s < batch.Instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            for (int i = 0; i < batch.Components; i++)
            {
                batch[i, s] = own.NextNormal();
            }
        }
    }

    private static double[] Dot(Batch x, Batch y)
    {
        var dots = new double[x.Instances];
        BatchKernels.Dot(x, y, dots);
        return dots;
    }

    private static double[] Norm(Batch x)
    {
        var norms = new double[x.Instances];
        BatchKernels.Norm(x, norms);
        return norms;
    }
}
