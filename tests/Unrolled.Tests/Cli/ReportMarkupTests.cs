using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Unrolled.Tests.Cli;

/// <summary>What can be said of the report of every workload without a browser.</summary>
[Collection(nameof(SmallModels))]
public sealed partial class ReportMarkupTests(SmallModels models)
{
    public static TheoryData<string> Names => SmallModels.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void AReportIsOneFileThatFetchesNothing(string name)
    {
        string html = File.ReadAllText(models[name].Report);
        Assert.DoesNotMatch(Fetching(), html);
        Assert.DoesNotMatch("<script|<link|<iframe|<object|<embed|javascript:|\\son[a-z]+=\"", html);
        Assert.Contains("default-src 'none'", html);
        Assert.DoesNotMatch("NaN|undefined|Infinity", html);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItsElementsAreClosedAndItsNamesAreUnique(string name)
    {
        XElement main = Main(name);
        string[] ids = [.. main.Descendants().Select(e => (string?)e.Attribute("id")).OfType<string>()];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(main.Elements("h2"), h => Assert.False(h.ElementsAfterSelf().FirstOrDefault()?.Name.LocalName is null or "h2", $"nothing below '{h.Value}'"));
        Assert.All(main.Descendants("table"), t => Assert.All(t.Descendants("tr"), r => Assert.Equal(t.Descendants("th").Count(), r.Elements().Count())));
        Assert.Single(main.Elements("h2"), h => h.Value == "What is certified");
        Assert.Single(main.Elements("h2"), h => h.Value == "Take it elsewhere");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryChartHasTitlesALegendAndASentence(string name)
    {
        foreach (XElement figure in Main(name).Elements("figure"))
        {
            Assert.EndsWith(".", figure.Elements("figcaption").Last().Value.TrimEnd());
            foreach (XElement svg in figure.Elements("svg").Where(s => s.Element("title") is not null))
            {
                Assert.NotEmpty(svg.Element("title")!.Value);
                Assert.Equal(2, svg.Descendants("text").Count(t => Is(t, "axis") && t.Value.Length > 0));
                Assert.InRange(svg.Descendants("text").Count(t => Is(t, "x")), 1, 12);
                Assert.InRange(svg.Descendants("text").Count(t => Is(t, "y")), 1, 12);
                int series = svg.Elements("g").Single().Descendants("path").Select(p => Color().Match((string)p.Attribute("class")!).Value).Distinct().Count();
                int names = svg.Elements("text").Count(t => Is(t, "legend"));
                Assert.True(series <= 1 || names >= Math.Min(series, 10), $"{svg.Element("title")!.Value}: {series} series and {names} names");
            }
        }
    }

    private static bool Is(XElement element, string kind) => ((string?)element.Attribute("class"))?.Split(' ').Contains(kind) == true;

    /// <summary>The body as XML, which it is but for the pictures' open elements.</summary>
    private XElement Main(string name)
    {
        string html = File.ReadAllText(models[name].Report);
        int start = html.IndexOf("<main>", StringComparison.Ordinal), end = html.IndexOf("</main>", StringComparison.Ordinal);
        return XElement.Parse(OpenPicture().Replace(html[start..(end + "</main>".Length)], "$1/>"));
    }

    [GeneratedRegex("(?:src|href)=\"(?!data:image/png;base64,)|https?://|url\\((?!#)|@import", RegexOptions.IgnoreCase)]
    private static partial Regex Fetching();

    [GeneratedRegex("(<img [^>]*)>")]
    private static partial Regex OpenPicture();

    [GeneratedRegex("c[0-9]")]
    private static partial Regex Color();
}
