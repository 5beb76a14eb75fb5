using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Newton.PowerFlow;

/// <summary>
/// Everything that the variants of one network share: the solution of the intact network, the factors of its Jacobian, and the list of
/// branch outages. From it come batches of systems for any method.
/// </summary>
/// <remarks>Immutable after construction; safe for use by several threads.</remarks>
public sealed class OutageScreen
{
    private OutageScreen(PowerNetwork network, PowerInjections? injections, Solution intact, PowerFlowOperator flow, SparseLu factors)
    {
        (Network, Injections, Intact, Flow, Factors) = (network, injections, intact, flow, factors);
        Outages = BranchOutages.Of(network);
    }

    /// <summary>The network.</summary>
    public PowerNetwork Network { get; }

    /// <summary>Loads and generation, one instance; null for those of the case.</summary>
    public PowerInjections? Injections { get; }

    /// <summary>The single outages that keep the network connected, and those that do not.</summary>
    public BranchOutages Outages { get; }

    /// <summary>The intact network, one instance.</summary>
    public PowerFlowOperator Flow { get; }

    /// <summary>Its solution by Newton's method from the flat start.</summary>
    public Solution Intact { get; }

    /// <summary>The factors of its Jacobian at the solution.</summary>
    public SparseLu Factors { get; }

    /// <summary>The solution of the intact network.</summary>
    public ReadOnlySpan<double> Point => Intact.Iterate.Values;

    /// <summary>Solves the intact network and factors its Jacobian.</summary>
    /// <param name="network">The network.</param>
    /// <param name="injections">Loads and generation, one instance; null for those of the case.</param>
    /// <exception cref="NotConvergedException">Newton's method finds no solution from the flat start: the network cannot carry this load, or needs another start.</exception>
    public static OutageScreen Of(PowerNetwork network, PowerInjections? injections = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        PowerFlowOperator flow = new(network, null, injections);
        Solution intact = Solver.Solve(new NewtonMethod(), new NonlinearSystem(flow, flow.Unknowns.FlatStart(1)), Tight).EnsureConverged();
        Batch linearization = Batch.Zeros(flow.LinearizationComponents, 1), entries = Batch.Zeros(flow.JacobianPattern.Count, 1);
        flow.Linearize(intact.Iterate, linearization);
        flow.JacobianEntries(intact.Iterate, linearization, entries);
        return new(network, injections, intact, flow, SparseLu.Factor(flow.JacobianPattern, entries.Values));
    }

    /// <summary>The stopping criterion for a solution to the last digits: a mismatch of 1e-11 in per unit.</summary>
    public static StoppingCriterion Tight { get; } = StoppingCriterion.Absolute(1e-11) with { MaximumIterations = 50 };

    /// <summary>The systems of single outages from the solution of the intact network, preconditioned by its factors.</summary>
    /// <param name="branches">The branches that are out, one per instance; indices into <see cref="PowerNetwork.Branches"/>.</param>
    /// <param name="injections">Loads and generation, one instance or one per branch; null for those of the screen.</param>
    public NonlinearSystem Systems(ReadOnlySpan<int> branches, PowerInjections? injections = null)
    {
        PowerFlowOperator flow = Outages.Operator(branches, injections ?? Injections);
        return new NonlinearSystem(flow, flow.Unknowns.WarmStart(Point, branches.Length)).PreconditionedBy(new SparseLuOperator(Factors));
    }

    /// <summary>The same systems, each preconditioned by the factors of the intact network corrected for its own outage (rank at most 4).</summary>
    public NonlinearSystem CompensatedSystems(ReadOnlySpan<int> branches, PowerInjections? injections = null)
    {
        List<(IReadOnlyList<int>, IReadOnlyList<double>)> changes = [];
        foreach (int branch in branches)
        {
            LowRankChange change = BranchOutageChange.At(Network, Flow.Unknowns, Point, branch).Jacobian;
            changes.Add((change.Indices, change.Block));
        }

        return Systems(branches, injections).PreconditionedBy(new CompensatedInverse(Factors, changes));
    }
}
