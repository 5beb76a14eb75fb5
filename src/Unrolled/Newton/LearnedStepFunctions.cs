using Unrolled.Differentiation;

namespace Unrolled.Newton;

/// <summary>
/// One learned step for a small system as a function of the iterate, the parameters of the equation and the weights, so that it can be
/// differentiated with respect to all of them: <c>x_{k+1} = Step(x_k; p, theta)</c>.
/// </summary>
/// <remarks>
/// The numbers are those of <see cref="LearnedSolver"/> and <see cref="LearnedNewtonKrylov"/> with constant weights and no preconditioner:
/// every sum is the same chain of fused operations. F is inlined at every evaluation, so the size of the graph is n times that of F.
/// Inputs are <c>x</c> and <c>p</c> (per instance) and <c>theta</c> (uniform, rows as in <see cref="LearnedCoefficients"/>); the output is
/// <c>x_next</c>. arXiv:2211.12386, equations 9 and 10.
/// </remarks>
internal static class LearnedStepFunctions
{
    /// <summary>Composes the step.</summary>
    /// <param name="f">F(x, p), or F(x, p, t), which is taken at t = 0.</param>
    /// <param name="form">The form of the step.</param>
    /// <param name="innerEvaluations">n; n (n + 1) / 2 weights.</param>
    /// <exception cref="ArgumentException">The function has another form.</exception>
    public static Function Step(Function f, LearnedForm form, int innerEvaluations)
    {
        RequireSystem(f);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerEvaluations);
        FunctionBuilder builder = new();
        Expression[] x = builder.Input("x", f.Inputs[0].Length), p = builder.Input("p", f.Inputs[1].Length);
        Expression[] theta = builder.Uniform("theta", innerEvaluations * (innerEvaluations + 1) / 2);
        return builder.Output("x_next", Next(f, form, x, p, theta, innerEvaluations)).Build();
    }

    /// <summary>F as part of another function.</summary>
    internal static Expression[] Value(Function f, Expression[] x, Expression[] p) => f.Inputs.Count == 2 ? f.Apply(x, p)[0] : f.Apply(x, p, [0.0])[0];

    /// <summary>The step as part of another function.</summary>
    internal static Expression[] Next(Function f, LearnedForm form, Expression[] x, Expression[] p, Expression[] theta, int innerEvaluations)
    {
        Expression[] residual = Value(f, x, p);
        Function? product = form == LearnedForm.NewtonKrylov
            ? f.Composition("Jacobian product", g => g.JacobianVectorProduct(g.Inputs[0].Name))
            : null;
        List<Expression[]> v = [residual];
        for (int j = 1; j < innerEvaluations; j++)
        {
            int row = j * (j - 1) / 2;
            if (product is null)
            {
                v.Add(Value(f, Combine(x, theta, row, v), p));
                continue;
            }

            Expression[] displacement = Combine(null, theta, row, v);
            Expression[] moved = f.Inputs.Count == 2 ? product.Apply(x, p, displacement)[0] : product.Apply(x, p, [0.0], displacement)[0];
            v.Add([.. moved.Zip(residual, (a, b) => a + b)]);
        }

        return Combine(x, theta, innerEvaluations * (innerEvaluations - 1) / 2, v);
    }

    /// <summary>Checks that a function is a system F(x, p) or F(x, p, t).</summary>
    internal static void RequireSystem(Function f)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (f.Inputs.Count is not (2 or 3) || f.Outputs.Count != 1 || f.Outputs[0].Length != f.Inputs[0].Length || (f.Inputs.Count == 3 && f.Inputs[2].Length != 1))
        {
            throw new ArgumentException(
                $"the function is not of the form F(x, p) or F(x, p, t): it has {f.Inputs.Count} inputs, {f.Inputs[0].Length} unknowns and {f.Outputs.Sum(o => o.Length)} values", nameof(f));
        }
    }

    /// <summary><c>base + sum_l theta[row + l] v_l</c>; without a base the sum begins at zero.</summary>
    private static Expression[] Combine(Expression[]? start, Expression[] theta, int row, List<Expression[]> v)
    {
        Expression[] point = new Expression[v[0].Length];
        for (int i = 0; i < point.Length; i++)
        {
            point[i] = start is null ? theta[row] * v[0][i] : Expression.MultiplyAdd(theta[row], v[0][i], start[i]);
            for (int l = 1; l < v.Count; l++)
            {
                point[i] = Expression.MultiplyAdd(theta[row + l], v[l][i], point[i]);
            }
        }

        return point;
    }
}
