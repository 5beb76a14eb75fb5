namespace Unrolled.Cli.Workloads;

/// <summary>One criterion of an experiment and whether it is met.</summary>
/// <param name="Criterion">What was asked and what was reached, in one sentence.</param>
/// <param name="Met">Whether it is met.</param>
internal sealed record Acceptance(string Criterion, bool Met);
