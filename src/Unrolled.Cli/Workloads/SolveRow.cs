namespace Unrolled.Cli.Workloads;

/// <summary>How one method did on the user's problem.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Kind"><c>learned</c> or <c>classical</c>.</param>
/// <param name="Converged">Whether the recomputed residual meets the target.</param>
/// <param name="Status">Why it stopped.</param>
/// <param name="Residual">The recomputed residual; null where the method has none.</param>
/// <param name="Counts">What was counted, in order: <c>("products", 120)</c>.</param>
/// <param name="Seconds">The time.</param>
/// <param name="Remedy">What to try next; empty for nothing.</param>
internal sealed record SolveRow(
    string Method,
    string Kind,
    bool Converged,
    string Status,
    double? Residual,
    IReadOnlyList<(string Name, double Value)> Counts,
    double Seconds,
    string Remedy = "");
