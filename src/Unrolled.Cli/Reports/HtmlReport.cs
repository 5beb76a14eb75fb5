using System.Text;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Reports;

/// <summary>
/// One offline HTML file: sections with sentences, tables and charts, no script and nothing fetched. All text is
/// escaped. Every chart comes with a sentence that says what to see in it.
/// </summary>
/// <param name="title">The heading of the report.</param>
/// <param name="lead">One or two sentences below it.</param>
internal sealed class HtmlReport(string title, string lead)
{
    private readonly StringBuilder _body = new();
    private string _heading = string.Empty;
    private int _charts;
    private int _pictures;

    /// <summary>Begins a section.</summary>
    public HtmlReport Section(string heading)
    {
        _heading = heading;
        return Append($"<h2>{HtmlText.Escape(heading)}</h2>");
    }

    /// <summary>Adds a paragraph.</summary>
    public HtmlReport Paragraph(string text) => Append($"<p>{HtmlText.Escape(text)}</p>");

    /// <summary>Adds a paragraph that must not be overlooked.</summary>
    public HtmlReport Note(string text, ReportTone tone = ReportTone.Neutral) => Append(
        $"<p class=\"note{Tone(tone)}\">{HtmlText.Escape(text)}</p>");

    /// <summary>Adds a claim with the verdict on it and what it rests on.</summary>
    public HtmlReport Claim(string claim, string verdict, IReadOnlyList<string> assumptions, ReportTone tone) => Append(
        $"<div class=\"note claim{Tone(tone)}\"><p>{HtmlText.Escape(claim)}</p><p class=\"verdict\">{HtmlText.Escape(verdict)}</p>{Items(assumptions)}</div>");

    /// <summary>Adds a list of sentences; nothing for an empty one.</summary>
    public HtmlReport List(IEnumerable<string> items)
    {
        string list = Items(items);
        return list.Length == 0 ? this : Append(list);
    }

    /// <summary>Adds terms with their values.</summary>
    public HtmlReport Terms(IEnumerable<(string Term, string Value)> terms) => Append(
        $"<dl>{string.Concat(terms.Select(t => $"<dt>{HtmlText.Escape(t.Term)}</dt><dd>{HtmlText.Escape(t.Value)}</dd>"))}</dl>");

    /// <summary>Adds a table.</summary>
    /// <param name="caption">What the numbers are, with units.</param>
    /// <param name="columns">The headings; all columns but the first are numbers, to the right.</param>
    /// <param name="rows">The cells, and whether the row is to stand out.</param>
    public HtmlReport Table(string caption, IReadOnlyList<string> columns, IEnumerable<(IReadOnlyList<string> Cells, bool Marked)> rows)
    {
        var table = new StringBuilder($"<p class=\"caption\">{HtmlText.Escape(caption)}</p>\n<div class=\"scroll\" tabindex=\"0\">");
        table.Append($"<table aria-label=\"{HtmlText.Escape(caption)}\"><thead><tr>");
        for (int i = 0; i < columns.Count; i++)
        {
            table.Append($"<th scope=\"col\"{(i == 0 ? string.Empty : " class=\"n\"")}>{HtmlText.Escape(columns[i])}</th>");
        }

        table.Append("</tr></thead>\n<tbody>\n");
        foreach ((IReadOnlyList<string> cells, bool marked) in rows)
        {
            table.Append(marked ? "<tr class=\"mark\">" : "<tr>");
            for (int i = 0; i < cells.Count; i++)
            {
                table.Append($"<td{(i == 0 ? string.Empty : " class=\"n\"")}>{HtmlText.Escape(cells[i])}</td>");
            }

            table.Append("</tr>\n");
        }

        return Append(table.Append("</tbody></table></div>").ToString());
    }

    /// <summary>Adds a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="whatToSee">A sentence that says what to see in it.</param>
    public HtmlReport Chart(SvgChart chart, string whatToSee)
    {
        _charts++;
        string wide = chart.ToSvg(ChartSize.Wide, $"w{_charts}"), narrow = chart.ToSvg(ChartSize.Narrow, $"n{_charts}");
        string heading = chart.Title == _heading ? string.Empty : $"<h3>{HtmlText.Escape(chart.Title)}</h3>\n";
        return Append($"<figure>\n{heading}{wide}{narrow}<figcaption>{HtmlText.Escape(whatToSee)}</figcaption></figure>");
    }

    /// <summary>Adds a drawing.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="svg">One svg element, or two of which the style sheet shows one, that refers to nothing outside of it but the colors of the style sheet.</param>
    /// <param name="whatToSee">A sentence that says what to see in it.</param>
    public HtmlReport Drawing(string title, string svg, string whatToSee) => Append(
        $"<figure>\n<h3>{HtmlText.Escape(title)}</h3>\n{svg}<figcaption>{HtmlText.Escape(whatToSee)}</figcaption></figure>");

    /// <summary>Adds text whose lines and columns count.</summary>
    public HtmlReport Code(string text) => Append($"<pre class=\"scroll\" tabindex=\"0\">{HtmlText.Escape(text)}</pre>");

    /// <summary>Adds pictures side by side, each inside the file itself.</summary>
    /// <param name="caption">What to see.</param>
    /// <param name="pictures">The pictures with their names.</param>
    public HtmlReport Pictures(string caption, IReadOnlyList<(string Name, Raster Picture)> pictures)
    {
        var html = new StringBuilder("<figure>\n<div class=\"pictures\">");
        foreach ((string name, Raster picture) in pictures)
        {
            _pictures++;
            using var png = new MemoryStream();
            PngWriter.Write(png, picture);
            html.Append($"<figure><img alt=\"{HtmlText.Escape(name)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png.ToArray())}\"><figcaption>{HtmlText.Escape(name)}</figcaption></figure>");
        }

        return Append(html.Append($"</div>\n<figcaption>{HtmlText.Escape(caption)}</figcaption></figure>").ToString());
    }

    /// <summary>The whole document.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{(_pictures > 0 ? "; img-src data:" : string.Empty)}\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Append($"<title>{HtmlText.Escape(title)}</title>\n<style>\n{ReportStyle.Css}\n{ReportStyle.SeriesCss}</style>\n</head>\n<body>\n<main>\n");
        html.Append($"<header><p class=\"kind\">Unrolled report</p><h1>{HtmlText.Escape(title)}</h1><p class=\"lead\">{HtmlText.Escape(lead)}</p></header>\n");
        return html.Append(_body).Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the document; the file appears complete or not at all.</summary>
    public void Write(string path)
    {
        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(ToHtml()));
        file.Commit();
    }

    private static string Tone(ReportTone tone) => tone switch
    {
        ReportTone.Good => " good",
        ReportTone.Bad => " bad",
        _ => string.Empty,
    };

    private static string Items(IEnumerable<string> items)
    {
        string list = string.Concat(items.Select(i => $"<li>{HtmlText.Escape(HtmlText.Sentence(i))}</li>"));
        return list.Length == 0 ? string.Empty : $"<ul>{list}</ul>";
    }

    private HtmlReport Append(string html)
    {
        _body.Append(html).Append('\n');
        return this;
    }
}
