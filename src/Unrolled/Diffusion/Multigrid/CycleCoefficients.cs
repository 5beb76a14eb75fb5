namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// All numbers of a multigrid cycle that can be trained, shared by all levels: the convolutions of the smoother, restriction of the residual
/// and prolongation of the correction. With the classical numbers the cycle is the classical one.
/// </summary>
/// <remarks>
/// A sweep is <c>x += M (r/d)</c>, with <c>r</c> the residual, <c>d</c> the diagonal and <c>M</c> a 3 x 3 convolution that is symmetric under reflections and exchange of the
/// axes: weights of center, sides, corners, or of the center alone, which is damped Jacobi and costs less. Iterates are restricted by averaging
/// blocks of four cells.
/// Read as a U-net: sweeps are the convolutions of encoder and decoder, restriction and prolongation its down- and up-sampling.
/// </remarks>
public sealed class CycleCoefficients
{
    /// <summary>Weights per convolution, restriction and prolongation.</summary>
    private const int Weights = 3;

    private static readonly double[] _averages = [0.25, 0, 0];

    private readonly double[] _values;

    private CycleCoefficients(double[] values, int presmoothing, int postsmoothing, SweepForm form) =>
        (_values, Presmoothing, Postsmoothing, Form) = (values, presmoothing, postsmoothing, form);

    /// <summary>What a sweep is.</summary>
    public SweepForm Form { get; }

    /// <summary>How many sweeps precede the coarse correction.</summary>
    public int Presmoothing { get; }

    /// <summary>How many sweeps follow it.</summary>
    public int Postsmoothing { get; }

    /// <summary>All numbers: one or three per sweep, three of the restriction (inner, edge, corner cells; averages where sweeps are numbers), three of the prolongation (nearest, neighbor, across).</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Damped Jacobi, restriction by averages, bilinear prolongation.</summary>
    /// <param name="presmoothing">Sweeps before the coarse correction.</param>
    /// <param name="postsmoothing">Sweeps after it.</param>
    /// <param name="damping">The damping; 4/5 smooths the five-point Laplacian best.</param>
    /// <param name="form">What a sweep is.</param>
    public static CycleCoefficients Classical(int presmoothing, int postsmoothing, double damping = 0.8, SweepForm form = SweepForm.Scalar)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(presmoothing);
        ArgumentOutOfRangeException.ThrowIfNegative(postsmoothing);
        var values = new List<double>();
        for (int k = 0; k < presmoothing + postsmoothing; k++)
        {
            values.Add(damping);
            values.AddRange(form == SweepForm.Convolution ? [0, 0] : []);
        }

        values.AddRange(form == SweepForm.Convolution ? _averages : []);
        values.AddRange([9.0 / 16, 3.0 / 16, 1.0 / 16]);
        return new CycleCoefficients([.. values], presmoothing, postsmoothing, form);
    }

    /// <summary>The same shape with other numbers.</summary>
    /// <exception cref="ArgumentException">Their number differs.</exception>
    public CycleCoefficients With(ReadOnlySpan<double> values) => values.Length == _values.Length
        ? new CycleCoefficients(values.ToArray(), Presmoothing, Postsmoothing, Form)
        : throw new ArgumentException($"there are {values.Length} numbers, the cycle has {_values.Length}", nameof(values));

    /// <summary>The weights of a sweep, counted through pre- and postsmoothing.</summary>
    internal ReadOnlySpan<double> Sweep(int index) => Form == SweepForm.Scalar ? _values.AsSpan(index, 1) : _values.AsSpan(index * Weights, Weights);

    internal ReadOnlySpan<double> Restriction => Form == SweepForm.Scalar ? _averages : _values.AsSpan(_values.Length - (2 * Weights), Weights);

    internal ReadOnlySpan<double> Prolongation => _values.AsSpan(_values.Length - Weights, Weights);
}
