namespace Unrolled.Deployment;

/// <summary>A certificate as a model carries it: a claim, its numbers and what it rests on.</summary>
/// <param name="Claim">What is claimed, in one sentence.</param>
/// <param name="Value">The number that was computed.</param>
/// <param name="Bound">The number it must not exceed.</param>
/// <param name="Holds">Whether the claim was proved when the model was written.</param>
/// <param name="Assumptions">What the claim assumes and does not check, one sentence each.</param>
public sealed record CertificateRecord(string Claim, double Value, double Bound, bool Holds, IReadOnlyList<string> Assumptions);
