using System.Diagnostics;
using Unrolled.Differentiation;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Benchmarks;

/// <summary>
/// One training step (loss, gradient, Adam) of a learned Runge-Kutta method: 3 stages, 10 steps, 1024 van der Pol instances. The peer
/// is <c>bench/peers/rk_training_step.py</c>.
/// </summary>
internal static class RungeKuttaTrainingStep
{
    public static void Run(Results results)
    {
        const int instances = 1024, steps = 10;
        Function f = Function.ParseEquations("dx = y\ndy = mu*(1 - x^2)*y - x", ["mu"]);
        RandomStream stream = new(1);
        double[] y = new double[2 * instances], mu = new double[instances];
        for (int i = 0; i < instances; i++)
        {
            (y[i], y[instances + i], mu[i]) = (stream.NextUniform(-2, 2), stream.NextUniform(-2, 2), stream.NextUniform(1, 2));
        }

        TrainingTrajectories trajectories = TrainingTrajectories.Compute(f, y, mu, 1, 1, 400);
        Rollout rollout = trajectories.Roll(StepFunctions.RungeKutta(f, 3), steps);
        double[] theta = Tableaus.Kutta3.Parameters.ToArray(), gradient = new double[theta.Length];
        foreach (int threads in new[] { 1, 2 })
        {
            using RolloutLoss loss = new(rollout, threads);
            Adam adam = new(theta.Length);
            double value = 0;
            List<double> times = [];
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 2;)
            {
                long t = Stopwatch.GetTimestamp();
                value = loss.Evaluate(theta, gradient);
                adam.Step(theta, gradient, 1e-6);
                times.Add(Stopwatch.GetElapsedTime(t).TotalMilliseconds);
            }

            times.Sort();
            results.Line($"Runge-Kutta training step, threads={threads}: min {times[0]:f4} ms, median {times[times.Count / 2]:f4} ms, loss {value:r}");
        }
    }
}
