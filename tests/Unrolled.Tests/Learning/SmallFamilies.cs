using Unrolled.Differentiation;
using Unrolled.Learning;
using Unrolled.Numerics;

namespace Unrolled.Tests.Learning;

/// <summary>Equations with random initial values and parameters, small enough to train on in a test.</summary>
internal static class SmallFamilies
{
    public static Function VanDerPol { get; } = Function.ParseEquations("dx = y\ndy = mu*(1 - x^2)*y - x", ["mu"]);

    public static Function LotkaVolterra { get; } = Function.ParseEquations("dx = a*x - b*x*y\ndy = c*x*y - d*y", ["a", "b", "c", "d"]);

    public static Function Square { get; } = Function.ParseEquations("dy = -a*y^2", ["a"]);

    public static TrainingTrajectories DrawVanDerPol(int instances, ulong seed, double horizon = 10, int checkpoints = 10) =>
        Draw(VanDerPol, instances, seed, [(-2, 2), (-2, 2)], [(1, 2)], horizon, checkpoints);

    public static TrainingTrajectories DrawLotkaVolterra(int instances, ulong seed, double horizon = 10, int checkpoints = 10) =>
        Draw(LotkaVolterra, instances, seed, [(0.5, 1.5), (0.5, 1.5)], [(0.8, 1.2), (0.8, 1.2), (0.8, 1.2), (0.8, 1.2)], horizon, checkpoints);

    public static double[] Uniform(int count, ulong seed, double low, double high)
    {
        RandomStream stream = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextUniform(low, high))];
    }

    private static TrainingTrajectories Draw(
        Function f, int instances, ulong seed, (double Low, double High)[] values, (double Low, double High)[] parameters, double horizon, int checkpoints)
    {
        RandomStream stream = new(seed);
        double[] Sample((double Low, double High)[] ranges) =>
            [.. ranges.SelectMany(r => Enumerable.Range(0, instances).Select(_ => stream.NextUniform(r.Low, r.High)))];
        return TrainingTrajectories.Compute(f, Sample(values), Sample(parameters), horizon, checkpoints, 2000);
    }
}
