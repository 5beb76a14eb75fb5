using Unrolled.Cli;

namespace Unrolled.Tests.Cli;

public class TextTableTests
{
    private static string[] Lines(int numbers, params string[] names)
    {
        var table = new TextTable();
        table.Column(string.Empty, numbers: true);
        table.Column("method", numbers: false);
        for (int i = 0; i < numbers; i++)
        {
            table.Column($"count{i}", numbers: true);
        }

        foreach (string name in names)
        {
            table.Row(["*", name, .. Enumerable.Range(0, numbers).Select(i => $"{1000 * i}")]);
        }

        return table.Render().Split('\n');
    }

    [Fact]
    public void AShortTableIsAligned() => Assert.Equal(
        ["  method count0 count1", "----------------------", "* CG          0   1000", "* GMRES       0   1000"], Lines(2, "CG", "GMRES"));

    [Fact]
    public void LongTextsAreWrappedAtBlanksAndHyphens()
    {
        string[] lines = Lines(8, "Bogacki-Shampine with memory 3(2)");
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 80));
        Assert.StartsWith("* Bogacki-Shampine", lines[2]);
        Assert.Equal("  memory 3(2)", lines[3]);
        Assert.Equal("* Bogacki-", Lines(9, "Bogacki-Shampine")[2][..10]);
        Assert.Equal("  Shampine", Lines(9, "Bogacki-Shampine")[3]);
    }

    [Fact]
    public void WhereNothingIsLeftForATextItStandsAboveItsNumbers()
    {
        string[] lines = Lines(10, "a method with a name of many words", "CG");
        Assert.Equal(["method", "* a method with a name of many words", "* CG"], lines.Where((_, i) => i is 0 or 3 or 5));
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 80));
        Assert.Equal(2, lines.Count(l => l.TrimEnd().EndsWith("9000", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public void TermsStandInAColumnOfTheirOwn(int length)
    {
        string[] lines = [.. Paragraph.Terms([("a", string.Concat(Enumerable.Repeat("word ", 30))), (new string('b', length + 1), "text"), ("c", string.Empty)])];
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 80));
        Assert.Contains("word", lines[1]);
        Assert.Equal(lines[0].IndexOf("word", StringComparison.Ordinal), lines[1].IndexOf("word", StringComparison.Ordinal));
        Assert.Equal("  c", lines[^1]);
        Assert.Equal(length == 24, lines.Contains($"  {new string('b', 25)}"));
    }

    [Fact]
    public void AWordThatCannotBeBrokenStandsAlone() => Assert.Equal(
        ["see", "  " + new string('x', 90), "  for more"], Paragraph.Wrap($"see {new string('x', 90)} for more", "  "));
}
