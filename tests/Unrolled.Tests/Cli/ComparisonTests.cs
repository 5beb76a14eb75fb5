using Unrolled.Cli;
using Unrolled.Cli.Comparisons;

namespace Unrolled.Tests.Cli;

public class ComparisonTests
{
    private static Comparison Example() => new()
    {
        Model = "runs/a/model.json",
        Family = "Fixed 5 x 5 matrix, right-hand sides uniform in [-1, 1].",
        Metric = "residual norm |b - A x|",
        Instances = 1000,
        Seed = 7,
        Rows =
        [
            ComparisonRow.Of("learned Krylov, 3 x 4", ComparisonRow.Learned, [1.9e-7, 2e-7]) with { Cost = 12, CostUnit = "products", Seconds = 1.2e-3 },
            ComparisonRow.Of("GMRES(4), restarted three times", ComparisonRow.Classical, [1e-8, 3e-8, 2e-8]) with { Cost = 12, CostUnit = "products", Seconds = 3.4e-2, Converged = 2 },
            ComparisonRow.Of("dense LU", ComparisonRow.Classical, [1e-16, double.PositiveInfinity]) with { Seconds = 1e-4 },
        ],
        Notes = ["Restarted GMRES(4) is better per product, and dense LU is faster: for one small fixed matrix use LU. " + new string('x', 70)],
    };

    [Fact]
    public void TheTableFitsEightyColumnsAndAligns()
    {
        string[] lines = ComparisonTable.Render(Example()).Split('\n');
        Assert.All(lines, l => Assert.True(l.Length <= 80, l));
        string learned = lines.Single(l => l.StartsWith("* learned")), gmres = lines.Single(l => l.StartsWith("  GMRES(4),"));
        Assert.Contains("1.95e-07", learned);
        Assert.Equal(learned.IndexOf("1.95e-07", StringComparison.Ordinal), gmres.IndexOf("e-08", StringComparison.Ordinal) - 4);
        Assert.Contains("infinite", lines.Single(l => l.StartsWith("  dense LU")));
    }

    [Fact]
    public void JsonReadsBackAsWritten()
    {
        Comparison written = Example(), read = ComparisonJson.FromJson(ComparisonJson.ToJson(written))!;
        Assert.Equal(written.Rows, read.Rows);
        Assert.Equal(written.Notes, read.Notes);
        Assert.Equal(written with { Rows = [], Notes = [] }, read with { Rows = [], Notes = [] });
        Assert.Null(ComparisonJson.FromJson(null));
    }

    [Fact]
    public void StatisticsAreTheTextbooks()
    {
        ComparisonRow row = ComparisonRow.Of("m", ComparisonRow.Classical, [4, 1, 16, 2]);
        Assert.Equal((3.0, 5.75, 16.0), (row.Median!.Value, row.Mean!.Value, row.Worst!.Value));
        Assert.Equal(Math.Pow(128, 0.25), row.GeometricMean!.Value, 12);
        Assert.Null(ComparisonRow.Of("m", ComparisonRow.Classical, []).Mean);
    }

    [Fact]
    public void AnExactZeroDoesNotHideTheOtherValues()
    {
        Assert.Equal(2, ComparisonRow.Of("m", ComparisonRow.Classical, [0, 1, 8]).GeometricMean!.Value, 12);
        Assert.Equal(0, ComparisonRow.Of("m", ComparisonRow.Classical, [0, 0]).GeometricMean!.Value);
    }

    [Theory]
    [InlineData(0.0106, "1.06e-02")]
    [InlineData(0, "0.00e+00")]
    [InlineData(double.NaN, "undefined")]
    [InlineData(double.PositiveInfinity, "infinite")]
    public void NumbersOfTablesHaveOneWidth(double value, string expected) => Assert.Equal(expected, NumberText.Scientific(value));

    [Theory]
    [InlineData(480, "480")]
    [InlineData(0.25, "0.25")]
    [InlineData(1.5e6, "1500000")]
    [InlineData(1.2345e-6, "1.23e-06")]
    public void ShortNumbersStayPlain(double value, string expected) => Assert.Equal(expected, NumberText.Short(value));
}
