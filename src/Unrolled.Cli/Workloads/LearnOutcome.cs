using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads;

/// <summary>What a training ended with.</summary>
/// <param name="Model">The model, not yet written.</param>
/// <param name="Acceptance">The experiment's own criteria; one that is not met makes exit code 2.</param>
internal sealed record LearnOutcome(Model Model, IReadOnlyList<Acceptance> Acceptance);

/// <summary>One criterion of an experiment and whether it is met.</summary>
/// <param name="Criterion">What was asked and what was reached, in one sentence.</param>
/// <param name="Met">Whether it is met.</param>
internal sealed record Acceptance(string Criterion, bool Met);
