using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Learns a parity from examples of which a part nu has wrong labels: elimination on random sets of rows, until a hypothesis stands the
/// test on examples kept apart.
/// </summary>
/// <remarks>
/// <para>A restart solves d + 8 random rows of a pool of N; it succeeds if d independent ones are among them, with probability at least <c>1 - 2^-8</c>,
/// and these are right. With W wrong labels in the pool that has the probability <c>p(W) = (1 - 2^-8) C(N-W, d)/C(N, d)</c>, and W is binomial. The number R of
/// restarts is the least with <c>sum over W of P(W) (1 - p(W))^R &lt;= delta/2</c>: not <c>ln(2/delta)/(1-nu)^d</c>, since in pools that hold more
/// than their share of wrong labels every restart is worse. The set that validates is sized for R hypotheses and delta/2
/// (<see cref="ValidationSize"/>); a hypothesis is accepted if its error rate there is below the middle of nu and 1/2. Together a failure has at most
/// the probability delta.</para>
/// <para>The regime is mild noise: d = 64 takes about a thousand restarts at nu = 0.1 and about thirty thousand at 0.15. Parities with
/// noise at the sizes of cryptography are out of reach. At most 64 bits. Deterministic for any number of threads.</para>
/// </remarks>
public sealed class NoisyParity
{
    private const int Extra = 8, RestartsAtOnce = 2048;
    private const long MostRestarts = 1_000_000_000;

    /// <summary>Plans for a size, a noise rate and a pool.</summary>
    /// <param name="bits">d, from 1 to 64.</param>
    /// <param name="noise">nu, the probability of a wrong label, from 0 to below 1/2.</param>
    /// <param name="pool">N, the number of examples to learn from, at least d + 8; more of them make a bad pool less likely. 8 d and 8 is a good number.</param>
    /// <param name="delta">The probability of failure that is accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or more than 10^9 restarts would be needed.</exception>
    public NoisyParity(int bits, double noise, int pool, double delta = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 64);
        if (!(noise is >= 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), $"the noise rate is {noise}, expected 0 to below 1/2");
        }

        if (!(delta is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), $"delta is {delta}, expected between 0 and 1");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(pool, bits + Extra);
        (Bits, Noise, Pool) = (bits, noise, pool);
        Restarts = PlannedRestarts(bits, noise, pool, delta / 2) ?? throw new ArgumentOutOfRangeException(
            nameof(noise), $"{bits} bits with a noise rate of {noise} and a pool of {pool} examples need more than {MostRestarts:0e+0} restarts: out of reach of this method");
        ValidationExamples = ValidationSize.For(Restarts, (0.5 - noise) / 2, delta / 2);
    }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>nu.</summary>
    public double Noise { get; }

    /// <summary>N.</summary>
    public int Pool { get; }

    /// <summary>R, the largest number of restarts.</summary>
    public long Restarts { get; }

    /// <summary>How many examples are kept apart.</summary>
    public int ValidationExamples { get; }

    /// <summary>The fewest examples: the pool and those that are kept apart. What is more joins the pool.</summary>
    public int FewestExamples => ValidationExamples + Pool;

    /// <summary>Learns; the last examples are those that are kept apart.</summary>
    /// <exception cref="ArgumentException">The examples have another number of bits.</exception>
    /// <exception cref="InvalidInputException">There are too few examples.</exception>
    /// <exception cref="OperationCanceledException">The learner was interrupted.</exception>
    public NoisyParityOutcome Learn(LabeledExamples examples, ulong seed, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Bits != Bits)
        {
            throw new ArgumentException($"the examples have {examples.Bits} bits, the learner {Bits}", nameof(examples));
        }

        if (examples.Count < FewestExamples)
        {
            throw new InvalidInputException("examples", string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"there are {examples.Count} examples; {Bits} bits with a noise rate of {Noise} need {ValidationExamples} to validate and the pool has {Pool}"));
        }

        var streams = new RandomStream(seed);
        using var engine = new RowEngine(threads);
        var batch = new ParityBatch(Bits, Bits + Extra, RestartsAtOnce);
        var outcome = new ParityBatchOutcome(RestartsAtOnce);
        int[] rows = [.. Enumerable.Range(0, examples.Count - ValidationExamples)];
        for (long done = 0; done < Restarts; done += RestartsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int n = 0; n < RestartsAtOnce; n++)
            {
                Draw(examples, rows, streams.Split((ulong)(done + n)), batch, n);
            }

            engine.Learn(batch, outcome);
            for (int n = 0; n < RestartsAtOnce && done + n < Restarts; n++)
            {
                if (Mistakes(examples, outcome.Hypotheses[n]) is int mistakes)
                {
                    return new NoisyParityOutcome(outcome.Hypotheses[n], done + n + 1, ValidationExamples, mistakes);
                }
            }
        }

        return new NoisyParityOutcome(null, Restarts, ValidationExamples, 0);
    }

    /// <summary>The least number of restarts that fail with at most the probability delta; null where it is too large.</summary>
    private static long? PlannedRestarts(int bits, double noise, int pool, double delta)
    {
        double[] weights = new double[pool + 1], chances = new double[pool + 1];
        double logWeight = pool * Math.Log(1 - noise), logChance = Math.Log(1 - Math.Pow(2, -Extra));
        for (int wrong = 0; wrong <= pool; wrong++)
        {
            (weights[wrong], chances[wrong]) = (Math.Exp(logWeight), Math.Exp(logChance));

            // to one more wrong label: P(W + 1)/P(W) and C(N-W-1, d)/C(N-W, d)
            logWeight += noise > 0 ? Math.Log((pool - wrong) / (wrong + 1.0)) + Math.Log(noise / (1 - noise)) : double.NegativeInfinity;
            int right = pool - wrong;
            logChance += right > bits ? Math.Log((right - bits) / (double)right) : double.NegativeInfinity;
        }

        double Failure(double restarts)
        {
            double sum = 0;
            for (int wrong = 0; wrong <= pool; wrong++)
            {
                sum += weights[wrong] * Math.Pow(1 - chances[wrong], restarts);
            }

            return sum;
        }

        long low = 0, high = 1;
        for (; Failure(high) > delta; high *= 2)
        {
            if (high >= MostRestarts)
            {
                return null;
            }

            low = high;
        }

        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Failure(middle) > delta ? (middle, high) : (low, middle);
        }

        return high <= MostRestarts ? high : null;
    }

    /// <summary>Draws different rows: the first steps of a shuffle of the rows, undone afterwards, so that a draw depends on its stream alone.</summary>
    private void Draw(LabeledExamples examples, int[] rows, RandomStream stream, ParityBatch batch, int problem)
    {
        Span<int> partners = stackalloc int[Bits + Extra];
        for (int k = 0; k < partners.Length; k++)
        {
            partners[k] = k + stream.NextIndex(rows.Length - k);
            (rows[k], rows[partners[k]]) = (rows[partners[k]], rows[k]);
            batch.Set(k, problem, examples.Inputs.Row(rows[k])[0], examples.Labels[rows[k]]);
        }

        for (int k = partners.Length - 1; k >= 0; k--)
        {
            (rows[k], rows[partners[k]]) = (rows[partners[k]], rows[k]);
        }
    }

    /// <summary>The mistakes on the examples kept apart, or null if they are too many.</summary>
    private int? Mistakes(LabeledExamples examples, ulong hypothesis)
    {
        double limit = ValidationExamples * (Noise + 0.5) / 2;
        int mistakes = 0;
        for (int i = examples.Count - ValidationExamples; i < examples.Count; i++)
        {
            bool predicted = (BitOperations.PopCount(examples.Inputs.Row(i)[0] & hypothesis) & 1) != 0;
            mistakes += predicted != examples.Labels[i] ? 1 : 0;
            if (mistakes >= limit)
            {
                return null;
            }
        }

        return mistakes;
    }
}
