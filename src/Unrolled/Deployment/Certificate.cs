namespace Unrolled.Deployment;

/// <summary>A claim about a method, recomputed from the method itself without the trainer; a model carries those it was written with.</summary>
/// <param name="Claim">What is claimed, in one sentence.</param>
/// <param name="Value">The number that was computed; where something is bounded, a proved bound of it.</param>
/// <param name="Bound">The number that it must not exceed.</param>
/// <param name="Holds">Whether the claim is proved, in exact arithmetic; the rounding of the check itself is bounded only where the certifier says so.</param>
/// <param name="Assumptions">What the claim rests on and does not check, one sentence each.</param>
public sealed record Certificate(string Claim, double Value, double Bound, bool Holds, IReadOnlyList<string> Assumptions);
