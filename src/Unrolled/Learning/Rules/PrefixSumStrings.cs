using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>Random strings of bits with the parities of their prefixes: (strings, bits), row after row.</summary>
internal sealed class PrefixSumStrings<T>(int count, int length)
    where T : struct, IFloatingPointIeee754<T>
{
    public int Count => count;

    /// <summary>What the network sees: bit - 1/2.</summary>
    public T[] Input { get; } = new T[count * length];

    /// <summary>The parity of the prefix that ends with the bit.</summary>
    public T[] Target { get; } = new T[count * length];

    /// <summary>Draws all strings; every bit is a coin toss.</summary>
    public void Draw(RandomStream stream)
    {
        T half = T.One / (T.One + T.One);
        for (int n = 0; n < count; n++)
        {
            ulong bits = 0, parity = 0;
            for (int j = 0; j < length; j++)
            {
                bits = j % 64 == 0 ? stream.NextBits() : bits >> 1;
                parity ^= bits & 1;
                Input[(n * length) + j] = (bits & 1) == 1 ? half : -half;
                Target[(n * length) + j] = parity == 1 ? T.One : T.Zero;
            }
        }
    }
}
