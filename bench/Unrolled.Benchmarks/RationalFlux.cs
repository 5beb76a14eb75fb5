using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Unrolled.Diffusion;

namespace Unrolled.Benchmarks;

/// <summary>The rational flux of Perona and Malik, <c>s / (1 + exp(2 theta_c) s^2)</c>: one division per value, a contrast per channel.</summary>
internal sealed class RationalFlux(float[] theta) : IActivation<float>
{
    public int ParameterCount => theta.Length;

    public void Apply(ReadOnlySpan<float> s, Span<float> value, int channels)
    {
        int pixels = s.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> one = Vector512<float>.One, k = Vector512.Create(MathF.Exp(2 * theta[c]));
            ref float x = ref MemoryMarshal.GetReference(s[(c * pixels)..]), y = ref MemoryMarshal.GetReference(value[(c * pixels)..]);
            for (nuint i = 0; i < Whole(pixels); i += 16)
            {
                Vector512<float> v = Vector512.LoadUnsafe(ref x, i);
                (v / Vector512.FusedMultiplyAdd(k * v, v, one)).StoreUnsafe(ref y, i);
            }
        }
    }

    public void Linearize(ReadOnlySpan<float> s, ReadOnlySpan<float> p, Span<float> value, Span<float> product, int channels, Span<float> gradient)
    {
        int pixels = s.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            Vector512<float> one = Vector512<float>.One, k = Vector512.Create(MathF.Exp(2 * theta[c])), sum = default;
            ref float x = ref MemoryMarshal.GetReference(s[(c * pixels)..]), y = ref MemoryMarshal.GetReference(value[(c * pixels)..]);
            ref float w = ref MemoryMarshal.GetReference(p[(c * pixels)..]), z = ref MemoryMarshal.GetReference(product[(c * pixels)..]);
            for (nuint i = 0; i < Whole(pixels); i += 16)
            {
                Vector512<float> v = Vector512.LoadUnsafe(ref x, i), square = k * v * v, g = one / (one + square);
                Vector512<float> weighted = g * Vector512.LoadUnsafe(ref w, i), flux = g * v;
                flux.StoreUnsafe(ref y, i);
                ((one - square) * g * weighted).StoreUnsafe(ref z, i);
                sum = Vector512.FusedMultiplyAdd(square * weighted, flux, sum);
            }

            gradient[c] -= 2 * Vector512.Sum(sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Whole(int pixels) => pixels % 16 == 0 ? (nuint)pixels : throw new ArgumentException($"strips of {pixels} pixels are not whole registers");
}
