using Unrolled.Differentiation;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// The objective of RK-NN as residuals: the error of one step with a step size per sample, divided by the error of a classical method,
/// and the Taylor term, which compares derivatives of the step and of the flow with respect to h at h = 0.
/// </summary>
/// <remarks>
/// Both are rollouts of one step: a step size per sample is a parameter of the equation <c>dy/dτ = h f(y, p)</c> taken with step 1,
/// and the Taylor term of order i is the "step" <c>d^i Step/dh^i</c> at <c>h = 0</c> with the reference <c>d^i y/dt^i</c>. Equations
/// are autonomous, as in the paper. Reference: Guo, Dietrich, Bertalan, Doncevic, Dahmen, Kevrekidis, Li, SIAM J. Sci. Comput. 44
/// (2022) A1911-A1933, arXiv:2105.01303, equations 3.5-3.8.
/// </remarks>
public static class OneStepObjective
{
    /// <summary>The Taylor terms of orders 1 to <paramref name="order"/>, each divided by the size of the true derivative of its sample.</summary>
    /// <param name="f">The equation.</param>
    /// <param name="stages">The stages of the Runge-Kutta method.</param>
    /// <param name="order">The largest order i.</param>
    /// <param name="values">Samples of y: (components, instances).</param>
    /// <param name="parameters">Samples of p: (parameters, instances).</param>
    public static Rollout[] TaylorTerms(Function f, int stages, int order, double[] values, double[] parameters)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(values);
        int n = f.Inputs[0].Length, instances = values.Length / n;
        Function step = StepFunctions.RungeKutta(f, stages), flow = Derivative(f, null);
        Rollout[] terms = new Rollout[order];
        for (int i = 0; i < order; i++)
        {
            step = StepDerivative(step);
            flow = i == 0 ? flow : Derivative(f, flow);
            double[] references = new double[n * instances], weights = new double[instances];
            flow.Kernel.Run([values, parameters], [references], new InstanceRange(instances));
            for (int s = 0; s < instances; s++)
            {
                double square = 0;
                for (int d = 0; d < n; d++)
                {
                    square += references[(d * instances) + s] * references[(d * instances) + s];
                }

                weights[s] = square > 0 ? 1 / Math.Sqrt(square) : 0;
            }

            terms[i] = new()
            {
                Step = step, Instances = instances, InitialState = values, EquationParameters = parameters, StepSize = 0, Steps = 1,
                CheckpointEvery = 1, References = references, Weights = weights,
            };
        }

        return terms;
    }

    /// <summary>The error of one step of size <c>h_s</c> for sample s, divided by the error of a classical method.</summary>
    /// <param name="f">The equation.</param>
    /// <param name="stages">The stages of the Runge-Kutta method.</param>
    /// <param name="baseline">The classical method whose error is the unit; Kutta 3 in the paper.</param>
    /// <param name="values">Samples of y: (components, instances).</param>
    /// <param name="parameters">Samples of p: (parameters, instances).</param>
    /// <param name="stepSizes">A step size for every sample.</param>
    public static Rollout ScaledError(Function f, int stages, ButcherTableau baseline, double[] values, double[] parameters, double[] stepSizes)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(stepSizes);
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", f.Inputs[0].Length), p = builder.Input("p", f.Inputs[1].Length + 1);
        Expression t = builder.Uniform("t");
        Function scaled = builder.Output("dy", [.. f.Apply(y, p[..^1], t).Select(v => p[^1] * v)]).Build();
        TrainingTrajectories samples = TrainingTrajectories.Compute(scaled, values, [.. parameters, .. stepSizes], 1, 1, 40);
        Rollout classical = samples.Roll(StepFunctions.RungeKutta(scaled, baseline.Stages), 1);
        using RolloutResiduals residuals = new(classical);
        residuals.Evaluate(baseline.Parameters);
        return samples.Roll(StepFunctions.RungeKutta(scaled, stages), 1) with
        {
            Weights = [.. residuals.Errors.ToArray().Select(e => e > 0 ? 1 / e : 0)],
        };
    }

    /// <summary>The derivative of a step with respect to h.</summary>
    private static Function StepDerivative(Function step)
    {
        Function product = step.JacobianVectorProduct("h");
        FunctionBuilder builder = new();
        Expression[][] inputs = [.. step.Inputs.Select(builder.Input)];
        return builder.Output("z_next", product.Apply([.. inputs, [1.0]])[0]).Build();
    }

    /// <summary>(y, p) -> f, or the derivative of a function of (y, p) along the flow.</summary>
    private static Function Derivative(Function f, Function? of)
    {
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", f.Inputs[0].Length), p = builder.Input("p", f.Inputs[1].Length), dy = f.Apply(y, p, 0);
        return builder.Output("derivative", of is null ? dy : of.JacobianVectorProduct("y").Apply(y, p, dy)[0]).Build();
    }
}
