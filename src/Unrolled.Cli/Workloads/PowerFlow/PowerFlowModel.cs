using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>A learned power-flow solver as a model holds it, and how it and its classical siblings screen a network.</summary>
internal sealed class PowerFlowModel
{
    /// <summary>The names of the ranges in a model: a network and its load are what the weights were learned on.</summary>
    public const string LoadFactor = "load factor", Buses = "buses", BranchesInService = "branches in service";

    private const int MostIterations = 100;

    private PowerFlowModel(LearnedNonlinear learned, string factors, string casePath, double load, double tolerance) =>
        (Learned, Factors, CasePath, Load, Tolerance) = (learned, factors, casePath, load, tolerance);

    public LearnedNonlinear Learned { get; }

    public string Factors { get; }

    /// <summary>The case that it was learned on.</summary>
    public string CasePath { get; }

    /// <summary>The load factor that it was learned at.</summary>
    public double Load { get; }

    /// <summary>The mismatch to reach, in per unit.</summary>
    public double Tolerance { get; }

    public string Name => $"R2N2({Learned.Coefficients.InnerEvaluations}), {Factors} factors";

    public static PowerFlowModel Of(Model model)
    {
        Settings settings = model.MethodSettings;
        return new(
            LearnedNonlinear.Of(model), settings.Choice("factors", [.. PowerFlowFactors.Names]), model.Family.Text("case"), model.Family.Number("load", 0, 100, 1),
            settings.Number("tolerance", 1e-13, 1, 1e-8));
    }

    /// <summary>The solution of the intact network with all loads and generation times a factor.</summary>
    /// <exception cref="NotConvergedException">It has none that Newton's method finds.</exception>
    public static OutageScreen Screen(PowerNetwork network, double load) => OutageScreen.Of(network, load == 1 ? null : Scaled(network, load));

    /// <summary>The largest load factor at which Newton's method solves the intact network, to a hundredth; below <paramref name="most"/>.</summary>
    public static double LoadLimit(PowerNetwork network, double most = 10)
    {
        bool Carries(double load)
        {
            try
            {
                Screen(network, load);
                return true;
            }
            catch (NotConvergedException)
            {
                return false;
            }
        }

        double low = 1, high = 2;
        while (high < most && Carries(high))
        {
            (low, high) = (high, 2 * high);
        }

        while (high - low > 0.01)
        {
            double middle = 0.5 * (low + high);
            (low, high) = Carries(middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The learned solver on some outages, safeguarded by Newton's method.</summary>
    public Solution Solve(OutageScreen screen, ReadOnlySpan<int> branches, double tolerance, SolverOptions options, CancellationToken cancellationToken) =>
        Learned.Solve(PowerFlowFactors.Systems(screen, Factors, branches), new NewtonMethod(), Stop(tolerance), options, cancellationToken);

    /// <summary>What planners use today, each on the same outages in the same batch.</summary>
    public static IReadOnlyList<(string Name, Func<OutageScreen, int[], double, SolverOptions, CancellationToken, Solution> Run)> Classical { get; } =
    [
        ("Newton, batched", (screen, branches, tolerance, options, stop) => Solver.Solve(new NewtonMethod(), screen.Systems(branches), Stop(tolerance), options, stop)),
        ("Newton, one by one", OneByOne),
        ("chord Newton, intact factors", (screen, branches, tolerance, options, stop) => Solver.Solve(new FixedPointIteration(), screen.Systems(branches), Stop(tolerance), options, stop)),
        ("chord Newton, compensated factors", (screen, branches, tolerance, options, stop) => Solver.Solve(new FixedPointIteration(), screen.CompensatedSystems(branches), Stop(tolerance), options, stop)),
        ("fast decoupled (XB)", (screen, branches, tolerance, options, stop) => Solver.Solve(new FastDecoupled(screen.Network), screen.Systems(branches), Stop(tolerance), options, stop)),
        ("Anderson(3), compensated factors", (screen, branches, tolerance, options, stop) => Solver.Solve(new Anderson(3), screen.CompensatedSystems(branches), Stop(tolerance), options, stop)),
    ];

    private static StoppingCriterion Stop(double tolerance) => StoppingCriterion.Absolute(tolerance) with { MaximumIterations = MostIterations };

    private static PowerInjections Scaled(PowerNetwork network, double load)
    {
        Batch factor = Batch.Zeros(1, 1);
        factor[0, 0] = load;
        return PowerInjections.Scaled(network, factor, factor);
    }

    /// <summary>Every outage alone, with the symbolic factorization of the pattern that all share.</summary>
    private static Solution OneByOne(OutageScreen screen, int[] branches, double tolerance, SolverOptions options, CancellationToken cancellationToken)
    {
        NonlinearSystem all = screen.Systems(branches);
        return Solver.Solve(new NewtonMethod(), all, Stop(tolerance), options with { ChunkInstances = 1 }, cancellationToken);
    }
}
