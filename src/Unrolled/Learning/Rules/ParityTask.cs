using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>
/// 512 random parity problems of one size: m examples of d bits with labels of a hidden parity, and one query, a uniformly random sum of
/// examples, so that the examples determine its label.
/// </summary>
/// <remarks>Examples are uniform, or random sums of <see cref="Rank"/> uniform rows. Immutable; safe for use by several threads.</remarks>
public sealed class ParityTask
{
    /// <summary>The number of problems.</summary>
    public const int Problems = NibbleKernels.Grids;

    private readonly bool[] _bits;
    private readonly bool[] _answers;

    /// <summary>Draws the problems.</summary>
    /// <param name="bits">d.</param>
    /// <param name="examples">m.</param>
    /// <param name="stream">Where they come from.</param>
    /// <param name="rank">The largest rank of the examples of a problem; null for uniform examples.</param>
    public ParityTask(int bits, int examples, RandomStream stream, int? rank = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank ?? 1, 1, nameof(rank));
        ArgumentNullException.ThrowIfNull(stream);
        (Bits, Examples, Rank) = (bits, examples, rank);
        int columns = bits + 1, words = (columns + 63) / 64;
        (_bits, _answers) = (new bool[(long)Problems * (examples + 1) * columns], new bool[Problems]);
        ulong[] theta = new ulong[words], row = new ulong[words], query = new ulong[words];
        ulong[][] pool = [.. Enumerable.Range(0, rank ?? 0).Select(_ => new ulong[words])];
        for (int problem = 0; problem < Problems; problem++)
        {
            RandomStream own = stream.Split((ulong)problem);
            Fill(own, theta);
            foreach (ulong[] part in pool)
            {
                Fill(own, part);
            }

            Array.Clear(query);
            bool answer = false;
            for (int i = 0; i < examples; i++)
            {
                Example(own, pool, row);
                bool label = Label(theta, row), asked = (own.NextBits() >> 63) != 0;
                Write(problem, i, row, label);
                answer ^= asked & label;
                for (int w = 0; w < words && asked; w++)
                {
                    query[w] ^= row[w];
                }
            }

            Write(problem, examples, query, false);
            _answers[problem] = answer;
        }
    }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>m.</summary>
    public int Examples { get; }

    /// <summary>The largest rank of the examples of a problem; null for uniform examples.</summary>
    public int? Rank { get; }

    /// <summary>m + 1: the examples and the query below them.</summary>
    public int Rows => Examples + 1;

    /// <summary>d + 1: the bits and the label.</summary>
    public int Columns => Bits + 1;

    /// <summary>2m + d: the steps after which the label of the query is read.</summary>
    public int Steps => (2 * Examples) + Bits;

    /// <summary>A bit of an example, its label in column d; the last row is the query with label 0.</summary>
    public bool this[int problem, int row, int column] => _bits[Place(problem, row, column)];

    /// <summary>The label of the query.</summary>
    public bool Answer(int problem) => _answers[problem];

    private static void Fill(RandomStream stream, ulong[] words)
    {
        foreach (ref ulong word in words.AsSpan())
        {
            word = stream.NextBits();
        }
    }

    private static void Example(RandomStream stream, ulong[][] pool, ulong[] row)
    {
        if (pool.Length == 0)
        {
            Fill(stream, row);
            return;
        }

        Array.Clear(row);
        foreach (ulong[] part in pool)
        {
            bool takes = (stream.NextBits() >> 63) != 0;
            for (int w = 0; w < row.Length && takes; w++)
            {
                row[w] ^= part[w];
            }
        }
    }

    private bool Label(ulong[] theta, ulong[] row)
    {
        int ones = 0;
        for (int j = 0; j < Bits; j++)
        {
            ones += (int)(((theta[j >> 6] & row[j >> 6]) >> j) & 1);
        }

        return (ones & 1) != 0;
    }

    private void Write(int problem, int row, ulong[] words, bool label)
    {
        for (int j = 0; j < Bits; j++)
        {
            _bits[Place(problem, row, j)] = ((words[j >> 6] >> j) & 1) != 0;
        }

        _bits[Place(problem, row, Bits)] = label;
    }

    private int Place(int problem, int row, int column) => (((problem * Rows) + row) * Columns) + column;
}
