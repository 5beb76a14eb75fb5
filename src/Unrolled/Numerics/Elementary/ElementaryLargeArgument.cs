namespace Unrolled.Numerics;

/// <summary>
/// Reduction of a large angle modulo pi/2 in exact integer arithmetic (Payne and Hanek): the 53-bit mantissa times the 192 bits of
/// 2/pi that matter at its exponent. Good to about 2^-75 of the remainder for every finite double.
/// </summary>
internal static class ElementaryLargeArgument
{
    /// <summary>The first 1344 bits of 2/pi after the binary point.</summary>
    private static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0, 0x06492EEA09D1921C,
        0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B, 0x1FF897FFDE05980F,
        0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D, 0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08,
        0x56033046FC7B6BAB, 0xF0CFBC209AF4361D, 0xA9E391615EE61B08,
    ];

    /// <summary>x = quadrant pi/2 + high + low (modulo 2 pi), for |x| of at least 2^2; NaN at infinities.</summary>
    public static int Reduce(double x, out double high, out double low)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        if (exponent == 0x7FF - 1075)
        {
            (high, low) = (double.NaN, 0);
            return 0;
        }

        // x 2/pi modulo 4: bits of 2/pi before the window only add multiples of 4, so the product has 2 bits before its point.
        ulong mantissa = (ulong)(bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;
        int start = exponent - 2;
        ulong top = Word(start), middle = Word(start + 64), bottom = Word(start + 128);
        UInt128 lowProduct = (UInt128)mantissa * bottom;
        UInt128 middleProduct = ((UInt128)mantissa * middle) + (lowProduct >> 64);
        ulong p2 = unchecked((mantissa * top) + (ulong)(middleProduct >> 64));
        ulong p1 = (ulong)middleProduct, p0 = (ulong)lowProduct;

        UInt128 upper = ((UInt128)p2 << 64) | p1;
        int quadrant = (int)(upper >> 126);
        UInt128 fraction = (upper << 2) | (p0 >> 62);
        bool negative = fraction >> 127 != 0;
        if (negative)
        {
            fraction = ~fraction;
            quadrant++;
        }

        // fraction/2^128 as a sum of two doubles, then times pi/2.
        int zeros = (int)UInt128.LeadingZeroCount(fraction);
        UInt128 normal = fraction << zeros;
        double a = Math.ScaleB((double)(ulong)(normal >> 75), -53 - zeros);
        double b = Math.ScaleB((double)((ulong)(normal >> 22) & 0x1FFFFFFFFFFFFF), -106 - zeros);
        const double half = 1.5707963267948966, halfLow = 6.123233995736766e-17;
        double product = a * half;
        double error = Math.FusedMultiplyAdd(a, half, -product) + Math.FusedMultiplyAdd(a, halfLow, b * half);
        high = product + error;
        low = (product - high) + error;
        if (negative)
        {
            (high, low) = (-high, -low);
        }

        if (x < 0)
        {
            (high, low, quadrant) = (-high, -low, -quadrant);
        }

        return quadrant & 3;
    }

    /// <summary>64 bits of 2/pi from the given bit on, zeros before the first.</summary>
    private static ulong Word(int bit)
    {
        if (bit < 0)
        {
            return TwoOverPi[0] >> -bit;
        }

        int word = bit >> 6, offset = bit & 63;
        return offset == 0 ? TwoOverPi[word] : (TwoOverPi[word] << offset) | (TwoOverPi[word + 1] >> (64 - offset));
    }
}
