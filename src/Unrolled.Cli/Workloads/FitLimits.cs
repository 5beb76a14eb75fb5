namespace Unrolled.Cli.Workloads;

/// <summary>How long a training may go on.</summary>
/// <param name="Seconds">After this time no fit begins another round, so that the result depends on the machine; infinite for no limit.</param>
/// <param name="Rounds">The most rounds of a fit.</param>
/// <param name="CheckpointSeconds">The least time between two checkpoints.</param>
internal sealed record FitLimits(double Seconds, int Rounds, double CheckpointSeconds);
