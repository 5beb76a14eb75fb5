using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Unrolled.Benchmarks;

/// <summary>The results of a scenario, printed as they come and written as a page of <c>bench/results</c>.</summary>
internal sealed class Results
{
    private readonly Scenario _scenario;
    private readonly StringBuilder _body = new();
    private readonly Dictionary<Asked, double> _judged = [];
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly MachineLoad _load = new();

    /// <summary>Starts the clock of a scenario.</summary>
    public Results(Scenario scenario)
    {
        _scenario = scenario;
        Console.WriteLine($"# {scenario.Name}");
    }

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Find();

    /// <summary>The folder of the pages.</summary>
    public static string Folder => Path.Combine(Root, "bench", "results");

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
        _body.Append(text).Append('\n');
    }

    /// <summary>A time in milliseconds, as short as it may be.</summary>
    public static string Milliseconds(double time) => time.ToString(time < 0.01 ? "0.00000" : time < 1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture) + " ms";

    /// <summary>The least and the median time in milliseconds.</summary>
    public static string Milliseconds(Times times) => $"{Milliseconds(times.Least)} (median {Milliseconds(times.Median)})";

    /// <summary>The least and the median time in microseconds, each divided by a number of pieces of work.</summary>
    public static string Microseconds(Times times, int pieces = 1)
    {
        return $"{Text(times.Least)} us (median {Text(times.Median)} us)";

        string Text(double milliseconds) => (1e3 * milliseconds / pieces) switch { var us => us.ToString(us < 1 ? "0.000" : "0.00", CultureInfo.InvariantCulture) };
    }

    /// <summary>A power of ten, such as a tolerance.</summary>
    public static string Power(double value) => value.ToString("0e0", CultureInfo.InvariantCulture);

    /// <summary>How many times faster.</summary>
    public static string Ratio(double ratio) => Asked.Number(ratio) + "x";

    /// <summary>How many times faster, and whether that is as asked where something is.</summary>
    public string Ratio(double ratio, Asked? asked) => asked is null ? Ratio(ratio) : Judge(asked, ratio);

    /// <summary>A number of which something is asked: the number and the verdict, which the end of the page and the summary repeat.</summary>
    /// <exception cref="ArgumentException">The scenario does not ask for it, or it was judged before.</exception>
    public string Judge(Asked asked, double value)
    {
        if (!_scenario.Asked.Contains(asked) || !_judged.TryAdd(asked, value))
        {
            throw new ArgumentException($"the scenario '{_scenario.Name}' does not ask for '{asked.What}', or it was judged before", nameof(asked));
        }

        return $"{asked.Text(value)} ({asked.Verdict(value)}: {asked.BoundText})";
    }

    /// <summary>Writes the page.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="failure">What ended the scenario before it was done; null where nothing did.</param>
    public void Write(string folder, Exception? failure = null)
    {
        Directory.CreateDirectory(folder);
        string page = Page(failure);
        File.WriteAllText(ResultPage.PathOf(folder, _scenario.Name), page);
        Console.WriteLine(page[..page.IndexOf("\n\nTimes are", StringComparison.Ordinal)]);
    }

    /// <summary>The page: where and when, the tables, what was asked and what was measured.</summary>
    private string Page(Exception? failure)
    {
        string date = _start.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), seconds = _load.Seconds.ToString("0", CultureInfo.InvariantCulture);
        string peers = _scenario.Peers.Count == 0 ? "none" : string.Join(", ", _scenario.Peers);
        var page = new StringBuilder(
            $"""
            # {_scenario.Name}

            {char.ToUpperInvariant(_scenario.Description[0])}{_scenario.Description[1..]}.

            - Command: `dotnet run -c Release --project bench/Unrolled.Benchmarks {_scenario.Name}`
            {ResultPage.Date}{date} UTC, in {seconds} s
            - Machine: {Environment.ProcessorCount} processors{Model()}, {Registers()}-bit registers, {RuntimeInformation.FrameworkDescription}
            - Peers: {peers}
            {ResultPage.Load}{_load.Report()}

            Times are minima with medians beside them, of the threads that the row or the title names, else of one.

            """);
        page.Append(_body);
        if (failure is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{ResultPage.Failure}{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}\n");
        }

        if (_scenario.Asked.Count > 0)
        {
            page.Append("\n## What was asked\n\n| asked | bound | measured | |\n| --- | --- | --- | --- |\n");
            foreach (Asked asked in _scenario.Asked)
            {
                double? value = _judged.TryGetValue(asked, out double number) ? number : null;
                page.Append(new JudgedRow(asked.What, asked.BoundText, value is double v ? asked.Text(v) : "-", asked.Verdict(value))).Append('\n');
            }
        }

        return page.ToString();
    }

    private static int Registers() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Model() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is string line
            ? $" ({line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()})" : string.Empty;

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
