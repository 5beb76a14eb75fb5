using System.Collections.Concurrent;
using Unrolled.Differentiation;

namespace Unrolled.RungeKutta;

/// <summary>
/// The arithmetic of steps whose size differs from instance to instance, one component at a time, as kernels for every number
/// of terms: <c>y + h (w_0 k_0 + w_1 k_1 + ...)</c>, the squares of scaled errors, and <c>t + c h</c>.
/// </summary>
internal sealed class LaneKernels
{
    private readonly ConcurrentDictionary<int, Kernel> _displacements = [];
    private readonly ConcurrentDictionary<int, Kernel> _errors = [];

    /// <summary>Inputs t, h per instance and c uniform; the output is <c>t + c h</c>.</summary>
    public Kernel Time { get; } = BuildTime();

    /// <summary>Inputs y, h per instance, w uniform, then k_0, k_1, ...</summary>
    public Kernel Displacement(int terms) => _displacements.GetOrAdd(terms, BuildDisplacement);

    /// <summary>
    /// Inputs the sum so far, y, y_new, h per instance, the tolerances (absolute, relative) and w uniform, then k_0, k_1, ...;
    /// the output is the sum plus <c>(h (w_0 k_0 + ...) / (absolute + relative max(|y|, |y_new|)))^2</c>.
    /// </summary>
    public Kernel Error(int terms) => _errors.GetOrAdd(terms, BuildError);

    private static Kernel BuildTime()
    {
        FunctionBuilder builder = new();
        Expression t = builder.Input("t", 1)[0], h = builder.Input("h", 1)[0], c = builder.Uniform("c");
        return builder.Output("time", t + (c * h)).Build().Kernel;
    }

    private static Kernel BuildDisplacement(int terms)
    {
        FunctionBuilder builder = new();
        Expression y = builder.Input("y", 1)[0], h = builder.Input("h", 1)[0];
        return builder.Output("point", y + (h * Sum(builder, terms))).Build().Kernel;
    }

    private static Kernel BuildError(int terms)
    {
        FunctionBuilder builder = new();
        Expression sum = builder.Input("sum", 1)[0], y = builder.Input("y", 1)[0], next = builder.Input("next", 1)[0], h = builder.Input("h", 1)[0];
        Expression[] tolerance = builder.Uniform("tolerance", 2);
        Expression scale = tolerance[0] + (tolerance[1] * Expression.Max(Expression.Abs(y), Expression.Abs(next)));
        Expression error = h * Sum(builder, terms) / scale;
        return builder.Output("total", sum + (error * error)).Build().Kernel;
    }

    private static Expression Sum(FunctionBuilder builder, int terms)
    {
        Expression[] w = builder.Uniform("w", terms);
        (Expression, Expression[])[] products = [.. Enumerable.Range(0, terms).Select(j => (w[j], builder.Input($"k{j}", 1)))];
        return RungeKuttaStep.Sum(products, 0);
    }
}
