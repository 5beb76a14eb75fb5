using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>What <c>unrolled certify</c> was asked.</summary>
/// <param name="Path">The model file as the user named it.</param>
/// <param name="Options">The workload's own options that were given, by their names without the dashes.</param>
internal sealed record CertifyRequest(string Path, Settings Options);
