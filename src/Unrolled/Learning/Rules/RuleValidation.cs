using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Decides whether a rule learns parity at sizes beyond those that it was searched at: every answer to every problem must be right.
/// </summary>
/// <remarks>
/// The rule runs on <see cref="ProblemsEngine"/>, not on the engine of the search. Sizes go up, and the first wrong answer ends the
/// validation. Nothing but the problems takes part: no other rule is known here. Safe for use by several threads.
/// </remarks>
public sealed class RuleValidation
{
    private static readonly (int Bits, int Examples, int? Rank)[] _sizes =
    [
        (4, 9, null), (6, 12, null), (8, 18, null), (8, 18, 4), (16, 26, null), (16, 26, 8), (24, 34, 10), (32, 42, null), (64, 74, null),
    ];

    private readonly ParityTask[] _tasks;

    /// <summary>The usual validation: uniform problems with d from 4 to 64, and problems of low rank with d from 8 to 24.</summary>
    public RuleValidation(ulong seed)
        : this(Usual(new RandomStream(seed).Split("validation")))
    {
    }

    /// <summary>A validation on these problems, in this order.</summary>
    public RuleValidation(IEnumerable<ParityTask> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        _tasks = [.. tasks];
        if (_tasks.Length == 0)
        {
            throw new ArgumentException("there are no problems to validate on", nameof(tasks));
        }
    }

    /// <summary>The problems.</summary>
    public IReadOnlyList<ParityTask> Tasks => _tasks;

    /// <summary>The first problems on which the rule gives wrong answers, and how many of the 512 are right; null if all answers are right everywhere.</summary>
    public (ParityTask Task, int Right)? FirstFailure(CellRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        foreach (ParityTask task in _tasks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int right = Right(rule, task);
            if (right < ParityTask.Problems)
            {
                return (task, right);
            }
        }

        return null;
    }

    /// <summary>How many of the 512 answers of a rule are right: bit s of the last cell after 2m + d steps.</summary>
    public static int Right(CellRule rule, ParityTask task)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(task);
        var engine = new ProblemsEngine(rule, task.Rows, task.Columns);
        for (int i = 0; i < task.Rows; i++)
        {
            for (int j = 0; j < task.Columns; j++)
            {
                Span<ulong> cell = engine.Cell(0, i, j);
                for (int problem = 0; problem < ParityTask.Problems; problem++)
                {
                    cell[problem >> 6] |= task[problem, i, j] ? 1UL << problem : 0;
                }
            }
        }

        engine.Cell(RuleSpace.PulseBit, 0, 0).Fill(ulong.MaxValue);
        engine.Step(task.Steps);
        ReadOnlySpan<ulong> answers = engine.Cell(0, task.Rows - 1, task.Columns - 1);
        int right = 0;
        for (int problem = 0; problem < ParityTask.Problems; problem++)
        {
            right += (((answers[problem >> 6] >> problem) & 1) != 0) == task.Answer(problem) ? 1 : 0;
        }

        return right;
    }

    private static IEnumerable<ParityTask> Usual(RandomStream stream) =>
        _sizes.Select((size, n) => new ParityTask(size.Bits, size.Examples, stream.Split((ulong)n), size.Rank));
}
