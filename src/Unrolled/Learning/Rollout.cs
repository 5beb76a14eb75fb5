using Unrolled.Differentiation;

namespace Unrolled.Learning;

/// <summary>
/// A batch of trajectories to train on: <c>z_{n+1} = Step(z_n; p, θ, h, t_n)</c>, compared with references <c>y*</c> at checkpoints.
/// All arrays are (components, instances) with instances innermost.
/// </summary>
public sealed record Rollout
{
    /// <summary>The step, with inputs z, p, theta, h, t as <c>StepFunctions</c> builds it.</summary>
    public required Function Step { get; init; }

    /// <summary>
    /// The step that is taken first, where the method's memory is not filled yet; it has the same inputs, all coefficients included.
    /// Null where the first step is like the others.
    /// </summary>
    public Function? FirstStep { get; init; }

    /// <summary>The number of trajectories.</summary>
    public required int Instances { get; init; }

    /// <summary>The state z at the start, memory of the method included: (states, instances).</summary>
    public required double[] InitialState { get; init; }

    /// <summary>The parameters p of the equation: (parameters, instances).</summary>
    public required double[] EquationParameters { get; init; }

    /// <summary>The time at the start.</summary>
    public double StartTime { get; init; }

    /// <summary>The step size h.</summary>
    public required double StepSize { get; init; }

    /// <summary>The number of steps.</summary>
    public required int Steps { get; init; }

    /// <summary>
    /// How many steps led to <see cref="InitialState"/>, fewer than <see cref="CheckpointEvery"/>: the start-up of a method with memory.
    /// </summary>
    public int StepsBefore { get; init; }

    /// <summary>Every how many steps the state is compared; a divisor of <see cref="Steps"/> + <see cref="StepsBefore"/>.</summary>
    public required int CheckpointEvery { get; init; }

    /// <summary>The true values y at the checkpoints: (checkpoints, components of y, instances). Components of z beyond y are not compared.</summary>
    public required double[] References { get; init; }

    /// <summary>The factor of each residual: (checkpoints, instances).</summary>
    public required double[] Weights { get; init; }

    /// <summary>How many checkpoints there are.</summary>
    public int Checkpoints => (Steps + StepsBefore) / CheckpointEvery;

    /// <summary>How many components are compared.</summary>
    public int Observed => References.Length / Math.Max(1, Checkpoints * Instances);

    /// <summary>Checks that all shapes fit.</summary>
    /// <exception cref="ArgumentException">A length differs from the others; both numbers are in the text.</exception>
    public void Validate()
    {
        if (Step.Inputs.Count != 5 || Step.Outputs.Count != 1 || Step.Outputs[0].Length != Step.Inputs[0].Length)
        {
            throw new ArgumentException("a step has the inputs z, p, theta, h, t and the output z_next");
        }

        if (FirstStep is not null && !FirstStep.Inputs.Select(v => v.Length).SequenceEqual(Step.Inputs.Select(v => v.Length)))
        {
            throw new ArgumentException("the first step has other inputs than the steps after it");
        }

        if (Steps <= 0 || CheckpointEvery <= 0 || (Steps + StepsBefore) % CheckpointEvery != 0 || StepsBefore >= CheckpointEvery)
        {
            throw new ArgumentException($"checkpoints every {CheckpointEvery} steps do not divide {Steps} steps after {StepsBefore}");
        }

        Require(InitialState, Step.Inputs[0].Length, "the initial state");
        Require(EquationParameters, Step.Inputs[1].Length, "the parameters");
        Require(Weights, Checkpoints, "the weights");
        Require(References, Checkpoints * Observed, "the references");
        if (Observed < 1 || Observed > Step.Inputs[0].Length)
        {
            throw new ArgumentException($"references have {Observed} components, the state has {Step.Inputs[0].Length}");
        }
    }

    private void Require(double[] array, int rows, string what)
    {
        if (array.Length != rows * Instances)
        {
            throw new ArgumentException($"{what} are {array.Length} numbers, {rows} rows of {Instances} instances need {rows * Instances}");
        }
    }
}
