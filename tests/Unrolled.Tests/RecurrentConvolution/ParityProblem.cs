using Unrolled.Numerics;

namespace Unrolled.Tests.RecurrentConvolution;

/// <summary>A seeded set of labeled bits with queries, of all kinds that elimination may meet.</summary>
internal sealed record ParityProblem(string Kind, int Bits, bool[][] Examples, bool[][] Queries)
{
    private static readonly string[] _kinds = ["uniform", "sparse", "low-rank", "duplicated", "noise", "free labels", "zero", "dense"];

    public static ParityProblem Draw(ulong seed, int leastBits, int mostBits, int? rows = null)
    {
        RandomStream stream = new RandomStream(seed).Split("parity");
        int bits = leastBits + stream.NextIndex(mostBits - leastBits + 1), m = rows ?? stream.NextIndex((3 * bits) + 1);
        string kind = _kinds[stream.NextIndex(_kinds.Length)];
        double density = kind switch { "sparse" => 2.0 / bits, "zero" => 0, "dense" => 0.97, _ => 0.5 };
        bool[] theta = RandomBits(bits, 0.5, stream);
        int rank = 1 + stream.NextIndex(Math.Max(1, bits / 2));
        bool[][] generators = [.. Enumerable.Range(0, rank).Select(_ => RandomBits(bits, 0.5, stream))];
        bool[][] features = new bool[m][];
        for (int i = 0; i < m; i++)
        {
            features[i] = kind switch
            {
                "low-rank" => Sum(generators, RandomBits(rank, 0.5, stream), bits),
                "duplicated" when i > 0 && stream.NextUniform() < 0.6 => features[stream.NextIndex(i)],
                _ => RandomBits(bits, density, stream),
            };
        }

        double noise = kind switch { "noise" or "duplicated" => 0.125, "free labels" or "zero" => 0.5, "low-rank" when seed % 2 == 0 => 0.3, _ => 0 };
        bool[][] examples = [.. features.Select(x => (bool[])[.. x, Product(theta, x) ^ (stream.NextUniform() < noise)])];
        bool[][] queries = [.. Enumerable.Range(0, 1 + stream.NextIndex(4)).Select(t => t % 2 == 0 || m == 0
            ? RandomBits(bits, 0.5, stream)
            : Sum(features, RandomBits(m, 0.5, stream), bits))]; // every other one lies in the span
        return new ParityProblem(kind, bits, examples, queries);
    }

    /// <summary>Packed examples, the label in the last column.</summary>
    public BinaryMatrix PackedExamples() => Pack(Examples, Bits + 1);

    /// <summary>Packed queries.</summary>
    public BinaryMatrix PackedQueries() => Pack(Queries, Bits);

    public static BinaryMatrix Pack(bool[][] rows, int columns) =>
        BinaryMatrix.FromBits(rows.Length, columns, [.. rows.SelectMany(row => row).Select(bit => bit ? (byte)1 : (byte)0)]);

    public static bool Product(bool[] a, bool[] b) => a.Zip(b, (x, y) => x & y).Aggregate(false, (x, y) => x ^ y);

    private static bool[] RandomBits(int count, double density, RandomStream stream) => [.. Enumerable.Range(0, count).Select(_ => stream.NextUniform() < density)];

    private static bool[] Sum(bool[][] rows, bool[] chosen, int bits)
    {
        bool[] sum = new bool[bits];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; chosen[i] && j < bits; j++)
            {
                sum[j] ^= rows[i][j];
            }
        }

        return sum;
    }
}
