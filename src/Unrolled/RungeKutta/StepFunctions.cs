using Unrolled.Differentiation;

namespace Unrolled.RungeKutta;

/// <summary>
/// One step of a method as a function of the state, the equation's parameters and the method's coefficients, so that it can be
/// differentiated with respect to all of them: <c>z_{n+1} = Step(z_n; p, θ, h, t)</c>. Inputs are <c>z</c> (state and memory, per
/// instance), <c>p</c> (as in the right-hand side), <c>theta</c>, <c>h</c> and <c>t</c> (uniform); the output is <c>z_next</c>.
/// </summary>
/// <remarks>
/// The state <c>z</c> begins with <c>y</c>; methods with memory append it. The right-hand side is inlined at every evaluation. Points
/// are <c>y + h (sum_j a_ij k_j)</c> with the sum from left to right.
/// </remarks>
public static class StepFunctions
{
    /// <summary>
    /// An explicit Runge-Kutta step; <c>theta</c> is the packed triangle of <see cref="ButcherTableau.Parameters"/>, <c>z = y</c>.
    /// </summary>
    /// <param name="f">The right-hand side <c>f(y, p, t)</c>.</param>
    /// <param name="stages">The number of stages <c>s</c>; <c>s(s+1)/2</c> coefficients.</param>
    /// <exception cref="ArgumentException">The function is not a right-hand side.</exception>
    public static Function RungeKutta(Function f, int stages)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stages);
        return Build(f, 0, PackedTriangle.Length(stages), (evaluate, y, _, theta, h) => RungeKutta(evaluate, y, theta, h, stages));
    }

    /// <summary>
    /// An explicit Runge-Kutta step whose tableau is <c>sum_k ε^k Θ_k</c>, k = 0 .. K, with <c>ε = (h/h_0) exp(sum_i α_i l_i)</c>.
    /// <c>theta</c> is α, then Θ_0 (the tableau as h → 0) to Θ_K, packed triangles; <c>p</c> is the equation's parameters followed by the
    /// logarithms <c>l_i</c> of each of them over its reference, so that ε, which stays the same along a trajectory, costs one exponential a step.
    /// </summary>
    /// <param name="f">The right-hand side <c>f(y, p, t)</c>.</param>
    /// <param name="stages">The number of stages <c>s</c>.</param>
    /// <param name="degree">K.</param>
    /// <param name="baseStep">h_0.</param>
    /// <exception cref="ArgumentException">The function is not a right-hand side.</exception>
    public static Function StepConditioned(Function f, int stages, int degree, double baseStep)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stages);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseStep);
        RequireRightHandSide(f);
        int n = f.Inputs[0].Length, parameters = f.Inputs[1].Length, each = PackedTriangle.Length(stages);
        FunctionBuilder builder = new();
        Expression[] z = builder.Input("z", n), p = builder.Input("p", 2 * parameters);
        Expression[] all = builder.Uniform("theta", parameters + ((degree + 1) * each));
        Expression h = builder.Uniform("h"), t = builder.Uniform("t"), epsilon = h / baseStep;
        if (parameters > 0)
        {
            Expression sum = all[0] * p[parameters];
            for (int i = 1; i < parameters; i++)
            {
                sum += all[i] * p[parameters + i];
            }

            epsilon *= Expression.Exp(sum);
        }

        Expression[] theta = new Expression[each];
        for (int i = 0; i < each; i++)
        {
            theta[i] = all[parameters + (degree * each) + i];
            for (int k = degree - 1; k >= 0; k--)
            {
                theta[i] = Expression.MultiplyAdd(epsilon, theta[i], all[parameters + (k * each) + i]);
            }
        }

        Expression[] next = RungeKutta((y, node) => f.Apply(y, p[..parameters], node is { } c ? t + (h * c) : t), z, theta, h, stages);
        return builder.Output("z_next", next).Build();
    }

    /// <summary>
    /// An explicit multistep step <c>y_{n+1} = y_n + h sum_j β_j f_{n-j}</c>; <c>theta</c> is <c>β_0 ... β_{k-1}</c>,
    /// <c>z = (y_n, f_{n-1}, ..., f_{n-k+1})</c>.
    /// </summary>
    /// <param name="f">The right-hand side <c>f(y, p, t)</c>.</param>
    /// <param name="steps">The number of steps <c>k</c>.</param>
    /// <exception cref="ArgumentException">The function is not a right-hand side.</exception>
    public static Function Multistep(Function f, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return Build(f, steps - 1, steps, (evaluate, y, memory, theta, h) =>
        {
            List<Expression[]> values = [evaluate(y, null), .. memory];
            return [.. Point(y, h, theta, values), .. values.Take(steps - 1).SelectMany(v => v)];
        });
    }

    /// <summary>
    /// An explicit two-step Runge-Kutta step, which remembers the last <c>m</c> stages <c>k'</c> of the step before:
    /// <c>k_i = f(y_n + h (sum_{j&lt;i} a_ij k_j + sum_{j&lt;m} u_ij k'_j))</c>, <c>y_{n+1} = y_n + h (sum b_j k_j + sum v_j k'_j)</c>.
    /// <c>theta</c> holds the packed triangle of (a, b), then <c>s</c> rows of <c>u</c> for <c>i = 1 .. s</c> (the last is <c>v</c>),
    /// then the packed triangle of the one-step method of the first step. <c>k_0 = f(y_n)</c>, <c>z = (y_n, k'_0, ..., k'_{m-1})</c>.
    /// </summary>
    /// <param name="f">The right-hand side <c>f(y, p, t)</c>.</param>
    /// <param name="stages">The number of stages <c>s</c>; <c>s(s+1) + s m</c> coefficients.</param>
    /// <param name="memory">The number of remembered stages <c>m</c>, at most <c>s</c>.</param>
    /// <exception cref="ArgumentException">The function is not a right-hand side.</exception>
    public static Function TwoStepRungeKutta(Function f, int stages, int memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memory, stages);
        int triangle = PackedTriangle.Length(stages);
        return Build(f, memory, (2 * triangle) + (stages * memory), (evaluate, y, old, theta, h) =>
        {
            List<Expression[]> k = [evaluate(y, null)];
            for (int i = 1; ; i++)
            {
                int u = triangle + ((i - 1) * memory);
                Expression[] row = [.. theta[PackedTriangle.Length(i - 1)..PackedTriangle.Length(i)], .. theta[u..(u + memory)]];
                Expression[] point = Point(y, h, row, [.. k, .. old]);
                if (i == stages)
                {
                    return [.. point, .. k.TakeLast(memory).SelectMany(v => v)];
                }

                k.Add(evaluate(point, Sum(row)));
            }
        });
    }

    /// <summary>The first step of <see cref="TwoStepRungeKutta"/>: a one-step method that fills the memory.</summary>
    /// <param name="f">The right-hand side <c>f(y, p, t)</c>.</param>
    /// <param name="stages">The number of stages <c>s</c>.</param>
    /// <param name="memory">The number of remembered stages <c>m</c>, at most <c>s</c>.</param>
    /// <exception cref="ArgumentException">The function is not a right-hand side.</exception>
    public static Function TwoStepRungeKuttaStart(Function f, int stages, int memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(memory, stages);
        int triangle = PackedTriangle.Length(stages), start = triangle + (stages * memory);
        return Build(f, memory, start + triangle, (evaluate, y, _, theta, h) =>
        {
            List<Expression[]> k = [];
            for (int i = 0; i < stages; i++)
            {
                Expression[] a = theta[(start + PackedTriangle.Length(i - 1))..(start + PackedTriangle.Length(i))];
                k.Add(evaluate(Point(y, h, a, k), Sum(a)));
            }

            return [.. Point(y, h, theta[(start + PackedTriangle.Length(stages - 1))..], k), .. k.TakeLast(memory).SelectMany(v => v)];
        });
    }

    private static Expression[] RungeKutta(Func<Expression[], Expression?, Expression[]> evaluate, Expression[] y, Expression[] theta, Expression h, int stages)
    {
        List<Expression[]> k = [];
        for (int i = 0; i < stages; i++)
        {
            Expression[] a = theta[PackedTriangle.Length(i - 1)..PackedTriangle.Length(i)];
            k.Add(evaluate(Point(y, h, a, k), Sum(a)));
        }

        return Point(y, h, theta[PackedTriangle.Length(stages - 1)..], k);
    }

    private static void RequireRightHandSide(Function f)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (f.Inputs.Count != 3 || f.Outputs.Count != 1 || f.Inputs[2].Length != 1 || f.Outputs[0].Length != f.Inputs[0].Length)
        {
            throw new ArgumentException("the function is not of the form dy = f(y, p, t)", nameof(f));
        }
    }

    private delegate Expression[] Formula(
        Func<Expression[], Expression?, Expression[]> evaluate, Expression[] y, Expression[][] memory, Expression[] theta, Expression h);

    private static Function Build(Function f, int memory, int coefficients, Formula formula)
    {
        RequireRightHandSide(f);
        int n = f.Inputs[0].Length;
        FunctionBuilder builder = new();
        Expression[] z = builder.Input("z", n * (1 + memory));
        Expression[] p = builder.Input(f.Inputs[1] with { Name = "p", Kind = InputKind.PerInstance });
        Expression[] theta = builder.Uniform("theta", coefficients);
        Expression h = builder.Uniform("h"), t = builder.Uniform("t");
        Expression[][] slots = [.. Enumerable.Range(1, memory).Select(i => z[(i * n)..((i + 1) * n)])];
        Expression[] next = formula((y, node) => f.Apply(y, p, node is { } c ? t + (h * c) : t), z[..n], slots, theta, h);
        return builder.Output("z_next", next).Build();
    }

    private static Expression[] Point(Expression[] y, Expression h, Expression[] weights, List<Expression[]> k)
    {
        if (weights.Length == 0)
        {
            return y;
        }

        Expression[] point = new Expression[y.Length];
        for (int d = 0; d < y.Length; d++)
        {
            Expression sum = weights[0] * k[0][d];
            for (int j = 1; j < weights.Length; j++)
            {
                sum = Expression.MultiplyAdd(weights[j], k[j][d], sum);
            }

            point[d] = Expression.MultiplyAdd(h, sum, y[d]);
        }

        return point;
    }

    private static Expression? Sum(Expression[] weights) => weights.Length == 0 ? null : weights.Aggregate((a, b) => a + b);
}
