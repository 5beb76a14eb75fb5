using System.Globalization;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>
/// Random problems of learning a hidden Boolean function from m labeled examples of d bits: parities, conjunctions, dictators and the
/// like.
/// </summary>
/// <remarks>
/// Problem <c>s</c> of a draw comes from the stream's split number <c>s</c>; the concept, the examples, the noise and the queries have
/// splits of their own, so that problems that differ only in noise have the same examples. Immutable; safe for use by several threads.
/// </remarks>
public sealed class ConceptFamily : IProblemFamily<IReadOnlyList<LearningProblem>>
{
    private const int HiddenBits = 3;
    private const double SparseDensity = 0.125;

    /// <summary>Creates the family.</summary>
    /// <param name="concept">The hidden function.</param>
    /// <param name="bits">d, the number of bits of an example.</param>
    /// <param name="examples">m, the number of examples.</param>
    /// <param name="queries">T, the number of queries.</param>
    /// <param name="inputs">How examples are drawn.</param>
    /// <param name="noise">The probability that the label of an example is wrong; labels of queries are right.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no bits, a count is negative, or the noise is not in [0, 1/2].</exception>
    public ConceptFamily(ConceptKind concept, int bits, int examples, int queries = 1, ExampleKind inputs = ExampleKind.Uniform, double noise = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        if (!(noise is >= 0 and <= 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), $"the noise rate is {noise}, expected 0 to 1/2");
        }

        (Concept, Bits, Examples, Queries, Inputs, Noise) = (concept, bits, examples, queries, inputs, noise);
    }

    /// <summary>The hidden function.</summary>
    public ConceptKind Concept { get; }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>m.</summary>
    public int Examples { get; }

    /// <summary>T.</summary>
    public int Queries { get; }

    /// <summary>How examples are drawn.</summary>
    public ExampleKind Inputs { get; }

    /// <summary>The probability that the label of an example is wrong.</summary>
    public double Noise { get; }

    /// <inheritdoc/>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"Learning {Concept} from {Examples} examples of {Bits} bits ({Inputs}), labels wrong with probability {Noise}; {Queries} queries.");

    /// <inheritdoc/>
    public IReadOnlyList<LearningProblem> Draw(int instances, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var problems = new LearningProblem[instances];
        for (int s = 0; s < instances; s++)
        {
            problems[s] = Draw(stream.Split((ulong)s));
        }

        return problems;
    }

    /// <summary>Draws one problem.</summary>
    public LearningProblem Draw(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RandomStream hidden = stream.Split("concept"), flips = stream.Split("noise");
        bool[] relevant = Relevant(hidden);
        bool complement = Concept == ConceptKind.NegatedDictator || (Concept == ConceptKind.AffineParity && hidden.NextIndex(2) == 1);
        bool[][] pool = Pool(stream.Split("pool"));
        return new LearningProblem(
            Label(Examples, stream.Split("examples"), () => flips.NextUniform() < Noise), Label(Queries, stream.Split("queries"), () => false));

        LabeledExamples Label(int count, RandomStream draws, Func<bool> isWrong)
        {
            bool[][] rows = new bool[count][];
            bool[] labels = new bool[count];
            for (int i = 0; i < count; i++)
            {
                rows[i] = Example(draws, pool, relevant);
                labels[i] = Value(rows[i], relevant) ^ complement ^ isWrong();
            }

            return new LabeledExamples(new BitRows(count, Bits, (i, j) => rows[i][j]), labels);
        }
    }

    /// <summary>The bits that the concept looks at.</summary>
    private bool[] Relevant(RandomStream stream)
    {
        bool[] relevant = new bool[Bits];
        switch (Concept)
        {
            case ConceptKind.Parity or ConceptKind.AffineParity:
                return Row(stream, 0.5);
            case ConceptKind.ParityOfAll or ConceptKind.Majority:
                Array.Fill(relevant, true);
                break;
            case ConceptKind.Constant:
                break;
            default:
                int count = Concept is ConceptKind.Conjunction or ConceptKind.Disjunction ? Math.Min(HiddenBits, Bits) : 1;
                for (int chosen = 0; chosen < count;)
                {
                    ref bool bit = ref relevant[stream.NextIndex(Bits)];
                    chosen += bit ? 0 : 1;
                    bit = true;
                }

                break;
        }

        return relevant;
    }

    private bool Value(bool[] x, bool[] relevant)
    {
        int ones = 0, all = 0;
        for (int j = 0; j < Bits; j++)
        {
            ones += x[j] && relevant[j] ? 1 : 0;
            all += relevant[j] ? 1 : 0;
        }

        return Concept switch
        {
            ConceptKind.Constant => true,
            ConceptKind.Majority => 2 * ones > all,
            ConceptKind.Conjunction => ones == all,
            ConceptKind.Disjunction => ones > 0,
            _ => ones % 2 == 1,
        };
    }

    private bool[][] Pool(RandomStream stream)
    {
        bool[][] pool = new bool[Inputs is ExampleKind.LowRank or ExampleKind.Duplicated ? Math.Max(1, Bits / 2) : 0][];
        for (int i = 0; i < pool.Length; i++)
        {
            pool[i] = Row(stream, 0.5);
        }

        return pool;
    }

    private bool[] Example(RandomStream stream, bool[][] pool, bool[] relevant)
    {
        bool[] x = Inputs switch
        {
            ExampleKind.Uniform => Row(stream, 0.5),
            ExampleKind.Sparse => Row(stream, SparseDensity),
            ExampleKind.LowRank => Sum(stream, pool),
            _ => [.. pool[stream.NextIndex(pool.Length)]],
        };
        if (Concept is ConceptKind.Conjunction or ConceptKind.Disjunction && stream.NextIndex(2) == 1)
        {
            for (int j = 0; j < Bits; j++)
            {
                x[j] = relevant[j] ? Concept == ConceptKind.Conjunction : x[j];
            }
        }

        return x;
    }

    private bool[] Row(RandomStream stream, double density)
    {
        bool[] row = new bool[Bits];
        for (int j = 0; j < Bits; j++)
        {
            row[j] = stream.NextUniform() < density;
        }

        return row;
    }

    private bool[] Sum(RandomStream stream, bool[][] pool)
    {
        bool[] sum = new bool[Bits];
        foreach (bool[] row in pool)
        {
            if (stream.NextIndex(2) == 1)
            {
                for (int j = 0; j < Bits; j++)
                {
                    sum[j] ^= row[j];
                }
            }
        }

        return sum;
    }
}
