using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// A seeded stream of random numbers that splits into independent streams by name or number. The numbers depend on the
/// seed and the path of splits alone: not on the machine, the order in which streams are used, or threads.
/// </summary>
/// <remarks>
/// The generator is xoshiro256** (Blackman and Vigna, 2021, doi:10.1145/3460772), its state filled by SplitMix64
/// (Steele, Lea and Flood, 2014, doi:10.1145/2660193.2660195). A stream is used by one thread at a time.
/// </remarks>
public sealed class RandomStream
{
    private readonly ulong _key;
    private ulong _s0, _s1, _s2, _s3;
    private double _spareNormal = double.NaN;

    /// <summary>Opens the stream of a seed.</summary>
    public RandomStream(ulong seed)
    {
        _key = seed;
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>The stream with this number below this stream. It does not depend on what was drawn here.</summary>
    public RandomStream Split(ulong number)
    {
        ulong state = _key ^ 0x6A09E667F3BCC909UL;
        ulong key = SplitMix(ref state);
        state = key + (number * 0xD1342543DE82EF95UL) + 1;
        return new RandomStream(SplitMix(ref state));
    }

    /// <summary>The stream with this name below this stream.</summary>
    public RandomStream Split(string name)
    {
        ulong hash = 14695981039346656037UL; // FNV-1a over UTF-16 code units
        foreach (char c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Split(hash);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextUniform());

    /// <summary>An integer uniform in [0, <paramref name="count"/>), without bias.</summary>
    public int NextIndex(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ulong limit = ulong.MaxValue - (ulong.MaxValue % (ulong)count);
        ulong bits;
        do
        {
            bits = NextBits();
        }
        while (bits >= limit);
        return (int)(bits % (ulong)count);
    }

    /// <summary>A number from the normal distribution with mean 0 and variance 1 (polar method of Marsaglia).</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        double u, v, square;
        do
        {
            u = NextUniform(-1, 1);
            v = NextUniform(-1, 1);
            square = (u * u) + (v * v);
        }
        while (square is >= 1 or 0);
        double factor = Math.Sqrt(-2 * Logarithm(square) / square);
        _spareNormal = v * factor;
        return u * factor;
    }

    /// <summary>
    /// The natural logarithm from additions and multiplications alone, to about 1e-16: the platform's own differs
    /// between operating systems, and seeds must not.
    /// </summary>
    private static double Logarithm(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        double s = (mantissa - 1) / (mantissa + 1), square = s * s, sum = 0;
        for (int k = 23; k >= 1; k -= 2)
        {
            sum = (sum * square) + (1.0 / k);
        }

        return (exponent * 0.6931471805599453) + (2 * s * sum);
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
