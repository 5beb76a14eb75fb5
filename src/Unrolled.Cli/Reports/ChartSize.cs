namespace Unrolled.Cli.Reports;

/// <summary>The drawing area of a chart in its own units; a report holds each chart in both sizes and shows the one that fits.</summary>
/// <param name="Name">The class in the style sheet.</param>
/// <param name="Width">The width of the whole drawing.</param>
/// <param name="PlotHeight">The height between the axes.</param>
/// <param name="XTicks">About how many labels the abscissa has.</param>
/// <param name="YTicks">About how many labels the ordinate has.</param>
internal sealed record ChartSize(string Name, double Width, double PlotHeight, int XTicks, int YTicks)
{
    /// <summary>For windows from 640 pixels.</summary>
    public static ChartSize Wide { get; } = new("wide", 760, 330, 8, 8);

    /// <summary>For telephones.</summary>
    public static ChartSize Narrow { get; } = new("narrow", 380, 270, 4, 6);
}
