using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>What <c>unrolled compare</c> was asked for.</summary>
/// <param name="Path">The model file as the user named it.</param>
/// <param name="Instances">How many held-out problems; null for the workload's own choice.</param>
/// <param name="Seed">The seed of the held-out problems; null for the workload's own choice, which differs from the training's.</param>
/// <param name="Options">The workload's own options that were given, by their names without the dashes.</param>
internal sealed record CompareRequest(string Path, int? Instances, ulong? Seed, Settings Options);
