using System.Diagnostics;
using System.Globalization;

namespace Unrolled.Benchmarks;

/// <summary>How busy the machine was with other programs while a scenario ran, from the counters of Linux; elsewhere nothing is known.</summary>
internal sealed class MachineLoad
{
    /// <summary>The share of the processors that others may use before figures count as taken on a loaded machine.</summary>
    private const double Quiet = 0.05;

    private const double TicksPerSecond = 100; // of the interface, whatever the kernel itself counts in

    private readonly double? _average = Average();
    private readonly double? _busy = Busy();
    private readonly double _own = Own();
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the start.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>What a page says of the load from the start until now.</summary>
    public string Report() => Report(_average, Average(), Busy() - _busy is double busy ? Math.Max(0, (busy - (Own() - _own)) / Seconds) : null, Environment.ProcessorCount);

    /// <summary>What a page says of loads.</summary>
    /// <param name="start">The load average of one minute at the start; null where it is not known.</param>
    /// <param name="end">The same at the end.</param>
    /// <param name="others">The processors that other programs used on average; null where it is not known.</param>
    /// <param name="processors">The processors of the machine.</param>
    public static string Report(double? start, double? end, double? others, int processors)
    {
        if (start is not double from || end is not double to || others is not double used)
        {
            return "not known on this system";
        }

        string figures = string.Create(CultureInfo.InvariantCulture,
            $"load average {from:0.00} at the start, {to:0.00} at the end; other programs used {used:0.00} of {processors} processors on average.");
        return used > Quiet * processors ? $"{figures} **The machine was loaded: times are too long, and ratios are those of a shared machine.**" : $"{figures} The machine was quiet.";
    }

    private static double? Average() =>
        Read("/proc/loadavg") is [string line, ..] ? double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>Seconds that all processors were busy since the machine started: user, nice, system, interrupts and what a host took, not idle and waiting.</summary>
    private static double? Busy()
    {
        if (Read("/proc/stat") is not [string line, ..])
        {
            return null;
        }

        double[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        return (ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond;
    }

    /// <summary>Processor seconds of this process and of all that it started and waited for.</summary>
    private static double Own()
    {
        double children = 0;
        if (Read("/proc/self/stat") is [string line, ..])
        {
            // The name in parentheses may hold anything; the state is the third field, the times of children are the 16th and 17th.
            string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            children = (double.Parse(fields[13], CultureInfo.InvariantCulture) + double.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }

        return Environment.CpuUsage.TotalTime.TotalSeconds + children;
    }

    private static string[]? Read(string file) => File.Exists(file) ? File.ReadAllLines(file) : null;
}
