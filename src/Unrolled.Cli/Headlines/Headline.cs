namespace Unrolled.Cli.Headlines;

/// <summary>One row of the README's table of results: an experiment with its settings, and what of its comparison is shown.</summary>
/// <param name="Name">What <c>unrolled reproduce</c> calls it.</param>
/// <param name="Title">What is solved and what is measured.</param>
/// <param name="Experiment">The built-in experiment.</param>
/// <param name="Settings">What is set in it, as <c>key=value</c>.</param>
/// <param name="Quick">What is set beside that for a short training.</param>
/// <param name="Statistic">The statistic over the held-out problems.</param>
/// <param name="Costs">The costs of which rows are shown; all costs of the learned method if empty.</param>
/// <param name="Pairs">Methods by name, each with the one that it is compared with; if empty, the best at each cost are.</param>
internal sealed record Headline(
    string Name, string Title, string Experiment, IReadOnlyList<string> Settings, IReadOnlyList<string> Quick, Statistic Statistic, IReadOnlyList<double> Costs,
    IReadOnlyList<(string Method, string Rival)> Pairs)
{
    /// <summary>The command that learns it.</summary>
    public string Command => string.Join(' ', ["learn", $"experiments/{Experiment}.yaml", .. Settings.Select(s => $"--set {s}")]);
}
