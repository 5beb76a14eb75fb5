using System.Globalization;
using System.Text;

namespace Unrolled.Cli.Reports;

/// <summary>
/// A chart as inline SVG: lines, steps or points over linear or logarithmic axes. Colors come from the style sheet of
/// <see cref="HtmlReport"/>, so that one drawing serves light and dark.
/// </summary>
/// <param name="title">What the chart shows, for readers who do not see it and as its name.</param>
/// <param name="x">The abscissa.</param>
/// <param name="y">The ordinate.</param>
internal sealed class SvgChart(string title, ChartAxis x, ChartAxis y)
{
    private const double Top = 10, Right = 14, MarkersUpTo = 40, LabelWidth = 7.2, TitleLine = 15;
    private const int GreatestPointCount = 1500;

    private readonly List<ChartSeries> _series = [];

    /// <summary>What the chart shows.</summary>
    public string Title => title;

    /// <summary>One or two sentences for readers who do not see the chart.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Adds a series.</summary>
    /// <exception cref="ArgumentException">The numbers of abscissas and ordinates differ.</exception>
    public SvgChart Add(ChartSeries series)
    {
        if (series.X.Count != series.Y.Count)
        {
            throw new ArgumentException($"series '{series.Name}' has {series.X.Count} abscissas and {series.Y.Count} ordinates");
        }

        _series.Add(series);
        return this;
    }

    /// <summary>Draws the chart.</summary>
    /// <param name="size">The size of the drawing.</param>
    /// <param name="id">A name that no other drawing of the document has.</param>
    public string ToSvg(ChartSize size, string id)
    {
        ChartSeries[] shown = [.. _series.OrderBy(s => !s.Emphasized)]; // the learned method has the first color and marker in every chart
        var scaleX = new ChartScale(x, _series.SelectMany(s => s.X));
        var scaleY = new ChartScale(y, _series.SelectMany(s => s.Y));
        IReadOnlyList<(double Position, string Label)> ticksY = scaleY.Ticks(size.YTicks);
        string[] titleY = TitleLines(size.PlotHeight + 30);
        double left = 34 + (TitleLine * (titleY.Length - 1)) + (LabelWidth * ticksY.Select(t => t.Label.Length).DefaultIfEmpty(1).Max());
        var plot = new Plot(left, Top, size.Width - left - Right, size.PlotHeight, scaleX, scaleY);
        var legend = new ChartLegend(shown, left, plot.Width);
        double height = plot.Bottom + 50 + legend.Height + 6;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart {size.Name}\" viewBox=\"0 0 {size.Width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n");
        svg.Append($"<title id=\"{id}-t\">{HtmlText.Escape(title)}</title><desc id=\"{id}-d\">{HtmlText.Escape(DescriptionText())}</desc>\n");
        svg.Append($"<clipPath id=\"{id}-c\"><rect {plot.Box(margin: 5)}/></clipPath>\n");
        DrawGrid(svg, plot, scaleX.Ticks(size.XTicks), ticksY, titleY);
        svg.Append($"<g clip-path=\"url(#{id}-c)\">\n");
        foreach (int i in Enumerable.Range(0, shown.Length).OrderBy(i => shown[i].Emphasized))
        {
            DrawSeries(svg, plot, shown[i], i);
        }

        svg.Append("</g>\n");
        legend.Draw(svg, shown, plot.Bottom + 50);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The title of the ordinate on one line, or on two where the axis is too short for it.</summary>
    private string[] TitleLines(double space)
    {
        int middle = y.Title.Length / 2;
        int blank = y.Title.Length * LabelWidth <= space ? -1
            : Enumerable.Range(0, y.Title.Length).Where(i => y.Title[i] == ' ').OrderBy(i => Math.Abs(i - middle)).FirstOrDefault(-1);
        return blank < 0 ? [y.Title] : [y.Title[..blank], y.Title[(blank + 1)..]];
    }

    private string DescriptionText() => Description.Length > 0
        ? Description
        : $"{y.Title} over {x.Title} for {string.Join(", ", _series.Select(s => s.Name))}.";

    private void DrawGrid(
        StringBuilder svg, Plot plot, IReadOnlyList<(double Position, string Label)> ticksX, IReadOnlyList<(double Position, string Label)> ticksY, string[] titleY)
    {
        var minor = new StringBuilder();
        foreach (double position in plot.ScaleX.MinorTicks())
        {
            minor.Append($"M{C(plot.AtX(position))} {C(plot.Bottom)}v-4");
        }

        foreach (double position in plot.ScaleY.MinorTicks())
        {
            minor.Append($"M{C(plot.Left)} {C(plot.AtY(position))}h4");
        }

        var grid = new StringBuilder();
        var labels = new StringBuilder();
        double free = double.NegativeInfinity;
        foreach ((double position, string label) in ticksX.OrderBy(t => t.Position))
        {
            grid.Append($"M{C(plot.AtX(position))} {C(plot.Top)}v{C(plot.Height)}");
            double half = label.Length * LabelWidth / 2, center = plot.AtX(position);
            if (center - half < free)
            {
                continue;
            }

            free = center + half + 4;
            labels.Append($"<text class=\"tick x\" x=\"{C(center)}\" y=\"{C(plot.Bottom + 17)}\">{HtmlText.Escape(label)}</text>");
        }

        foreach ((double position, string label) in ticksY)
        {
            grid.Append($"M{C(plot.Left)} {C(plot.AtY(position))}h{C(plot.Width)}");
            labels.Append($"<text class=\"tick y\" x=\"{C(plot.Left - 7)}\" y=\"{C(plot.AtY(position) + 4)}\">{HtmlText.Escape(label)}</text>");
        }

        svg.Append($"<path class=\"grid\" d=\"{grid}\"/><path class=\"minor\" d=\"{minor}\"/><rect class=\"frame\" {plot.Box(0)}/>\n{labels}\n");
        double middle = plot.Top + (plot.Height / 2);
        svg.Append($"<text class=\"axis\" x=\"{C(plot.Left + (plot.Width / 2))}\" y=\"{C(plot.Bottom + 38)}\">{HtmlText.Escape(x.Title)}</text>");
        svg.Append($"<text class=\"axis\" transform=\"translate(14 {C(middle)}) rotate(-90)\">{string.Join(' ', titleY.Select((line, i) => i == 0 ? HtmlText.Escape(line) : $"<tspan x=\"0\" dy=\"{C(TitleLine)}\">{HtmlText.Escape(line)}</tspan>"))}</text>\n");
        if (!_series.Any(s => s.X.Zip(s.Y).Any(p => plot.Shows(p.First, p.Second))))
        {
            svg.Append($"<text class=\"axis\" x=\"{C(plot.Left + (plot.Width / 2))}\" y=\"{C(middle)}\">no finite values to show</text>\n");
        }
    }

    private static void DrawSeries(StringBuilder svg, Plot plot, ChartSeries series, int index)
    {
        var path = new StringBuilder();
        var markers = new List<(double X, double Y)>();
        bool everyPoint = series.Style == ChartStyle.Points || series.X.Count <= MarkersUpTo;
        List<(double X, double Y)?> points = Thinned(plot, series);
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i] is not (double px, double py))
            {
                continue;
            }

            bool follows = i > 0 && points[i - 1] is not null, leads = i + 1 < points.Count && points[i + 1] is not null;
            path.Append(!follows ? $"M{C(px)} {C(py)}" : series.Style == ChartStyle.Step ? $"H{C(px)}V{C(py)}" : $"L{C(px)} {C(py)}");
            if (everyPoint || (!follows && !leads))
            {
                markers.Add((px, py));
            }
        }

        if (series.Style != ChartStyle.Points && path.Length > 0)
        {
            svg.Append($"<path class=\"{ChartMarks.LineClass(series, index)}\" d=\"{path}\"/>");
        }

        foreach ((double px, double py) in markers)
        {
            ChartMarks.Marker(svg, index, px, py);
        }

        svg.Append('\n');
    }

    /// <summary>The points in drawing units, null at gaps; of a long line only the extremes of every few points.</summary>
    private static List<(double X, double Y)?> Thinned(Plot plot, ChartSeries series)
    {
        int count = series.X.Count, stride = series.Style == ChartStyle.Points ? 1 : Math.Max(1, 2 * count / GreatestPointCount);
        var points = new List<(double X, double Y)?>();
        for (int start = 0; start < count; start += stride)
        {
            int lowest = -1, highest = -1;
            bool gap = false;
            for (int i = start; i < Math.Min(count, start + stride); i++)
            {
                if (!plot.Shows(series.X[i], series.Y[i]))
                {
                    gap = true;
                    continue;
                }

                lowest = lowest < 0 || series.Y[i] < series.Y[lowest] ? i : lowest;
                highest = highest < 0 || series.Y[i] > series.Y[highest] ? i : highest;
            }

            foreach (int i in new[] { Math.Min(lowest, highest), Math.Max(lowest, highest) }.Where(i => i >= 0).Distinct())
            {
                points.Add((plot.AtX(plot.ScaleX.Position(series.X[i])), plot.AtY(plot.ScaleY.Position(series.Y[i]))));
            }

            if (gap)
            {
                points.Add(null);
            }
        }

        return points;
    }

    private static string C(double value) => HtmlText.Coordinate(value);

    /// <summary>The rectangle between the axes.</summary>
    private sealed record Plot(double Left, double Top, double Width, double Height, ChartScale ScaleX, ChartScale ScaleY)
    {
        public double Bottom => Top + Height;

        public bool Shows(double x, double y) => ScaleX.Shows(x) && ScaleY.Shows(y);

        public double AtX(double position) => Left + (Math.Clamp(position, -1, 2) * Width);

        public double AtY(double position) => Bottom - (Math.Clamp(position, -1, 2) * Height);

        public string Box(double margin) =>
            $"x=\"{C(Left - margin)}\" y=\"{C(Top - margin)}\" width=\"{C(Width + (2 * margin))}\" height=\"{C(Height + (2 * margin))}\"";
    }
}
