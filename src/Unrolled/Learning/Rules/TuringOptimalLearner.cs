using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Learns as well as the best short program: programs are drawn at random, each learns from the same examples, and the one with the fewest
/// mistakes on examples kept apart is taken. The set that is kept apart is sized by the number of restarts (<see cref="ValidationSize"/>).
/// </summary>
/// <remarks>
/// <para>With probability at least 1 - delta the error rate of the program that is taken is within 2 epsilon of the least among the
/// programs drawn. A program that a random one equals with probability p is among them with probability <c>1 - (1-p)^R</c>.</para>
/// <para>Restarts draw from streams of their own; the outcome does not depend on threads. Corollary 2 of "Recurrent convolutional neural
/// networks learn succinct learning algorithms", arXiv 2209.00735.</para>
/// </remarks>
public sealed class TuringOptimalLearner
{
    private const int RestartsAtOnce = 256;

    private readonly IProgramSpace _space;

    /// <summary>Creates the learner.</summary>
    /// <param name="space">The programs.</param>
    /// <param name="restarts">R, the largest number of restarts.</param>
    /// <param name="epsilon">The tolerated error of measured error rates.</param>
    /// <param name="delta">The probability of failure that is accepted.</param>
    public TuringOptimalLearner(IProgramSpace space, int restarts, double epsilon = 0.1, double delta = 0.01)
    {
        ArgumentNullException.ThrowIfNull(space);
        (_space, Restarts, ValidationExamples) = (space, restarts, ValidationSize.For(restarts, epsilon, delta));
    }

    /// <summary>R.</summary>
    public int Restarts { get; }

    /// <summary>How many of the examples are kept apart.</summary>
    public int ValidationExamples { get; }

    /// <summary>Learns; the last examples are those that are kept apart.</summary>
    /// <exception cref="InvalidInputException">There are too few examples.</exception>
    /// <exception cref="OperationCanceledException">The learner was interrupted.</exception>
    public TuringOptimalOutcome Learn(LabeledExamples examples, ulong seed, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        int training = examples.Count - ValidationExamples;
        if (training < 1)
        {
            throw new InvalidInputException("examples", $"there are {examples.Count} examples; {Restarts} restarts need {ValidationExamples} to validate and at least 1 to learn from");
        }

        LabeledExamples learn = examples.Select([.. Enumerable.Range(0, training)]);
        LabeledExamples validate = examples.Select([.. Enumerable.Range(training, ValidationExamples)]);
        var streams = new RandomStream(seed);
        (ILearned? best, int bestRestart, int fewest, int done) = (null, -1, int.MaxValue, 0);
        var learned = new (ILearned Learned, int Mistakes)[RestartsAtOnce];
        using var team = new WorkerTeam(threads, (_, item) =>
        {
            ILearned one = _space.Run(streams.Split((ulong)(done + item)), learn);
            learned[item] = (one, Mistakes(one, validate));
        });
        while (done < Restarts && fewest > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(RestartsAtOnce, Restarts - done);
            team.Run(count);
            for (int item = 0; item < count && fewest > 0; item++, done++)
            {
                if (learned[item].Mistakes < fewest)
                {
                    (best, bestRestart, fewest) = (learned[item].Learned, done, learned[item].Mistakes);
                }
            }
        }

        return new TuringOptimalOutcome(best!, bestRestart, done, ValidationExamples, fewest);
    }

    private static int Mistakes(ILearned learned, LabeledExamples validate)
    {
        bool[] predictions = new bool[validate.Count];
        learned.Predict(validate.Inputs, predictions);
        int mistakes = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            mistakes += predictions[i] != validate.Labels[i] ? 1 : 0;
        }

        return mistakes;
    }
}
