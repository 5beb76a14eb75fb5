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
        InitialValueProblem followed = references.Followed(problem, IntegratorComparison.DefaultCheckpoints(problem.Horizon), context.Cancellation)
            ?? throw new InvalidInputException("family", $"no solution of {instances} could be followed over the horizon {problem.Horizon}");
        if (followed.Instances < instances)
        {
            context.Note($"{instances - followed.Instances} of {instances} solutions could not be followed over the horizon {problem.Horizon} and were left out");
        }

        return followed;
    }
}
