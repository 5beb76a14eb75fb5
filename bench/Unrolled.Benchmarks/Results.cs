using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Unrolled.Benchmarks;

/// <summary>The results of a scenario, printed as they come and written as a page of <c>bench/results</c>.</summary>
internal sealed class Results
{
    private readonly string _scenario;
    private readonly StringBuilder _page = new();

    public Results(string scenario)
    {
        _scenario = scenario;
        Line($"# {scenario}");
        Line(string.Empty);
        Line($"`dotnet run -c Release --project bench/Unrolled.Benchmarks {scenario}`, {DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} processors, " +
            $"{RuntimeInformation.FrameworkDescription}, {(Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128")}-bit registers. " +
            "Times are minima of one run; the machine is shared, so read the ratios.");
    }

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Find();

    public void Table(string title, params string[] columns)
    {
        Line(string.Empty);
        Line($"**{title}**");
        Line(string.Empty);
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
    }

    public void Row(params string[] cells) => Line($"| {string.Join(" | ", cells)} |");

    public void Line(string text)
    {
        Console.WriteLine(text);
        _page.Append(text).Append('\n');
    }

    /// <summary>A time in milliseconds, as short as it may be.</summary>
    public static string Milliseconds(double time) => time.ToString(time < 0.01 ? "0.00000" : time < 1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture) + " ms";

    /// <summary>How many times faster, with what was asked: reached or not.</summary>
    public static string Ratio(double ratio, double? asked = null) => asked is double least
        ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0}x ({(ratio >= least ? "reached" : "not reached")}: {least:0.#}x)")
        : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0}x");

    public void Write()
    {
        string folder = Path.Combine(Root, "bench", "results");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{_scenario}.md"), _page.ToString());
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Unrolled.slnx")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
