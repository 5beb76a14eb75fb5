using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// A trainable odd linear spline per channel, given by its ratios <c>g_i = Phi(k_i)/k_i</c> at knots <c>0 &lt; k_1 &lt; ... &lt; k_n</c> and its slope <c>e</c> behind the
/// last one.
/// </summary>
/// <remarks>
/// <para>On a segment <c>Phi(s)/s = m + a/s</c> is monotone, so it lies between the ratios at both ends (<c>g_1</c> throughout the first, between
/// <c>g_n</c> and <c>e</c> behind the last): ratios and end slope in <c>[0, 1]</c> are exactly <c>0 &lt;= Phi(s)/s &lt;= 1</c>. The derivative takes the slopes
/// <c>m_i = (g_i k_i - g_(i-1) k_(i-1))/(k_i - k_(i-1))</c> and <c>e</c>.</para>
/// <para>Evaluated as <c>sign(s) (e |s| + sum of c_i min(|s|, k_i))</c> with <c>c_i = m_i - m_(i+1)</c>, <c>m_(n+1) = e</c>: a minimum and a fused
/// product per knot, no division and no look-up.</para>
/// <para>A negative ratio is backward diffusion, which sharpens. <c>Phi</c> is linear between knots, so with <c>e &gt;= 0</c> the backward flux <c>-sign(s) Phi(s)</c> is nowhere above
/// its largest value at a knot, <c>max over i of -g_i k_i</c>.</para>
/// <para>The knots of channel <c>c</c> are <c>lambda_c</c> times the common ones. Parameters: <c>g_1, ..., g_n, e</c> channel after channel, then <c>ln(lambda_c)</c>.
/// Immutable and safe to share between threads.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class SplineActivation<T> : ICertifiedActivation<T>, IPointwiseActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _knots;
    private readonly T[] _ratios;
    private readonly T[] _contrasts;
    private readonly T[] _tables; // per channel: scaled knots, then e, c_1, ..., c_n

    /// <summary>Creates an activation.</summary>
    /// <param name="knots">The knots at contrast one, positive and rising, at most 256.</param>
    /// <param name="ratios">Channel after channel the ratios and then the end slope.</param>
    /// <param name="contrasts">The contrast of each channel.</param>
    /// <exception cref="ArgumentException">Knots do not rise, a contrast is not positive, a ratio is not finite, or their number is wrong.</exception>
    public SplineActivation(ReadOnlySpan<T> knots, ReadOnlySpan<T> ratios, ReadOnlySpan<T> contrasts)
    {
        _knots = ChannelCheck.Positive(knots, "knot");
        _contrasts = ChannelCheck.Positive(contrasts, "contrast");
        int n = knots.Length, channels = contrasts.Length;
        if (n > 256)
        {
            throw new ArgumentException($"a spline has at most 256 knots, not {n}", nameof(knots));
        }

        for (int i = 1; i < n; i++)
        {
            if (!(_knots[i] > _knots[i - 1]))
            {
                throw new ArgumentException($"knots must rise; {_knots[i]} follows {_knots[i - 1]}", nameof(knots));
            }
        }

        if (ratios.Length != channels * (n + 1))
        {
            throw new ArgumentException($"{n} knots in {channels} channels have {channels * (n + 1)} ratios and end slopes, not {ratios.Length}", nameof(ratios));
        }

        foreach (T ratio in ratios)
        {
            if (!T.IsFinite(ratio))
            {
                throw new ArgumentException($"a ratio is {ratio}, expected a finite number", nameof(ratios));
            }
        }

        _ratios = ratios.ToArray();
        _tables = new T[channels * ((2 * n) + 1)];
        for (int c = 0; c < channels; c++)
        {
            Span<T> table = _tables.AsSpan(c * ((2 * n) + 1), (2 * n) + 1);
            table[n] = Ratios(c)[n];
            for (int i = 0; i < n; i++)
            {
                table[i] = _contrasts[c] * _knots[i];
                table[n + 1 + i] = T.CreateChecked(Slope(c, i) - Slope(c, i + 1));
            }
        }
    }

    /// <summary>The knots at contrast one.</summary>
    public ReadOnlySpan<T> Knots => _knots;

    /// <summary>The contrast of each channel.</summary>
    public ReadOnlySpan<T> Contrasts => _contrasts;

    /// <inheritdoc/>
    public int Channels => _contrasts.Length;

    /// <inheritdoc/>
    public int ParameterCount => _ratios.Length + _contrasts.Length;

    /// <summary>The ratios and the end slope of a channel.</summary>
    public ReadOnlySpan<T> Ratios(int channel) => _ratios.AsSpan(channel * (_knots.Length + 1), _knots.Length + 1);

    /// <inheritdoc/>
    public double LargestDiffusivity(int channel)
    {
        double largest = 0;
        foreach (T ratio in Ratios(channel))
        {
            largest = Math.Max(largest, double.CreateChecked(ratio));
        }

        return largest;
    }

    /// <inheritdoc/>
    public double LargestBackwardFlux(int channel)
    {
        ReadOnlySpan<T> ratios = Ratios(channel);
        if (ratios[^1] < T.Zero)
        {
            return double.PositiveInfinity;
        }

        double largest = 0;
        for (int i = 0; i < _knots.Length; i++)
        {
            largest = Math.Max(largest, -double.CreateChecked(ratios[i]) * double.CreateChecked(_knots[i]) * double.CreateChecked(_contrasts[channel]));
        }

        return largest;
    }

    /// <inheritdoc/>
    public double LargestSlope(int channel) => Enumerable.Range(0, _knots.Length + 1).Max(segment => Slope(channel, segment));

    /// <inheritdoc/>
    public double SmallestSlope(int channel) => Enumerable.Range(0, _knots.Length + 1).Min(segment => Slope(channel, segment));

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels) =>
        IPointwiseActivation<T>.ApplyChannels(this, s, value, ChannelCheck.Pixels(s.Length, channels, Channels));

    /// <inheritdoc/>
    public void ApplyChannel(int channel, ReadOnlySpan<T> s, Span<T> value) => SplineKernels.Apply(s, value, Table(channel), _knots.Length);

    /// <inheritdoc/>
    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        int pixels = ChannelCheck.Pixels(s.Length, channels, Channels), n = _knots.Length;
        Guard.Equal(gradient.Length, ParameterCount, "the length of the gradient", "the number of parameters");
        Span<T> scratch = MemoryMarshal.Cast<Vector512<T>, T>(stackalloc Vector512<T>[(((2 * n) + 2) / Vector512<T>.Count) + 1]);
        Span<T> ramps = scratch[..(n + 2)], slopes = scratch.Slice(n + 2, n + 1);
        for (int c = 0; c < channels; c++)
        {
            SplineKernels.Linearize(
                s.Slice(c * pixels, pixels), p.Slice(c * pixels, pixels), value.Slice(c * pixels, pixels), product.Slice(c * pixels, pixels), Table(c), n, ramps);

            // ramps: (sum p s, sums of p sign(s) min(|s|, k_i), that of the contrast). Slope m_i stands in c_i and, negated, in c_(i-1); e in c_0 and, negated, in c_n.
            for (int i = 0; i < n; i++)
            {
                slopes[i] = ramps[i + 1] - (i == 0 ? T.Zero : ramps[i]);
            }

            slopes[n] = ramps[0] - ramps[n];
            Span<T> own = gradient.Slice(c * (n + 1), n + 1);
            for (int i = 0; i < n; i++)
            {
                T before = _knots[i] / Gap(i), after = i + 1 < n ? _knots[i] / Gap(i + 1) : T.Zero;
                own[i] += (before * slopes[i]) - (after * slopes[i + 1]);
            }

            own[n] += slopes[n];
            gradient[_ratios.Length + c] += ramps[n + 1];
        }
    }

    private ReadOnlySpan<T> Table(int channel) => _tables.AsSpan(channel * ((2 * _knots.Length) + 1), (2 * _knots.Length) + 1);

    private T Gap(int segment) => segment == 0 ? _knots[0] : _knots[segment] - _knots[segment - 1];

    /// <summary><c>m</c> of a segment, the last being the one without end.</summary>
    private double Slope(int channel, int segment)
    {
        ReadOnlySpan<T> ratios = Ratios(channel);
        if (segment == 0 || segment == _knots.Length)
        {
            return double.CreateChecked(ratios[segment]);
        }

        double before = double.CreateChecked(_knots[segment - 1]), behind = double.CreateChecked(_knots[segment]);
        return ((double.CreateChecked(ratios[segment]) * behind) - (double.CreateChecked(ratios[segment - 1]) * before)) / (behind - before);
    }
}
