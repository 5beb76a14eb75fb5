using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// Every classical method of the library, and any others, on the same problems with the same budget of evaluations for each
/// trajectory. A method takes as many steps as the budget allows, a multiple of the number of checkpoints; what its start
/// costs is counted, and a first-same-as-last stage is counted once. The error is that of <see cref="MethodMeasurement.Errors"/>.
/// </summary>
/// <remarks>Methods that cannot start within the budget are left out. References: <see cref="ReferenceTrajectories"/>.</remarks>
public sealed class IntegratorComparison
{
    private readonly MethodMeasurement[] _rows;
    private readonly int _classical;

    private IntegratorComparison(long budget, int checkpoints, MethodMeasurement[] rows, int classical) =>
        (Budget, Checkpoints, _rows, _classical) = (budget, checkpoints, rows, classical);

    /// <summary>All tableaus, and Adams-Bashforth with 2 to 7 steps.</summary>
    public static IReadOnlyList<IFixedStepMethod> Classical { get; } =
        [.. Tableaus.All.Select(t => new FixedStepRungeKutta(t)), .. Enumerable.Range(2, 6).Select(k => new FixedStepMultistep(new AdamsBashforth(k)))];

    /// <summary>The evaluations that each method might use for a trajectory.</summary>
    public long Budget { get; }

    /// <summary>At how many times errors were taken.</summary>
    public int Checkpoints { get; }

    /// <summary>The classical methods in the order of <see cref="Classical"/>, then the others in theirs.</summary>
    public IReadOnlyList<MethodMeasurement> Rows => _rows;

    /// <summary>The classical rows.</summary>
    public IReadOnlyList<MethodMeasurement> ClassicalRows => _rows[.._classical];

    /// <summary>The rows of the other methods.</summary>
    public IReadOnlyList<MethodMeasurement> OtherRows => _rows[_classical..];

    /// <summary>The classical method with the smallest geometric mean: the bar, and the parent to learn from.</summary>
    public MethodMeasurement BestClassical => _rows[.._classical].MinBy(r => r.GeometricMean)!;

    /// <summary>Measures the methods.</summary>
    /// <param name="problem">Held-out problems.</param>
    /// <param name="budget">Evaluations for each trajectory.</param>
    /// <param name="others">Methods to compare with the classical ones; null for none.</param>
    /// <param name="references">Where reference trajectories are remembered; null for this comparison alone.</param>
    /// <param name="checkpoints">At how many times errors are taken; null for about one for each unit of time, 2 to 10.</param>
    /// <param name="cancellationToken">Stops the comparison.</param>
    /// <exception cref="ArgumentException">No classical method can run within the budget.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static IntegratorComparison Measure(InitialValueProblem problem, long budget, IEnumerable<IFixedStepMethod>? others = null,
        ReferenceTrajectories? references = null, int? checkpoints = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        int times = checkpoints ?? DefaultCheckpoints(problem.Horizon);
        Batch reference = (references ?? new ReferenceTrajectories()).States(problem, times, cancellationToken);
        SolverMemory memory = new();
        List<MethodMeasurement> rows = [];
        int classical = 0, seen = 0;
        foreach (IFixedStepMethod method in Classical.Concat(others ?? []))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (method.StepsWithin(budget, times) is > 0 and int steps)
            {
                Trajectories run = method.Integrate(problem, steps, new() { Checkpoints = times, Memory = memory }, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                rows.Add(new MethodMeasurement(method, steps, LargestErrors(run, reference), run.Elapsed));
                classical += seen < Classical.Count ? 1 : 0;
            }

            seen++;
        }

        return classical > 0
            ? new(budget, times, [.. rows], classical)
            : throw new ArgumentException($"a budget of {budget} evaluations allows no method a step between {times} checkpoints", nameof(budget));
    }

    /// <summary>About one checkpoint for each unit of time: 2 to 10.</summary>
    public static int DefaultCheckpoints(double horizon) => (int)Math.Clamp(Math.Round(horizon), 2, 10);

    /// <summary>For every instance the largest error of a component at the default checkpoints after a run of a method; infinite where it was lost.</summary>
    /// <param name="method">The method.</param>
    /// <param name="problem">The problems.</param>
    /// <param name="steps">The number of steps, a multiple of the number of checkpoints.</param>
    /// <param name="references">The true trajectories.</param>
    /// <param name="threads">The number of threads; null for one per processor.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static double[] LargestErrors(IFixedStepMethod method, InitialValueProblem problem, int steps, ReferenceTrajectories references,
        int? threads = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(references);
        int checkpoints = DefaultCheckpoints(problem.Horizon);
        Trajectories run = method.Integrate(problem, steps, new() { Checkpoints = checkpoints, Threads = threads }, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return LargestErrors(run, references.States(problem, checkpoints, cancellationToken));
    }

    /// <summary>For every instance the largest error of a component at a checkpoint; infinite where a number is not finite.</summary>
    public static double[] LargestErrors(Trajectories run, Batch reference)
    {
        ArgumentNullException.ThrowIfNull(run);
        Guard.SameShape(run.States, reference);
        var errors = new double[run.Instances];
        for (int row = 0; row < reference.Components; row++)
        {
            ReadOnlySpan<double> found = run.States.Row(row), exact = reference.Row(row);
            for (int s = 0; s < errors.Length; s++)
            {
                double error = Math.Abs(found[s] - exact[s]);
                errors[s] = double.IsFinite(error) ? Math.Max(errors[s], error) : double.PositiveInfinity;
            }
        }

        return errors;
    }
}
