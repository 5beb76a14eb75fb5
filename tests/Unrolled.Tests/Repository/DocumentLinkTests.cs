using System.Text.RegularExpressions;

namespace Unrolled.Tests.Repository;

/// <summary>The links between documents, and from documents into the code, lead somewhere.</summary>
public partial class DocumentLinkTests
{
    public static TheoryData<string> Documents =>
    [
        .. Directory.GetFiles(RepositoryFolder.Root, "*.md").Concat(new[] { "docs", "bench" }.SelectMany(folder => Directory.GetFiles(Path.Combine(RepositoryFolder.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void EveryLinkLeadsToAFile(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(RepositoryFolder.Root, document))!;
        Assert.All(Links(document), link => Assert.True(Path.Exists(Path.Combine(folder, link.Target)), $"{document}: no {link.Target}"));
    }

    /// <summary>A link to a source file is named like the type that the file declares.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void EveryLinkIntoTheCodeNamesAType(string document) => Assert.All(
        Links(document).Where(l => l.Target.EndsWith(".cs", StringComparison.Ordinal)), link =>
        {
            string text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Path.Combine(RepositoryFolder.Root, document))!, link.Target));
            Assert.Matches($@"\b(class|record|struct|interface|enum)( struct| class)? {Regex.Escape(link.Text.Trim('`'))}\b", text);
        });

    /// <summary>The page of the packages is read where there is no tree around it.</summary>
    [Fact]
    public void ThePageOfThePackagesHasNoRelativeLinks()
    {
        const string page = "docs/package-readme.md";
        Assert.Empty(Links(page));
        Assert.DoesNotContain("](#", File.ReadAllText(Path.Combine(RepositoryFolder.Root, page)), StringComparison.Ordinal);
        Assert.All(new[] { "Unrolled", "Unrolled.Cli" }, project =>
        {
            string text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "src", project, project + ".csproj"));
            Assert.Contains("<PackageReadmeFile>package-readme.md</PackageReadmeFile>", text, StringComparison.Ordinal);
            Assert.Contains($"<None Include=\"../../{page}\" Pack=\"true\"", text, StringComparison.Ordinal);
        });
    }

    private static IEnumerable<(string Text, string Target)> Links(string document) =>
        Link().Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Root, document)))
            .Select(m => (m.Groups[1].Value, m.Groups[2].Value))
            .Where(l => !l.Item2.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
