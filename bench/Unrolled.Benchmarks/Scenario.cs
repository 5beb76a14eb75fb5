namespace Unrolled.Benchmarks;

/// <summary>One benchmark with a page of its own.</summary>
/// <param name="Name">The name on the command line and of the page.</param>
/// <param name="Description">What it measures, in a sentence without a full stop.</param>
/// <param name="Run">Measures and reports.</param>
internal sealed record Scenario(string Name, string Description, Action<Results> Run)
{
    /// <summary>What is asked of its numbers; each is judged once by <see cref="Results.Judge"/>.</summary>
    public IReadOnlyList<Asked> Asked { get; init; } = [];

    /// <summary>What it compares with where that is installed.</summary>
    public IReadOnlyList<PeerLibrary> Peers { get; init; } = [];
}
