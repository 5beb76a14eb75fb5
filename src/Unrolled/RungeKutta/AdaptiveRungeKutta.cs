using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// An explicit Runge-Kutta method with an embedded error estimate, whose step size follows the error of each instance by
/// itself: a step is accepted when <c>sqrt(mean_i (err_i / (absolute + relative max(|y_i|, |y_new,i|)))^2) &lt;= 1</c>. DOP853
/// combines its two estimates as <c>err5² / sqrt(err5² + err3²/100)</c>.
/// </summary>
/// <remarks>
/// <para>
/// Many instances go through the kernels together, each with its own time and step; one that is done makes room for the
/// next. Their bits depend on the instance alone. Times are those of the instance; the last step ends exactly at the end.
/// </para>
/// <para>
/// Evaluations for each instance: 1 at the start, <see cref="DenseOutput.EndStage"/> for each attempt (accepted or not), and the further
/// stages of dense output in steps that are interpolated. Storage for each lane: the state three times, the stages, the
/// parameters. No memory is allocated per step.
/// </para>
/// <para>
/// Terminations: all of <see cref="IntegrationTermination"/>. An instance that fails leaves the others alone. Not checked: the
/// global error, which grows from the local one that is controlled as the problem amplifies it. Reference: E. Hairer,
/// S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, section II.4, doi:10.1007/978-3-540-78862-1.
/// </para>
/// </remarks>
public sealed class AdaptiveRungeKutta
{
    private const int LanesOfGroup = 64;
    private const int InstancesOfGroup = 256;

    private readonly LaneKernels _kernels = new();

    /// <summary>The method of a tableau with an error estimate.</summary>
    /// <param name="tableau">The coefficients.</param>
    /// <param name="relativeTolerance">The tolerated local error relative to the size of each component.</param>
    /// <param name="absoluteTolerance">The tolerated local error in the units of the states.</param>
    /// <exception cref="ArgumentException">The tableau has no error estimate, or a tolerance is negative or both are zero.</exception>
    public AdaptiveRungeKutta(ButcherTableau tableau, double relativeTolerance = 1e-6, double absoluteTolerance = 1e-9)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        if (tableau.ErrorEstimators.Length is 0 or > 2)
        {
            throw new ArgumentException($"{tableau.Name} has {tableau.ErrorEstimators.Length} error estimates; adaptive steps need one, or two as DOP853", nameof(tableau));
        }

        if (!(relativeTolerance >= 0) || !(absoluteTolerance >= 0) || !(relativeTolerance + absoluteTolerance > 0) || !double.IsFinite(relativeTolerance + absoluteTolerance))
        {
            throw new ArgumentException($"the relative tolerance is {relativeTolerance}, the absolute one {absoluteTolerance}; they must not be negative and not both zero");
        }

        (Tableau, RelativeTolerance, AbsoluteTolerance) = (tableau, relativeTolerance, absoluteTolerance);
        Controller = new StepSizeController(tableau.ErrorEstimators.Length == 2 ? tableau.Order : tableau.ErrorEstimators[0].Order + 1);
    }

    /// <summary>The default choice: Dormand-Prince 5(4).</summary>
    public static AdaptiveRungeKutta DormandPrince(double relativeTolerance = 1e-6, double absoluteTolerance = 1e-9) =>
        new(Tableaus.DormandPrince, relativeTolerance, absoluteTolerance);

    /// <summary>The coefficients.</summary>
    public ButcherTableau Tableau { get; }

    /// <summary>The tolerated local error relative to the size of each component.</summary>
    public double RelativeTolerance { get; }

    /// <summary>The tolerated local error in the units of the states.</summary>
    public double AbsoluteTolerance { get; }

    /// <summary>How the states at checkpoints come about.</summary>
    public CheckpointHandling CheckpointHandling { get; init; } = CheckpointHandling.Interpolated;

    /// <summary>The largest number of attempts for each instance.</summary>
    public int MaximumSteps { get; init; } = 100_000;

    /// <summary>The first step; null to choose it from the derivative at the start.</summary>
    public double? FirstStep { get; init; }

    /// <summary>Chooses step sizes.</summary>
    public StepSizeController Controller { get; }

    /// <summary>The name that tables show.</summary>
    public string Name => FormattableString.Invariant($"{Tableau.Name}, rtol {RelativeTolerance:g3}, atol {AbsoluteTolerance:g3}");

    /// <summary>Integrates a batch.</summary>
    /// <param name="problem">The problems.</param>
    /// <param name="options">Checkpoints, threads, limits; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the run; instances that have not ended are reported canceled, with their last state.</param>
    public Trajectories Integrate(InitialValueProblem problem, IntegrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options ??= IntegrationOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Checkpoints, nameof(options));
        long started = Stopwatch.GetTimestamp();
        AdaptiveResults results = new(problem, options.Checkpoints);
        int threads = Math.Max(1, options.Threads ?? Environment.ProcessorCount);
        int width = Math.Max(1, options.ChunkInstances ?? Math.Clamp((problem.Instances + threads - 1) / threads, 1, InstancesOfGroup));
        int groups = (problem.Instances + width - 1) / width;
        SolverMemory memory = options.Memory ?? new SolverMemory();
        void RunGroup(int group)
        {
            BatchArena arena = memory.Rent();
            arena.Reset();
            int first = group * width, count = Math.Min(width, problem.Instances - first);
            int lanes = Math.Min(LanesOfGroup, (count + 7) / 8 * 8);
            LaneStages stages = new(Tableau, _kernels, problem, lanes, AbsoluteTolerance, RelativeTolerance, arena);
            new AdaptiveRun(this, problem, stages, results, options, started, first, count).ToEnd(cancellationToken);
            memory.Return(arena);
        }

        if (threads == 1 || groups <= 1)
        {
            for (int group = 0; group < groups; group++)
            {
                RunGroup(group);
            }
        }
        else
        {
            Parallel.For(0, groups, new ParallelOptions { MaxDegreeOfParallelism = threads }, RunGroup);
        }

        return new Trajectories(Name, results.Times, results.States, results.Last, results.Outcomes, Stopwatch.GetElapsedTime(started));
    }
}
