using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>An integrator with a constant step, one-step or multistep, classical or learned. Immutable; safe for use by several threads.</summary>
public interface IFixedStepMethod
{
    /// <summary>The method's usual name, for tables.</summary>
    string Name { get; }

    /// <summary>The fewest steps it can take.</summary>
    int LeastSteps { get; }

    /// <summary>How many evaluations of the right-hand side a run of <paramref name="steps"/> steps costs for each instance, its start included.</summary>
    long Evaluations(int steps);

    /// <summary>Integrates a batch with a number of equal steps.</summary>
    /// <param name="problem">The problems.</param>
    /// <param name="steps">The number of steps over the horizon, a multiple of the number of checkpoints.</param>
    /// <param name="options">Checkpoints, threads, limits; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the run; instances that have not ended are reported canceled, with their last state.</param>
    /// <exception cref="ArgumentException">The number of steps is too small or no multiple of the checkpoints.</exception>
    Trajectories Integrate(InitialValueProblem problem, int steps, IntegrationOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The largest number of steps, a multiple of <paramref name="checkpoints"/>, within a budget of evaluations; 0 where there is none.</summary>
    int StepsWithin(long evaluations, int checkpoints = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(checkpoints);
        long low = 0, high = Math.Min(evaluations, int.MaxValue) / checkpoints;
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            (low, high) = Evaluations((int)(middle * checkpoints)) <= evaluations ? (middle, high) : (low, middle - 1);
        }

        int steps = (int)(low * checkpoints);
        return steps >= LeastSteps && Evaluations(steps) <= evaluations ? steps : 0;
    }
}
