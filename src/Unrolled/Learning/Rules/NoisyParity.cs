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
/// <para>A restart solves d + 8 random rows; it succeeds if the d independent ones among them are right, with probability about
/// <c>(1-nu)^d</c>. So <c>R = ln(1/delta) / (1-nu)^d</c> restarts are planned, and the set that validates is sized for them
/// (<see cref="ValidationSize"/>). A hypothesis is accepted if its error rate there is below the middle of nu and 1/2.</para>
/// <para>The regime is mild noise: d = 64 takes about a thousand restarts at nu = 0.1 and about thirty thousand at 0.15. Parities with
/// noise at the sizes of cryptography are out of reach. At most 64 bits. Deterministic for any number of threads.</para>
/// </remarks>
public sealed class NoisyParity
{
    private const int Extra = 8, RestartsAtOnce = 2048;
    private const double MostRestarts = 1e9;

    /// <summary>Plans for a size and a noise rate.</summary>
    /// <param name="bits">d, from 1 to 64.</param>
    /// <param name="noise">nu, the largest rate of wrong labels, from 0 to below 1/2.</param>
    /// <param name="delta">The probability of failure that is accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or more than 10^9 restarts would be needed.</exception>
    public NoisyParity(int bits, double noise, double delta = 0.01)
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

        double restarts = Math.Ceiling(-Math.Log(delta) / Math.Pow(1 - noise, bits));
        if (restarts > MostRestarts)
        {
            throw new ArgumentOutOfRangeException(
                nameof(noise), $"{bits} bits with a noise rate of {noise} need about {restarts:0.0e+0} restarts, more than {MostRestarts:0e+0}: out of reach of this method");
        }

        (Bits, Noise, Restarts) = (bits, noise, (long)Math.Max(restarts, 1));
        ValidationExamples = ValidationSize.For(Restarts, (0.5 - noise) / 2, delta);
    }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>nu.</summary>
    public double Noise { get; }

    /// <summary>R, the largest number of restarts.</summary>
    public long Restarts { get; }

    /// <summary>How many examples are kept apart.</summary>
    public int ValidationExamples { get; }

    /// <summary>The fewest examples: those that are kept apart and one set of rows.</summary>
    public int FewestExamples => ValidationExamples + Bits + Extra;

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
                $"there are {examples.Count} examples; {Bits} bits with a noise rate of {Noise} need {ValidationExamples} to validate and {Bits + Extra} to learn from"));
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
