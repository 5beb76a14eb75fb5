namespace Unrolled.Cli.Workloads;

/// <summary>An option that a workload adds to a verb.</summary>
/// <param name="Name">The name with its dashes, <c>--matrix</c>.</param>
/// <param name="Value">What follows it, as help texts show it: <c>FILE</c>.</param>
/// <param name="Description">One line.</param>
internal sealed record WorkloadOption(string Name, string Value, string Description)
{
    /// <summary>The name without the dashes: the key of its value.</summary>
    public string Key => Name.TrimStart('-');
}
