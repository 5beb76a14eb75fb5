using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>Instances of a family with their references; instances whose reference could not be computed are left out.</summary>
internal static class IntegratorSets
{
    /// <summary>Draws problems whose references reach the end.</summary>
    /// <exception cref="InvalidInputException">No instance has a solution up to the horizon.</exception>
    public static InitialValueProblem Draw(OdeFamily family, int instances, ulong seed, string stream, ReferenceTrajectories references, WorkContext context, double horizonFactor = 1) =>
        Draw(family, instances, new RandomStream(seed).Split(stream), references, context, horizonFactor);

    /// <summary>Draws problems whose references reach the end.</summary>
    /// <exception cref="InvalidInputException">No instance has a solution up to the horizon.</exception>
    public static InitialValueProblem Draw(OdeFamily family, int instances, RandomStream stream, ReferenceTrajectories references, WorkContext context, double horizonFactor = 1)
    {
        InitialValueProblem problem = family.Draw(instances, stream).WithHorizon(family.Horizon * horizonFactor);
        Batch states = references.States(problem, IntegratorComparison.DefaultCheckpoints(problem.Horizon), context.Cancellation);
        int[] good = [.. Enumerable.Range(0, instances).Where(s => Enumerable.Range(0, states.Components).All(i => double.IsFinite(states[i, s])))];
        if (good.Length == 0)
        {
            throw new InvalidInputException("family", $"no solution of {instances} could be followed over the horizon {problem.Horizon}");
        }

        if (good.Length < instances)
        {
            context.Note($"{instances - good.Length} of {instances} solutions could not be followed over the horizon {problem.Horizon} and were left out");
        }

        return good.Length == instances ? problem : problem.Select(good);
    }

    /// <summary>The same as a training set.</summary>
    public static TrainingTrajectories ToTraining(InitialValueProblem problem, ReferenceTrajectories references, WorkContext context)
    {
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        return new()
        {
            Equation = problem.Function!, Instances = problem.Instances, InitialValues = problem.InitialValues.Values.ToArray(),
            Parameters = problem.Parameters.Values.ToArray(), Horizon = problem.Horizon, Checkpoints = checkpoints,
            References = references.States(problem, checkpoints, context.Cancellation).Values.ToArray(),
        };
    }

    /// <summary>The geometric mean of the largest errors of a method with a number of steps.</summary>
    public static double Error(IFixedStepMethod method, InitialValueProblem problem, int steps, ReferenceTrajectories references, WorkContext context) =>
        Math.Exp(Errors(method, problem, steps, references, context).Average(e => Math.Log(Math.Max(e, 1e-17))));

    /// <summary>The largest error of every trajectory of a method with a number of steps; infinite where it was lost.</summary>
    public static double[] Errors(IFixedStepMethod method, InitialValueProblem problem, int steps, ReferenceTrajectories references, WorkContext context)
    {
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        Trajectories run = method.Integrate(problem, steps, new() { Checkpoints = checkpoints, Threads = context.Threads }, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        return IntegratorComparison.LargestErrors(run, references.States(problem, checkpoints, context.Cancellation));
    }
}
