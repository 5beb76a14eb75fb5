using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Benchmarks;

/// <summary>Fixed-step RK4 on 10,000 van der Pol instances x 200 steps; peers: bench/peers/rk4_van_der_pol*.</summary>
internal static class RungeKuttaSpeed
{
    private const int Instances = 10_000, Steps = 200;

    public static void Run()
    {
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(Instances, new RandomStream(1)).WithHorizon(4);
        foreach (IFixedStepMethod method in new IFixedStepMethod[]
        {
            new FixedStepRungeKutta(Tableaus.RungeKutta4), new FixedStepRungeKutta(Tableaus.DormandPrince), new FixedStepMultistep(new AdamsBashforth(4)),
        })
        {
            foreach (int threads in (int[])[1, 2])
            {
                IntegrationOptions options = new() { Threads = threads, Memory = new SolverMemory() };
                List<double> times = [];
                long start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start).TotalSeconds < 1)
                {
                    times.Add(method.Integrate(problem, Steps, options).Elapsed.TotalMilliseconds);
                }

                times.Sort();
                Console.WriteLine(
                    $"{method.Name}, van der Pol, {Instances} instances x {Steps} steps, threads={threads}: min {times[0]:f3} ms, median {times[times.Count / 2]:f3} ms, "
                    + $"{times[0] * 1e6 / Instances / Steps:f3} ns per instance-step");
            }
        }
    }
}
