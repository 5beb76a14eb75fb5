using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>Estimates of norms and extreme eigenvalues from products alone, one answer per operator of the batch.</summary>
/// <remarks>The start of instance <c>s</c> is normal noise from the stream's split number <c>s</c>, so an answer depends
/// neither on the batch nor on threads.</remarks>
public static class SpectralEstimate
{
    /// <summary>Both ends of the spectrum of a symmetric operator, by Lanczos' process with error bounds.</summary>
    /// <param name="a">The operator; that it is symmetric is not checked.</param>
    /// <param name="stream">Where the start comes from.</param>
    /// <param name="steps">The most products.</param>
    public static SpectralInterval[] Extremes(ILinearOperator a, RandomStream stream, int steps = 64)
    {
        ArgumentNullException.ThrowIfNull(a);
        Lanczos run = Lanczos.Run(a, Noise(a, stream), steps);
        var extremes = new SpectralInterval[run.Instances];
        for (int s = 0; s < extremes.Length; s++)
        {
            extremes[s] = run.Extremes(s);
        }

        return extremes;
    }

    /// <summary>
    /// The 2-norm, estimated from below: the largest eigenvalue in absolute value of an operator declared symmetric,
    /// otherwise the largest singular value by Lanczos' process for <c>A^T A</c> (Golub and Kahan's bidiagonalization).
    /// </summary>
    /// <param name="a">The operator, not necessarily square.</param>
    /// <param name="stream">Where the start comes from.</param>
    /// <param name="steps">The most steps: one product each, and one with the adjoint unless <paramref name="a"/> is symmetric.</param>
    /// <exception cref="NotSupportedException">The operator is not declared symmetric and has no adjoint.</exception>
    public static double[] Norm(ILinearOperator a, RandomStream stream, int steps = 32)
    {
        ArgumentNullException.ThrowIfNull(a);
        bool symmetric = a.Properties.HasFlag(OperatorProperties.Symmetric);
        SpectralInterval[] extremes = Extremes(symmetric ? a : new GramOperator(a), stream, steps);
        return Array.ConvertAll(extremes, e =>
            symmetric ? Math.Max(Math.Abs(e.Smallest), Math.Abs(e.Largest)) : Math.Sqrt(Math.Max(e.Largest, 0)));
    }

    /// <summary>Normal noise with as many instances as there are operators.</summary>
    internal static Batch Noise(ILinearOperator a, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Batch noise = Batch.Zeros(a.Columns, a.Instances);
        for (int s = 0; s < a.Instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            for (int i = 0; i < a.Columns; i++)
            {
                noise[i, s] = own.NextNormal();
            }
        }

        return noise;
    }
}
