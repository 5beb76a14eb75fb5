using System.Diagnostics;

namespace Unrolled.Benchmarks;

/// <summary>Times of one action in milliseconds.</summary>
internal readonly record struct Times(double Least, double Median)
{
    /// <summary>Runs an action for about as many seconds as asked, after a warm-up that lets the compiler finish.</summary>
    public static Times Of(Action action, double seconds = 1.5)
    {
        long warm = Stopwatch.GetTimestamp();
        do
        {
            action();
        }
        while (Stopwatch.GetElapsedTime(warm).TotalSeconds < seconds / 3);

        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        times.Sort();
        return new Times(times[0], times[times.Count / 2]);
    }

    /// <summary>The same in processor time, for actions of one thread on a machine that others use: what they take from it is left out.</summary>
    public static Times OfProcessor(Action action, double seconds = 1.5)
    {
        Of(action, seconds / 3);
        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            action();
            times.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        times.Sort();
        return new Times(times[0], times[times.Count / 2]);
    }

    /// <summary>Of actions that take turns, a few calls each, so that a processor whose speed changes is as fast for one as for the other.</summary>
    public static Times[] InTurns(double seconds, params Action[] actions)
    {
        var times = actions.Select(_ => new List<double>()).ToArray();
        long start = Stopwatch.GetTimestamp();
        do
        {
            for (int a = 0; a < actions.Length; a++)
            {
                long turn = Stopwatch.GetTimestamp();
                do
                {
                    long before = Stopwatch.GetTimestamp();
                    actions[a]();
                    times[a].Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                }
                while (Stopwatch.GetElapsedTime(turn).TotalMilliseconds < 10);
            }
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        return [.. times.Select(list =>
        {
            list.Sort();
            return new Times(list[0], list[list.Count / 2]);
        })];
    }

    /// <summary>For actions of microseconds: many at a time.</summary>
    public static Times OfMany(Action action, int repeats, double seconds = 1.5)
    {
        return Of(
            () =>
            {
                for (int i = 0; i < repeats; i++)
                {
                    action();
                }
            },
            seconds).Over(repeats);
    }

    /// <summary>Of an action whose preparation before each time does not count.</summary>
    public static Times OfPrepared(Action prepare, Action action, double seconds = 1.5)
    {
        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            prepare();
            long before = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds || times.Count < 3);

        times.RemoveRange(0, times.Count / 4); // while the compiler finishes
        times.Sort();
        return new Times(times[0], times[times.Count / 2]);
    }

    /// <summary>The times of one of several pieces of work that were measured together.</summary>
    public Times Over(int pieces) => new(Least / pieces, Median / pieces);
}
