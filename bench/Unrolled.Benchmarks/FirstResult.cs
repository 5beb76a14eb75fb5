using System.Diagnostics;
using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Benchmarks;

/// <summary>
/// What a new function costs in a program that has just started: reading the equation, composing the RK4 step, generating its code,
/// one step of 64 instances. Measured in processes of their own, because a second function is much cheaper.
/// </summary>
internal static class FirstResult
{
    public const string Argument = "first-result";

    /// <summary>The best and the median of several processes in milliseconds; null where this program cannot start itself.</summary>
    public static Times? Measure(int processes)
    {
        (string program, string[] arguments) = Self.Command(Argument);
        List<double> times = [];
        for (int i = 0; i < processes; i++)
        {
            if (double.TryParse(Peer.Run(program, arguments, 1), CultureInfo.InvariantCulture, out double time))
            {
                times.Add(time);
            }
        }

        times.Sort();
        return times.Count == 0 ? null : new Times(times[0], times[times.Count / 2]);
    }

    /// <summary>Prints the milliseconds from the text of the equation to the result.</summary>
    public static void Print()
    {
        long start = Stopwatch.GetTimestamp();
        Function f = Function.ParseEquations("dx = y\ndy = mu*(1 - x^2)*y - x", ["mu"]);
        Batch y = Batch.Zeros(2, 64), mu = Batch.Zeros(1, 64);
        y.Values.Fill(0.5);
        mu.Values.Fill(1.5);
        Trajectories result = new FixedStepRungeKutta(Tableaus.RungeKutta4).Integrate(new InitialValueProblem(f, y, mu, 0.02), 1, new() { Threads = 1 });
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        result.EnsureCompleted();
        Console.WriteLine(time.ToString(CultureInfo.InvariantCulture));
    }
}
