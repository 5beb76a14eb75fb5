using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>A batch of denoising problems: noisy signals or images with what they should become.</summary>
public sealed class NoisyFields
{
    /// <summary>Creates a batch to draw into.</summary>
    public NoisyFields(int instances, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        Clean = new Field<float>(instances, 1, rows, columns);
        Noisy = Clean.ZerosLike();
        Sigma = new double[instances];
    }

    /// <summary>Without noise; shape (instances, 1, rows, columns).</summary>
    public Field<float> Clean { get; }

    /// <summary>With noise; the same shape.</summary>
    public Field<float> Noisy { get; }

    /// <summary>The standard deviation of the noise of every instance.</summary>
    public double[] Sigma { get; }
}
