using System.Text;

namespace Unrolled.Cli.Reports;

/// <summary>Lines and markers that tell series apart without color: five markers, four dashes, ten colors.</summary>
internal static class ChartMarks
{
    public const int Colors = 10;

    /// <summary>The classes of the line of a series.</summary>
    public static string LineClass(ChartSeries series, int index) =>
        $"line c{index % Colors} d{index % 4}{(series.Emphasized ? " heavy" : string.Empty)}";

    /// <summary>Draws the marker of a series: circle, square, triangle, diamond or cross.</summary>
    public static void Marker(StringBuilder svg, int index, double x, double y)
    {
        string at = $"M{HtmlText.Coordinate(x)} {HtmlText.Coordinate(y)}";
        string shape = (index % 5) switch
        {
            0 => "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
            1 => "m-3.2 -3.2h6.4v6.4h-6.4z",
            2 => "m0 -4.2l4 7.2h-8z",
            3 => "m0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z",
            _ => "m-3.4 -3.4l6.8 6.8m0 -6.8l-6.8 6.8",
        };
        svg.Append($"<path class=\"{(index % 5 == 4 ? "cross" : "mark")} c{index % Colors}\" d=\"{at}{shape}\"/>");
    }
}
