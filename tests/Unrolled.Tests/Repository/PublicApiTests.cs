using Unrolled.Cli;

namespace Unrolled.Tests.Repository;

/// <summary>
/// What the library promises to its callers, as a text whose changes are reviewed. Run the tests with <c>UNROLLED_API=write</c> in the environment to
/// write it anew.
/// </summary>
public class PublicApiTests
{
    private const string Switch = "UNROLLED_API";

    private static string Expected => Path.Combine(RepositoryFolder.Root, "tests", "Unrolled.Tests", "Repository", "PublicApi.txt");

    [Fact]
    public void TheLibraryHasTheTypesAndMembersThatAreWrittenDown()
    {
        string actual = ApiText.Of(typeof(Parameters).Assembly);
        if (Environment.GetEnvironmentVariable(Switch) == "write")
        {
            File.WriteAllText(Expected, actual);
        }

        string[] now = Qualified(actual), before = Qualified(File.ReadAllText(Expected).ReplaceLineEndings("\n"));
        string[] changes = [.. before.Except(now).Select(l => $"- {l}"), .. now.Except(before).Select(l => $"+ {l}")];
        Assert.True(changes.Length == 0 && now.SequenceEqual(before),
            $"the public surface has changed; if it was meant to, run this test with {Switch}=write and review the difference of {Path.GetFileName(Expected)}:\n{string.Join('\n', changes.Take(40))}");
    }

    [Fact]
    public void TheCommandOffersNoTypes() => Assert.Empty(typeof(UnrolledCommand).Assembly.GetExportedTypes());

    [Fact]
    public void ATextShowsEveryKindOfMember()
    {
        string text = ApiText.Of(typeof(Parameters).Assembly);
        Assert.DoesNotContain("<Clone>", text);
        Assert.DoesNotContain("get_", text);
        Assert.DoesNotMatch("`[0-9]", text);
        Assert.Equal(typeof(Parameters).Assembly.GetExportedTypes().Length, text.Split('\n').Count(l => l.Length > 0 && l[0] != ' '));
    }

    /// <summary>Members behind the name of their type, so that a moved member is seen as such.</summary>
    private static string[] Qualified(string text)
    {
        string type = string.Empty;
        var lines = new List<string>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != ' ')
            {
                type = line.Split(' ').First(w => w.StartsWith(nameof(Unrolled), StringComparison.Ordinal));
                lines.Add(line);
            }
            else
            {
                lines.Add($"{type}: {line.Trim()}");
            }
        }

        return [.. lines];
    }
}
