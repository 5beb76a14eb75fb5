using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>The rollout of a multistep method after the start that <see cref="FixedStepMultistep"/> makes; its coefficients are the weights.</summary>
internal static class MultistepRollout
{
    /// <summary>The rollout.</summary>
    /// <param name="trajectories">The trajectories to follow.</param>
    /// <param name="k">The number of steps of the method.</param>
    /// <param name="steps">The number of steps over the horizon, those of the start included; a multiple of the checkpoints.</param>
    public static Rollout Of(TrainingTrajectories trajectories, int k, int steps)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        Function f = trajectories.Equation;
        int size = trajectories.InitialValues.Length, n = trajectories.Instances, first = k - 1;
        double h = trajectories.Horizon / steps;
        double[] memory = new double[k * size];
        ReadOnlySpan<double> states = first == 0 ? [] : Start(trajectories, k, h).States.Values;
        for (int step = 0; step <= first; step++)
        {
            ReadOnlySpan<double> y = step == 0 ? trajectories.InitialValues : states.Slice((step - 1) * size, size);
            if (step == first)
            {
                y.CopyTo(memory);
            }
            else
            {
                f.Kernel.Evaluate(y, trajectories.Parameters, trajectories.StartTime + (step * h), memory.AsSpan((first - step) * size, size), n);
            }
        }

        return trajectories.Roll(StepFunctions.Multistep(f, k), steps) with
        {
            InitialState = memory, Steps = steps - first, StepsBefore = first, StartTime = trajectories.StartTime + (first * h),
        };
    }

    private static Trajectories Start(TrainingTrajectories trajectories, int k, double h)
    {
        Batch Copy(double[] values)
        {
            Batch batch = Batch.Zeros(values.Length / trajectories.Instances, trajectories.Instances);
            values.CopyTo(batch.Values);
            return batch;
        }

        InitialValueProblem start = new(
            trajectories.Equation, Copy(trajectories.InitialValues), Copy(trajectories.Parameters), (k - 1) * h, trajectories.StartTime);
        return new FixedStepMultistep(new AdamsBashforth(k)).Integrate(start, k - 1, new() { Checkpoints = k - 1 });
    }
}
