using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// A flux that couples the channels of a pixel in groups: <c>Phi_c(s) = g(|s|^2) s_c</c> with <c>|s|^2</c> the sum of squares over the group of <c>c</c>. With the
/// two components of a gradient as a group this is isotropic, rotation-invariant diffusion.
/// </summary>
/// <remarks>
/// <para>A group is a run of consecutive channels. The derivative of a group is symmetric with the eigenvalues <c>g(|s|^2)</c> across <c>s</c> and
/// <c>g + 2 |s|^2 g'</c> along it, so its bounds are those of the flux of one channel.</para>
/// <para>Parameters: <c>ln(lambda)</c>, group after group. Groups of one channel give the numbers of <see cref="FluxActivation{T}"/> but for rounding.
/// Immutable and safe to share between threads.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class CoupledActivation<T> : ICertifiedActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private const int Block = 256;

    private readonly FluxLoops<T> _loops;
    private readonly T[] _contrasts;

    /// <summary>Creates an activation.</summary>
    /// <param name="flux">The flux.</param>
    /// <param name="channelsPerGroup">How many channels are coupled.</param>
    /// <param name="contrasts">The contrast of each group.</param>
    /// <exception cref="ArgumentException">A contrast is not positive and finite.</exception>
    public CoupledActivation(Flux flux, int channelsPerGroup, ReadOnlySpan<T> contrasts)
    {
        ArgumentNullException.ThrowIfNull(flux);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelsPerGroup);
        (Flux, _loops, ChannelsPerGroup) = (flux, flux.Loops<T>(), channelsPerGroup);
        _contrasts = ChannelCheck.Positive(contrasts, "contrast");
    }

    /// <summary>The flux.</summary>
    public Flux Flux { get; }

    /// <summary>How many channels are coupled.</summary>
    public int ChannelsPerGroup { get; }

    /// <summary>The contrast of each group.</summary>
    public ReadOnlySpan<T> Contrasts => _contrasts;

    /// <inheritdoc/>
    public int Channels => _contrasts.Length * ChannelsPerGroup;

    /// <inheritdoc/>
    public int ParameterCount => _contrasts.Length;

    /// <inheritdoc/>
    public double LargestDiffusivity(int channel) => Flux.LargestDiffusivity(Contrast(channel));

    /// <inheritdoc/>
    public double LargestBackwardFlux(int channel) => 0;

    /// <inheritdoc/>
    public double LargestSlope(int channel) => Math.Max(Flux.LargestDiffusivity(Contrast(channel)), Flux.LargestSlope(Contrast(channel)));

    /// <inheritdoc/>
    public double SmallestSlope(int channel) => Math.Min(Flux.SmallestDiffusivity(Contrast(channel)), Flux.SmallestSlope(Contrast(channel)));

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels)
    {
        int pixels = ChannelCheck.Pixels(s.Length, channels, Channels);
        Span<T> scratch = MemoryMarshal.Cast<Vector512<T>, T>(stackalloc Vector512<T>[Block / Vector512<T>.Count]);
        for (int group = 0; group < _contrasts.Length; group++)
        {
            for (int start = 0; start < pixels; start += Block)
            {
                int n = Math.Min(Block, pixels - start), first = (group * ChannelsPerGroup * pixels) + start;
                Span<T> z = scratch[..n];
                Squares(s, first, pixels, group, z);
                _loops.ShapeOf(z, z);
                Amplify(group, z);
                for (int c = 0, at = first; c < ChannelsPerGroup; c++, at += pixels)
                {
                    Kernels.Multiply(z, s.Slice(at, n), value.Slice(at, n));
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        int pixels = ChannelCheck.Pixels(s.Length, channels, Channels);
        Guard.Equal(gradient.Length, ParameterCount, "the length of the gradient", "the number of parameters");
        Span<T> scratch = MemoryMarshal.Cast<Vector512<T>, T>(stackalloc Vector512<T>[4 * Block / Vector512<T>.Count]);
        for (int group = 0; group < _contrasts.Length; group++)
        {
            for (int start = 0; start < pixels; start += Block)
            {
                int n = Math.Min(Block, pixels - start), first = (group * ChannelsPerGroup * pixels) + start;
                Span<T> z = scratch[..n], g = scratch.Slice(Block, n), slope = scratch.Slice(2 * Block, n), along = scratch.Slice(3 * Block, n);
                Squares(s, first, pixels, group, z);
                _loops.ShapeOf(z, g, slope);
                Amplify(group, g);
                Amplify(group, slope);
                along.Clear();
                for (int c = 0, at = first; c < ChannelsPerGroup; c++, at += pixels)
                {
                    Kernels.MultiplyAdd(s.Slice(at, n), p.Slice(at, n), along, along);
                }

                gradient[group] += CouplingKernels.Along<T>(z, g, slope, along, T.One / _contrasts[group], Flux.Degree);
                for (int c = 0, at = first; c < ChannelsPerGroup; c++, at += pixels)
                {
                    CouplingKernels.Combine<T>(g, p.Slice(at, n), along, s.Slice(at, n), product.Slice(at, n));
                    Kernels.Multiply(g, s.Slice(at, n), value.Slice(at, n));
                }
            }
        }
    }

    private double Contrast(int channel) => double.CreateChecked(_contrasts[channel / ChannelsPerGroup]);

    private void Squares(ReadOnlySpan<T> s, int first, int pixels, int group, Span<T> z)
    {
        T rate = T.One / _contrasts[group];
        CouplingKernels.ScaledSquare(s.Slice(first, z.Length), rate, z);
        for (int c = 1, at = first + pixels; c < ChannelsPerGroup; c++, at += pixels)
        {
            CouplingKernels.AddScaledSquare(s.Slice(at, z.Length), rate, z);
        }
    }

    private void Amplify(int group, Span<T> numbers)
    {
        if (Flux.Degree == 0)
        {
            Kernels.Multiply(T.One / _contrasts[group], numbers, numbers);
        }
    }
}
