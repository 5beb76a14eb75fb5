using System.Globalization;
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
    private static readonly Asked[] _asked =
    [
        Asked.Ratio("learned Runge-Kutta training step against PyTorch eager, one thread", 100),
        Asked.Ratio("learned Runge-Kutta training step against PyTorch eager, two threads", 100),
    ];

    public static Scenario Scenario { get; } = new("rk-training", "a training step of a learned Runge-Kutta method: loss, gradient, Adam", Run)
    {
        Asked = _asked,
        Peers = [PeerLibrary.PyTorch],
    };

    private static void Run(Results results)
    {
        const int instances = 1024, steps = 10, stages = 3;
        Function f = Function.ParseEquations("dx = y\ndy = mu*(1 - x^2)*y - x", ["mu"]);
        RandomStream stream = new(1);
        double[] y = new double[2 * instances], mu = new double[instances];
        for (int i = 0; i < instances; i++)
        {
            (y[i], y[instances + i], mu[i]) = (stream.NextUniform(-2, 2), stream.NextUniform(-2, 2), stream.NextUniform(1, 2));
        }

        TrainingTrajectories trajectories = TrainingTrajectories.Compute(f, y, mu, 1, 1, 400);
        Rollout rollout = trajectories.Roll(StepFunctions.RungeKutta(f, stages), steps);
        double[] theta = Tableaus.Kutta3.Parameters.ToArray(), gradient = new double[theta.Length];
        results.Table($"van der Pol, {stages} stages, {steps} steps, {instances} instances: loss, gradient, Adam",
            "form", "threads", "time", "median", "against PyTorch eager, best run", "bytes allocated", "loss");
        foreach (int threads in new[] { 1, 2 })
        {
            string[] work = [.. new[] { stages, steps, instances, threads, 150 }.Select(i => i.ToString(CultureInfo.InvariantCulture))];
            (string Name, Times Times)? peer = Peer.Python("rk_training_step.py", threads, 5, work);
            if (peer is (string name, Times theirs))
            {
                results.Row(name, $"{threads}", Results.Milliseconds(theirs.Least), Results.Milliseconds(theirs.Median), "1x", "-", "-");
            }

            using RolloutLoss loss = new(rollout, threads);
            Adam adam = new(theta.Length);
            double[] moved = [.. theta];
            double start = loss.Evaluate(theta, gradient);
            void Step()
            {
                loss.Evaluate(moved, gradient);
                adam.Step(moved, gradient, 1e-9); // so small that the numbers stay where they are
            }

            Times times = Times.Of(Step, 4);
            long before = GC.GetTotalAllocatedBytes(true);
            for (int i = 0; i < 100; i++)
            {
                Step();
            }

            long bytes = (GC.GetTotalAllocatedBytes(true) - before) / 100;
            results.Row("reverse sweep", $"{threads}", Results.Milliseconds(times.Least), Results.Milliseconds(times.Median),
                peer is { } p ? results.Judge(_asked[threads - 1], p.Times.Least / times.Least) : PeerLibrary.PyTorch.Missing, $"{bytes}",
                start.ToString("r", CultureInfo.InvariantCulture));
        }
    }
}
