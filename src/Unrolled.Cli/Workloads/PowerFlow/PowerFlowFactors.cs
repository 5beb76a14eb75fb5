using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>Which factors precondition the systems of a screen.</summary>
internal static class PowerFlowFactors
{
    /// <summary>Those of the intact network for all outages.</summary>
    public const string Intact = "intact";

    /// <summary>Those of the intact network, corrected for each outage by a change of low rank.</summary>
    public const string Compensated = "compensated";

    public static IReadOnlyList<string> Names { get; } = [Compensated, Intact];

    public static NonlinearSystem Systems(OutageScreen screen, string factors, ReadOnlySpan<int> branches, PowerInjections? injections = null) =>
        factors == Compensated ? screen.CompensatedSystems(branches, injections) : screen.Systems(branches, injections);
}
