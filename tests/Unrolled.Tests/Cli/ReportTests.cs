using System.Text.RegularExpressions;
using System.Xml.Linq;
using Unrolled.Cli.Reports;

namespace Unrolled.Tests.Cli;

public class ReportTests
{
    private static SvgChart Example(ChartAxis y) => new SvgChart("Error <against> cost & more", new ChartAxis("products with A"), y)
        .Add(new ChartSeries("learned \"Krylov\"", [0, 1, 2, 3, 4], [1, 0.1, double.NaN, 1e-3, 1e-4]) { Emphasized = true })
        .Add(new ChartSeries("CG", [0, 1, 2, 3, 4], [1, 0.5, 0, double.PositiveInfinity, 0.1]))
        .Add(new ChartSeries("points", [0.5, 1.5], [0.2, 0.3]) { Style = ChartStyle.Points })
        .Add(new ChartSeries("steps", [0, 2, 4], [0.9, 0.4, 0.05]) { Style = ChartStyle.Step });

    private static XElement Svg(SvgChart chart, ChartSize? size = null) => XElement.Parse(chart.ToSvg(size ?? ChartSize.Wide, "a"));

    private static IEnumerable<XElement> Of(XElement svg, string kind) =>
        svg.Descendants().Where(e => ((string?)e.Attribute("class"))?.Split(' ').Contains(kind) == true);

    [Fact]
    public void ADrawingIsWellFormedNamedAndEscaped()
    {
        XElement svg = Svg(Example(new ChartAxis("residual norm") { Logarithmic = true }));
        Assert.Equal("Error <against> cost & more", svg.Element("title")!.Value);
        Assert.NotEmpty(svg.Element("desc")!.Value);
        Assert.Equal("a-t a-d", (string?)svg.Attribute("aria-labelledby"));
        Assert.Contains(Of(svg, "legend"), e => e.Value == "learned \"Krylov\"");
    }

    [Fact]
    public void LinesHaveGapsAtWhatCannotBeShown()
    {
        string[] lines = [.. Of(Svg(Example(new ChartAxis("r") { Logarithmic = true })), "line").Select(e => (string)e.Attribute("d")!)];
        Assert.Equal(2, lines[0].Count(c => c == 'M'));
        Assert.Contains('V', lines[1]);
        Assert.Equal(2, lines[2].Count(c => c == 'M'));
        Assert.All(lines, l => Assert.DoesNotMatch("NaN|Inf|∞", l));
    }

    [Fact]
    public void DecadesAreLabeledWithPowers()
    {
        string[] labels = [.. Of(Svg(Example(new ChartAxis("r") { Logarithmic = true })), "y").Select(e => e.Value)];
        Assert.Equal(["1", "10⁻¹", "10⁻²", "10⁻³", "10⁻⁴"], labels);
        Assert.NotEmpty(new ChartScale(new ChartAxis("r") { Logarithmic = true }, [1e-3, 1]).MinorTicks());
    }

    [Theory]
    [InlineData(new[] { 0.0, 10 }, false)]
    [InlineData(new[] { -3e-7, 8e-7 }, false)]
    [InlineData(new[] { 5.0, 5 }, false)]
    [InlineData(new[] { -1.7e308, 1.7e308 }, false)]
    [InlineData(new[] { 123456789.0, 123456790 }, false)]
    [InlineData(new[] { double.NaN }, false)]
    [InlineData(new[] { 1e-300, 1e300 }, true)]
    [InlineData(new[] { 1.0, 2 }, true)]
    [InlineData(new[] { 1.0, 1.001 }, true)]
    [InlineData(new[] { 7.0, 7 }, true)]
    [InlineData(new[] { -1.0, 0 }, true)]
    public void EveryRangeHasAFewTicksInside(double[] values, bool logarithmic)
    {
        var scale = new ChartScale(new ChartAxis("a") { Logarithmic = logarithmic }, values);
        IReadOnlyList<(double Position, string Label)> ticks = scale.Ticks(8);
        Assert.InRange(ticks.Count, 1, 12);
        Assert.All(ticks, t => Assert.InRange(t.Position, -1e-6, 1 + 1e-6));
        Assert.Equal(ticks.Count, ticks.Select(t => t.Label).Distinct().Count());
    }

    [Fact]
    public void LabelsOfTheAbscissaDoNotTouch()
    {
        foreach (ChartSize size in new[] { ChartSize.Wide, ChartSize.Narrow })
        {
            var chart = new SvgChart("t", new ChartAxis("x"), new ChartAxis("y"));
            chart.Add(new ChartSeries("s", [123456.7, 123456.9], [1, 2]));
            double end = double.NegativeInfinity;
            foreach (XElement label in Of(Svg(chart, size), "x"))
            {
                double center = (double)label.Attribute("x")!, half = label.Value.Length * 3.6;
                Assert.True(center - half >= end, label.Value);
                end = center + half;
            }
        }
    }

    [Fact]
    public void ALongSeriesKeepsItsExtremes()
    {
        double[] x = [.. Enumerable.Range(0, 200_000).Select(i => (double)i)], y = [.. x.Select(v => v == 77_777 ? 100.0 : Math.Sin(v))];
        var chart = new SvgChart("t", new ChartAxis("x"), new ChartAxis("y") { Low = 0, High = 100 }).Add(new ChartSeries("s", x, y));
        string svg = chart.ToSvg(ChartSize.Wide, "a");
        Assert.InRange(svg.Length, 1000, 100_000);
        Assert.Contains(" 10L", Of(XElement.Parse(svg), "line").Select(e => (string)e.Attribute("d")!).First());
    }

    [Fact]
    public void ATitleThatIsLongerThanItsAxisHasTwoLines()
    {
        var chart = new SvgChart("t", new ChartAxis("x"), new ChartAxis("geometric mean of the residual norm |b - A x|")).Add(new ChartSeries("s", [1, 2], [1, 2]));
        Assert.Equal("norm |b - A x|", Of(Svg(chart, ChartSize.Narrow), "axis").Last().Elements().Single().Value[^14..]);
        Assert.Empty(Of(Svg(chart), "axis").Last().Elements());
    }

    [Fact]
    public void AnEmptyChartSaysSo() => Assert.Contains("no finite values to show",
        new SvgChart("t", new ChartAxis("x"), new ChartAxis("y")).Add(new ChartSeries("s", [1], [double.NaN])).ToSvg(ChartSize.Narrow, "a"));

    [Fact]
    public void AReportHoldsNoForeignMarkupAndFetchesNothing()
    {
        const string Evil = "<script>alert('x')</script>\"&\0\u001b";
        string html = new HtmlReport(Evil, Evil).Section(Evil).Paragraph(Evil).Note(Evil, ReportTone.Bad).List([Evil]).Terms([(Evil, Evil)])
            .Table(Evil, [Evil, Evil], [([Evil, Evil], true)])
            .Chart(new SvgChart(Evil, new ChartAxis(Evil), new ChartAxis(Evil)).Add(new ChartSeries(Evil, [1], [1])), Evil).ToHtml();
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain('\0', html);
        Assert.DoesNotMatch(new Regex("(?:src|href)=|https?://|url\\((?!#)|@import", RegexOptions.IgnoreCase), html);
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"", html);
        Assert.Equal(html.Split("id=\"").Length - 1, Regex.Matches(html, "id=\"([^\"]+)\"").Select(m => m.Groups[1].Value).Distinct().Count());
    }

    /// <summary>Writes a report with everything in it, to be looked at: set UNROLLED_GALLERY to a file.</summary>
    [Fact]
    public void TheGalleryCanBeWritten()
    {
        HtmlReport report = ReportGallery.Create();
        Assert.Contains("</html>", report.ToHtml());
        if (Environment.GetEnvironmentVariable("UNROLLED_GALLERY") is string path)
        {
            report.Write(path);
        }
    }
}
