using System.Reflection;
using System.Text.RegularExpressions;
using Unrolled.Cli.Experiments;
using Unrolled.Cli.Headlines;

namespace Unrolled.Tests.Repository;

/// <summary>The README's tables are those that the commands print, and its claims have tests.</summary>
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void TheTableOfHeadlinesIsTheOneThatReproducePrints()
    {
        Match table = HeadlineTable().Match(Readme);
        Assert.True(table.Success);
        string expected = HeadlineText.Markdown(HeadlineCatalog.All, HeadlineCatalog.Published).ReplaceLineEndings("\n");
        Assert.True(expected == table.Groups[1].Value, $"README.md drifted; put the output of `unrolled reproduce --published` between the marks:\n{expected}");
    }

    [Fact]
    public void EveryHeadlineHasAPublishedResultAndABuiltInExperiment() => Assert.All(HeadlineCatalog.All, headline =>
    {
        Assert.Contains(headline.Name, HeadlineCatalog.Published.Select(r => r.Name));
        Assert.Contains(headline.Experiment, ExperimentCatalog.Names);
    });

    [Fact]
    public void EveryFilterFindsTests()
    {
        string[] names = [.. typeof(ReadmeTests).Assembly.GetTypes().SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance)).Select(m => $"{m.DeclaringType}.{m.Name}")];
        MatchCollection filters = Filter().Matches(Readme);
        Assert.True(filters.Count >= 8);
        Assert.All(filters, f => Assert.Contains(names, n => n.Contains(f.Groups[1].Value, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"<!-- headlines[^\n]*-->\n(.*?)\n<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex HeadlineTable();

    [GeneratedRegex(@"FullyQualifiedName~(\w+)")]
    private static partial Regex Filter();
}
