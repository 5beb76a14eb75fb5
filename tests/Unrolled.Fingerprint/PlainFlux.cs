using System.Numerics;
using Unrolled.Diffusion;

namespace Unrolled.Fingerprint;

/// <summary>The flux <c>s / (1 + s^2)</c>, number by number, so that a difference can come from the step alone.</summary>
internal sealed class PlainFlux<T> : IPointwiseActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    public int ParameterCount => 0;

    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels) => ApplyChannel(0, s, value);

    public void ApplyChannel(int channel, ReadOnlySpan<T> s, Span<T> value)
    {
        for (int i = 0; i < s.Length; i++)
        {
            value[i] = s[i] / T.FusedMultiplyAdd(s[i], s[i], T.One);
        }
    }

    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        for (int i = 0; i < s.Length; i++)
        {
            T square = s[i] * s[i], g = T.One / T.FusedMultiplyAdd(s[i], s[i], T.One);
            product[i] = (T.One - square) * g * g * p[i];
            value[i] = g * s[i];
        }
    }
}
