using System.Text;

namespace Unrolled.Cli.Reports;

/// <summary>The names of the series in rows below the plot, each with a piece of its line.</summary>
internal sealed class ChartLegend
{
    private const double RowHeight = 20, SampleWidth = 30, Gap = 18, CharacterWidth = 6.9;

    private readonly List<(int Series, string Name, double X, int Row)> _entries = [];

    public ChartLegend(IReadOnlyList<ChartSeries> series, double left, double width)
    {
        double x = 0;
        int row = 0;
        for (int i = 0; i < series.Count; i++)
        {
            int fit = (int)((width - SampleWidth) / CharacterWidth);
            string name = series[i].Name.Length > fit ? series[i].Name[..(fit - 1)] + "…" : series[i].Name;
            double needed = SampleWidth + (name.Length * CharacterWidth);
            if (x > 0 && x + needed > width)
            {
                x = 0;
                row++;
            }

            _entries.Add((i, name, left + x, row));
            x += needed + Gap;
        }

        Height = series.Count == 0 ? 0 : (row + 1) * RowHeight;
    }

    /// <summary>The height of all rows.</summary>
    public double Height { get; }

    /// <summary>Draws the rows from <paramref name="top"/> down.</summary>
    public void Draw(StringBuilder svg, IReadOnlyList<ChartSeries> series, double top)
    {
        foreach ((int i, string name, double x, int row) in _entries)
        {
            double y = top + (row * RowHeight) + (RowHeight / 2);
            if (series[i].Style != ChartStyle.Points)
            {
                svg.Append($"<path class=\"{ChartMarks.LineClass(series[i], i)}\" d=\"M{HtmlText.Coordinate(x)} {HtmlText.Coordinate(y)}h24\"/>");
            }

            ChartMarks.Marker(svg, i, x + 12, y);
            svg.Append($"<text class=\"legend\" x=\"{HtmlText.Coordinate(x + SampleWidth)}\" y=\"{HtmlText.Coordinate(y + 4)}\">{HtmlText.Escape(name)}</text>\n");
        }
    }
}
