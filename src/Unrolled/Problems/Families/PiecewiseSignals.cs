using System.Globalization;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>Random piecewise affine signals on [0, 1]: segments between uniform breakpoints, each with a level and a slope of its own.</summary>
/// <remarks>
/// <para>Sample <c>j</c> of <c>N</c> stands at <c>x = j/(N - 1)</c> (0 for N = 1) and has the value <c>c + a (x - 1/2)/2</c> with <c>c</c>
/// uniform on [-1, 1) and <c>a</c> uniform on [-slope, slope) of its segment. The number of segments is uniform on its range, and
/// breakpoints are uniform on [0, 1). A slope of 0 gives piecewise constant signals.</para>
/// <para>A signal depends on the stream alone: with more samples it is the same signal, sampled more finely.</para>
/// </remarks>
public sealed class PiecewiseSignals : IFieldSource
{
    /// <summary>The most segments that can be asked for.</summary>
    public const int MostSegments = 1000;

    private readonly int _fewest;
    private readonly int _most;
    private readonly double _slope;

    /// <summary>Creates the source.</summary>
    /// <param name="samples">The length when nobody asks for another.</param>
    /// <param name="fewestSegments">The fewest segments.</param>
    /// <param name="mostSegments">The most segments.</param>
    /// <param name="slope">The largest magnitude of <c>a</c>; 0 for piecewise constant signals.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public PiecewiseSignals(int samples = 256, int fewestSegments = 3, int mostSegments = 10, double slope = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fewestSegments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mostSegments, MostSegments);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostSegments, fewestSegments);
        if (!(slope >= 0 && double.IsFinite(slope)))
        {
            throw new ArgumentException($"the slope is {slope}, expected a finite number from 0", nameof(slope));
        }

        (Columns, _fewest, _most, _slope) = (samples, fewestSegments, mostSegments, slope);
        string what = slope == 0 ? "constant" : string.Create(CultureInfo.InvariantCulture, $"affine (slopes to {slope:R})");
        Description = $"Piecewise {what} signals of {samples} samples with {fewestSegments} to {mostSegments} segments";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => FamilySettings.Of(("kind", "signals"), ("samples", Columns), ("fewest-segments", _fewest), ("most-segments", _most), ("slope", _slope));

    /// <inheritdoc/>
    public int Rows => 1;

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public double Low => -1;

    /// <inheritdoc/>
    public double Peak => 2;

    /// <inheritdoc/>
    public double NoiseUnit => 1;

    /// <inheritdoc/>
    public void Draw(Field<float> destination, int instance, RandomStream stream)
    {
        FieldSource.CheckSignal(destination);
        ArgumentNullException.ThrowIfNull(stream);
        int segments = _fewest + stream.NextIndex(_most - _fewest + 1);
        Span<double> breaks = segments <= 64 ? stackalloc double[segments] : new double[segments];
        for (int s = 0; s < segments - 1; s++)
        {
            breaks[s] = stream.NextUniform();
        }

        breaks[^1] = double.PositiveInfinity;
        breaks.Sort();
        Span<float> signal = destination.Plane(instance, 0);
        double last = Math.Max(1, signal.Length - 1);
        for (int s = 0, j = 0; s < segments; s++)
        {
            double c = stream.NextUniform(-1, 1), a = stream.NextUniform(-_slope, _slope);
            for (; j < signal.Length && j / last < breaks[s]; j++)
            {
                signal[j] = (float)(c + (a * ((j / last) - 0.5) / 2));
            }
        }
    }
}
