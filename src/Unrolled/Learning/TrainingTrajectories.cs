using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Instances of an equation with their true values at equidistant checkpoints. Arrays are (components, instances), instances innermost.
/// </summary>
public sealed record TrainingTrajectories
{
    /// <summary>The equation dy = f(y, p, t).</summary>
    public required Function Equation { get; init; }

    /// <summary>The number of instances.</summary>
    public required int Instances { get; init; }

    /// <summary>The values at the start: (components, instances).</summary>
    public required double[] InitialValues { get; init; }

    /// <summary>The parameters p: (parameters, instances).</summary>
    public required double[] Parameters { get; init; }

    /// <summary>The time at the start.</summary>
    public double StartTime { get; init; }

    /// <summary>How long the trajectories are.</summary>
    public required double Horizon { get; init; }

    /// <summary>The number of checkpoints, the end included.</summary>
    public required int Checkpoints { get; init; }

    /// <summary>The true values at the checkpoints: (checkpoints, components, instances).</summary>
    public required double[] References { get; init; }

    /// <summary>Problems whose equation is a function, with the default number of checkpoints.</summary>
    /// <param name="problem">The problems.</param>
    /// <param name="references">The true trajectories.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <exception cref="ArgumentException">The right-hand side is a method.</exception>
    public static TrainingTrajectories Of(InitialValueProblem problem, ReferenceTrajectories references, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(references);
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        return new()
        {
            Equation = problem.Function ?? throw new ArgumentException("the right-hand side is a method; training needs a function", nameof(problem)),
            Instances = problem.Instances,
            InitialValues = problem.InitialValues.Values.ToArray(),
            Parameters = problem.Parameters.Values.ToArray(),
            StartTime = problem.StartTime,
            Horizon = problem.Horizon,
            Checkpoints = checkpoints,
            References = references.States(problem, checkpoints, cancellationToken).Values.ToArray(),
        };
    }

    /// <summary>Computes the references with small steps of DOP853.</summary>
    /// <param name="equation">The equation.</param>
    /// <param name="initialValues">(components, instances).</param>
    /// <param name="parameters">(parameters, instances).</param>
    /// <param name="horizon">How long the trajectories are.</param>
    /// <param name="checkpoints">The number of checkpoints.</param>
    /// <param name="steps">The number of small steps, rounded up to a multiple of the checkpoints.</param>
    /// <param name="cancellationToken">Looked at before every small step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static TrainingTrajectories Compute(
        Function equation, double[] initialValues, double[] parameters, double horizon, int checkpoints, int steps = 4000,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(equation);
        ButcherTableau dop853 = Tableaus.Dop853.WithoutFirstSameAsLast();
        Function step = StepFunctions.RungeKutta(equation, dop853.Stages);
        int instances = initialValues.Length / equation.Inputs[0].Length, small = (steps + checkpoints - 1) / checkpoints;
        double[] z = [.. initialValues], theta = dop853.Parameters.ToArray(), h = [horizon / (checkpoints * small)], t = new double[1];
        double[] references = new double[checkpoints * z.Length];
        Memory<double>[] inputs = [z, parameters, theta, h, t], outputs = [z];
        for (int n = 0; n < checkpoints * small; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            t[0] = n * h[0];
            step.Kernel.Run(inputs, outputs, new InstanceRange(instances));
            if ((n + 1) % small == 0)
            {
                z.CopyTo(references, (n + 1 - small) / small * z.Length);
            }
        }

        return new()
        {
            Equation = equation, Instances = instances, InitialValues = initialValues, Parameters = parameters,
            Horizon = horizon, Checkpoints = checkpoints, References = references,
        };
    }

    /// <summary>The rollout of a step over the horizon, with equal weights; memory of the method starts as zeros.</summary>
    /// <param name="step">The step.</param>
    /// <param name="steps">The number of steps, a multiple of the checkpoints.</param>
    /// <param name="firstStep">The first step where it differs.</param>
    public Rollout Roll(Function step, int steps, Function? firstStep = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        double[] state = new double[step.Inputs[0].Length * Instances], weights = new double[Checkpoints * Instances];
        InitialValues.CopyTo(state, 0);
        Array.Fill(weights, 1);
        return new()
        {
            Step = step, FirstStep = firstStep, Instances = Instances, InitialState = state, EquationParameters = Parameters,
            StartTime = StartTime, StepSize = Horizon / steps, Steps = steps, CheckpointEvery = steps / Checkpoints,
            References = References, Weights = weights,
        };
    }
}
