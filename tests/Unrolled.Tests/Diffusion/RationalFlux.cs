using System.Numerics;
using Unrolled.Diffusion;

namespace Unrolled.Tests.Diffusion;

/// <summary>The rational flux of Perona and Malik, <c>s / (1 + exp(2 theta_c) s^2)</c>, written plainly; one parameter per channel.</summary>
internal sealed class RationalFlux<T>(T[] theta) : IActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    public int ParameterCount => theta.Length;

    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels)
    {
        for (int c = 0, pixels = s.Length / channels; c < channels; c++)
        {
            T k = Scale(c);
            for (int i = c * pixels; i < (c + 1) * pixels; i++)
            {
                value[i] = s[i] / (T.One + (k * s[i] * s[i]));
            }
        }
    }

    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        for (int c = 0, pixels = s.Length / channels; c < channels; c++)
        {
            T k = Scale(c);
            for (int i = c * pixels; i < (c + 1) * pixels; i++)
            {
                T square = k * s[i] * s[i], g = T.One / (T.One + square), weight = p[i];
                value[i] = g * s[i];
                product[i] = (T.One - square) * g * g * weight;
                gradient[c] -= weight * (square + square) * g * g * s[i];
            }
        }
    }

    private T Scale(int c) => T.Exp(theta[c] + theta[c]);
}
