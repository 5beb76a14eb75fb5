namespace Unrolled.Cli.Workloads;

/// <summary>Something that <c>unrolled list</c> shows.</summary>
/// <param name="Name">What the user writes.</param>
/// <param name="Summary">One line.</param>
internal sealed record Named(string Name, string Summary);
