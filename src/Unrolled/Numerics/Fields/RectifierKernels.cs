using System.Numerics;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>The rectifier and its derivative, which is kept as one bit per number: 1 where the number was positive, 0 elsewhere, at 0 too.</summary>
internal static class RectifierKernels
{
    private const int WordBits = 64;

    /// <summary><c>x = max(x, 0)</c>; bit i % 64 of word i / 64 becomes 1 where x was positive. Bits behind the last number are 0.</summary>
    public static void Rectify<T>(Span<T> x, Span<ulong> positive)
        where T : struct, IFloatingPointIeee754<T>
    {
        positive.Clear();
        int i = 0;
        for (; i + Vector256<T>.Count <= x.Length; i += Vector256<T>.Count)
        {
            Vector256<T> v = Vector256.Create<T>(x[i..]);
            Vector256<T> mask = Vector256.GreaterThan(v, Vector256<T>.Zero);
            positive[i / WordBits] |= (ulong)mask.ExtractMostSignificantBits() << (i % WordBits);
            Vector256.ConditionalSelect(mask, v, Vector256<T>.Zero).CopyTo(x[i..]);
        }

        for (; i < x.Length; i++)
        {
            bool above = x[i] > T.Zero;
            positive[i / WordBits] |= above ? 1UL << (i % WordBits) : 0;
            x[i] = above ? x[i] : T.Zero;
        }
    }

    /// <summary>The adjoint: <c>x = 0</c> where the bit is 0.</summary>
    public static void Mask<T>(Span<T> x, ReadOnlySpan<ulong> positive)
        where T : struct, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (typeof(T) == typeof(float))
        {
            var lanes = Vector256.Create(1u, 2u, 4u, 8u, 16u, 32u, 64u, 128u);
            for (; i + Vector256<float>.Count <= x.Length; i += Vector256<float>.Count)
            {
                Vector256<uint> bits = Vector256.Create((uint)(positive[i / WordBits] >> (i % WordBits))) & lanes;
                (Vector256.Create<T>(x[i..]) & Vector256.Equals(bits, lanes).As<uint, T>()).CopyTo(x[i..]);
            }
        }
        else if (typeof(T) == typeof(double))
        {
            var lanes = Vector256.Create(1UL, 2UL, 4UL, 8UL);
            for (; i + Vector256<double>.Count <= x.Length; i += Vector256<double>.Count)
            {
                Vector256<ulong> bits = Vector256.Create(positive[i / WordBits] >> (i % WordBits)) & lanes;
                (Vector256.Create<T>(x[i..]) & Vector256.Equals(bits, lanes).As<ulong, T>()).CopyTo(x[i..]);
            }
        }

        for (; i < x.Length; i++)
        {
            x[i] = ((positive[i / WordBits] >> (i % WordBits)) & 1) != 0 ? x[i] : T.Zero;
        }
    }
}
