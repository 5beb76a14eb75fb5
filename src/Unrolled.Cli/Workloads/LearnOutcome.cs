using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads;

/// <summary>What a training ended with.</summary>
/// <param name="Model">The model, not yet written.</param>
/// <param name="Acceptance">The experiment's own criteria; one that is not met makes exit code 2.</param>
internal sealed record LearnOutcome(Model Model, IReadOnlyList<Acceptance> Acceptance);
