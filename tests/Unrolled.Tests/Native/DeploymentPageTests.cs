using System.Text.RegularExpressions;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Native;

/// <summary>The examples of <c>docs/deployment.md</c> are the files that are compiled and run; its functions are those of the header.</summary>
public partial class DeploymentPageTests
{
    [Theory]
    [InlineData("c", "example.c")]
    [InlineData("python", "example.py")]
    public void The_page_shows_the_tested_example(string language, string file) => Assert.Contains(
        $"```{language}\n{File.ReadAllText(Path.Combine(RepositoryFolder.Root, "samples", "native", file)).Trim()}\n```", Page(), StringComparison.Ordinal);

    [Fact]
    public void The_page_names_every_function()
    {
        string header = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "src", "Unrolled.Native", "unrolled.h")), page = Page();
        string[] functions = [.. Functions().Matches(header).Select(m => m.Groups[1].Value).Distinct()];
        Assert.Equal(10, functions.Length);
        Assert.All(functions, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string Page() => File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "deployment.md"));

    [GeneratedRegex(@"(?m)^(?:unrolled_status |void |const char \*)(unrolled_\w+)\(")]
    private static partial Regex Functions();
}
