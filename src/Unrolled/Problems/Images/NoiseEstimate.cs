namespace Unrolled.Problems.Images;

/// <summary>
/// The standard deviation of independent normal noise, estimated from differences that cancel what is smooth: of images
/// <c>d = (a - b - c + e)/2</c> over squares of 2 x 2 pixels, of signals <c>d = (x[i-1] - 2 x[i] + x[i+1])/sqrt(6)</c>; <c>sigma = median(|d|)/0.6745</c>.
/// </summary>
/// <remarks>
/// Edges are few and the median ignores them; texture makes the estimate too large. Rows are added one after the other and only a histogram is kept, so images of
/// any size are estimated in a megabyte. Resolution: 2^-17 of <c>range</c>. Reference: Donoho and Johnstone, Biometrika 81 (1994) 425,
/// doi:10.1093/biomet/81.3.425.
/// </remarks>
/// <param name="range">The width of the range of the values.</param>
public sealed class NoiseEstimate(double range = 1)
{
    private const int Bins = 1 << 17;
    private const double QuartileOfNormal = 0.6744897501960817;

    private readonly long[] _counts = new long[Bins];
    private float[]? _above;
    private long _total;

    /// <summary>The estimate; 0 where nothing was added.</summary>
    public double Sigma
    {
        get
        {
            long seen = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                seen += _counts[bin];
                if (2 * seen >= _total && _total > 0)
                {
                    return (bin + 0.5) * range / Bins / QuartileOfNormal;
                }
            }

            return 0;
        }
    }

    /// <summary>Adds the next row of a channel of an image; every second row completes squares with the row before it.</summary>
    public void AddRow(ReadOnlySpan<float> row)
    {
        if (_above is null)
        {
            _above = row.ToArray();
            return;
        }

        for (int j = 0; j + 1 < row.Length; j += 2)
        {
            Count((_above[j] - _above[j + 1] - row[j] + row[j + 1]) / 2);
        }

        _above = null;
    }

    /// <summary>Adds a signal.</summary>
    public void AddSignal(ReadOnlySpan<float> signal)
    {
        double scale = 1 / Math.Sqrt(6);
        for (int i = 1; i + 1 < signal.Length; i++)
        {
            Count(scale * (signal[i - 1] - (2 * signal[i]) + signal[i + 1]));
        }
    }

    private void Count(double difference)
    {
        double bin = Math.Abs(difference) / range * Bins;
        _counts[bin < Bins ? (int)bin : Bins - 1]++;
        _total++;
    }
}
