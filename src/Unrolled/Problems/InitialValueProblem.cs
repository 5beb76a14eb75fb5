using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>
/// A batch of initial value problems <c>y' = f(y, p, t)</c>, <c>y(t0) = y0</c> on <c>[t0, t0 + horizon]</c>: every instance has
/// parameters and initial values of its own; the function, the start and the horizon are shared.
/// </summary>
/// <remarks>
/// <c>y0</c> is (components, instances), <c>p</c> is (parameters, instances). Checked once, here: shapes, finite values, a
/// positive horizon. Not checked: that a solution exists up to the end, which integrators find out. Immutable as long as
/// the caller leaves the numbers alone; safe to share between threads.
/// </remarks>
public sealed class InitialValueProblem
{
    /// <summary>Creates the problems from a function with the inputs y and p (per instance) and t (uniform).</summary>
    /// <param name="f">The right-hand side, as <see cref="Differentiation.Function.ParseEquations"/> or <see cref="Differentiation.Function.Trace"/> make it.</param>
    /// <param name="initialValues">One column of states per instance.</param>
    /// <param name="parameters">One column of parameters per instance; no rows where the function has no parameters.</param>
    /// <param name="horizon">The length of the interval, positive.</param>
    /// <param name="startTime"><c>t0</c>.</param>
    /// <exception cref="ArgumentException">The function is not a right-hand side, or a shape or a number does not fit.</exception>
    public InitialValueProblem(Function f, Batch initialValues, Batch parameters, double horizon, double startTime = 0)
        : this(initialValues, parameters, horizon, startTime)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (f.Inputs.Count != 3 || f.Outputs.Count != 1 || f.Inputs[0].Length != f.Outputs[0].Length
            || f.Inputs[0].Kind != InputKind.PerInstance || f.Inputs[1].Kind != InputKind.PerInstance
            || f.Inputs[2] is not { Kind: InputKind.Uniform, Length: 1 })
        {
            throw new ArgumentException("the function is not of the form f(y, p, t) with y and p per instance and t uniform", nameof(f));
        }

        if (f.Inputs[0].Length != initialValues.Components || f.Inputs[1].Length != parameters.Components)
        {
            throw new ArgumentException(
                $"the function has {f.Inputs[0].Length} states and {f.Inputs[1].Length} parameters, "
                + $"{initialValues.Components} initial values and {parameters.Components} parameters were given");
        }

        Function = f;
    }

    /// <summary>Creates the problems from a method that evaluates batches.</summary>
    /// <exception cref="ArgumentException">A shape or a number does not fit.</exception>
    public InitialValueProblem(BatchRightHandSide f, Batch initialValues, Batch parameters, double horizon, double startTime = 0)
        : this(initialValues, parameters, horizon, startTime)
    {
        ArgumentNullException.ThrowIfNull(f);
        RightHandSide = f;
    }

    private InitialValueProblem(Batch initialValues, Batch parameters, double horizon, double startTime)
    {
        if (initialValues.Instances != parameters.Instances)
        {
            throw new ArgumentException($"there are initial values for {initialValues.Instances} instances and parameters for {parameters.Instances}");
        }

        if (initialValues.Components == 0)
        {
            throw new ArgumentException("there are no states");
        }

        if (!(horizon > 0) || !double.IsFinite(startTime + horizon) || !(startTime + horizon > startTime))
        {
            throw new ArgumentException($"the horizon is {horizon}, the start {startTime}; the interval must be finite and longer than its rounding");
        }

        RequireFinite(initialValues, "initial value");
        RequireFinite(parameters, "parameter");
        (InitialValues, Parameters, Horizon, StartTime) = (initialValues, parameters, horizon, startTime);
    }

    private InitialValueProblem(InitialValueProblem other, Batch initialValues, Batch parameters)
    {
        (Function, RightHandSide, Horizon, StartTime) = (other.Function, other.RightHandSide, other.Horizon, other.StartTime);
        (InitialValues, Parameters) = (initialValues, parameters);
    }

    /// <summary>The right-hand side as a function; null where it was given as a method.</summary>
    public Function? Function { get; }

    /// <summary>The right-hand side as a method; null where it was given as a function.</summary>
    public BatchRightHandSide? RightHandSide { get; }

    /// <summary><c>y0</c>.</summary>
    public Batch InitialValues { get; }

    /// <summary><c>p</c>.</summary>
    public Batch Parameters { get; }

    /// <summary><c>t0</c>.</summary>
    public double StartTime { get; }

    /// <summary>The length of the interval.</summary>
    public double Horizon { get; }

    /// <summary>The number of states of an instance.</summary>
    public int Components => InitialValues.Components;

    /// <summary>How many problems these are.</summary>
    public int Instances => InitialValues.Instances;

    /// <summary>The problems of the named instances, in that order.</summary>
    public InitialValueProblem Select(ReadOnlySpan<int> instances) => new(this, InitialValues.Select(instances), Parameters.Select(instances));

    /// <summary>The same problems over another horizon: beyond the training range, for example.</summary>
    /// <exception cref="ArgumentException">The horizon is not positive.</exception>
    public InitialValueProblem WithHorizon(double horizon) => Function is { } f
        ? new(f, InitialValues, Parameters, horizon, StartTime)
        : new(RightHandSide!, InitialValues, Parameters, horizon, StartTime);

    private static void RequireFinite(Batch batch, string what)
    {
        for (int i = 0; i < batch.Components; i++)
        {
            ReadOnlySpan<double> row = batch.Row(i);
            if (!FiniteKernels.AllFinite(row))
            {
                int s = 0;
                while (double.IsFinite(row[s]))
                {
                    s++;
                }

                throw new ArgumentException($"{what} {i} of instance {s} is {row[s]}; finite numbers are needed");
            }
        }
    }
}
