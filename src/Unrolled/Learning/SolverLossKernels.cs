using Unrolled.Differentiation;
using Unrolled.Newton;

namespace Unrolled.Learning;

/// <summary>The compiled functions of a <see cref="SolverLoss"/>, all with the inputs x, p, theta, w (weight of the loss at x) and loss.</summary>
internal sealed class SolverLossKernels
{
    public SolverLossKernels(Function f, LearnedForm form, int innerEvaluations)
    {
        (Unknowns, Weights) = (f.Inputs[0].Length, innerEvaluations * (innerEvaluations + 1) / 2);
        (Function forward, Function backward) = ReverseMode.Split(Step(f, form, innerEvaluations), 0, 2);
        Saved = forward.Outputs[2].Length;
        (Forward, Backward) = (forward.Kernel, backward.Kernel);
        End = AtTheEnd(f).Kernel;
    }

    public int Unknowns { get; }

    public int Weights { get; }

    /// <summary>The numbers per instance that a step keeps for the way back.</summary>
    public int Saved { get; }

    /// <summary>(x, p, theta, w, loss) -> (x_next, loss + w ||F(x)||^2, saved).</summary>
    public Kernel Forward { get; }

    /// <summary>(x, p, theta, w, loss, saved, adjoint of x_next, gradient) -> (adjoint of x, gradient).</summary>
    public Kernel Backward { get; }

    /// <summary>(x, p, w, loss) -> (adjoint of x, loss + w ||F(x)||^2).</summary>
    public Kernel End { get; }

    private static Function Step(Function f, LearnedForm form, int innerEvaluations)
    {
        FunctionBuilder builder = new();
        Expression[] x = builder.Input("x", f.Inputs[0].Length), p = builder.Input("p", f.Inputs[1].Length);
        Expression[] theta = builder.Uniform("theta", innerEvaluations * (innerEvaluations + 1) / 2);
        Expression weight = builder.Uniform("w"), loss = builder.Input("loss", 1)[0];
        Expression[] next = LearnedStepFunctions.Next(f, form, x, p, theta, innerEvaluations);
        return builder.Output("x_next", next).Output("loss_next", Loss(f, x, p, weight, loss)).Build();
    }

    private static Function AtTheEnd(Function f)
    {
        FunctionBuilder builder = new();
        Expression[] x = builder.Input("x", f.Inputs[0].Length), p = builder.Input("p", f.Inputs[1].Length);
        Expression weight = builder.Uniform("w"), loss = builder.Input("loss", 1)[0];
        Function value = builder.Output("loss_next", Loss(f, x, p, weight, loss)).Build();

        builder = new();
        Expression[][] inputs = [.. value.Inputs.Select(builder.Input)];
        Expression[] adjoint = value.VectorJacobianProduct("x").Apply([.. inputs, [Expression.One]])[0];
        return builder.Output("adjoint", adjoint).Output("loss_next", value.Apply(inputs)[0]).Build();
    }

    private static Expression Loss(Function f, Expression[] x, Expression[] p, Expression weight, Expression loss)
    {
        Expression[] r = LearnedStepFunctions.Value(f, x, p);
        Expression square = r[0] * r[0];
        for (int i = 1; i < r.Length; i++)
        {
            square = Expression.MultiplyAdd(r[i], r[i], square);
        }

        return Expression.MultiplyAdd(weight, square, loss);
    }
}
