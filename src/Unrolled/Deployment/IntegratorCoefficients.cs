using Unrolled.RungeKutta;

namespace Unrolled.Deployment;

/// <summary>
/// The coefficients of an explicit method with constant steps in the one form that all exports use: for every point a row of weights of
/// this step's stages and then of the remembered ones. A Runge-Kutta method remembers none, and its first step is like the others.
/// </summary>
/// <param name="Name">The name of the method.</param>
/// <param name="Stages">Evaluations of a step, s.</param>
/// <param name="Memory">How many stages are remembered, m: the last ones of the step before.</param>
/// <param name="FirstRows">The s + 1 rows of the first step; row i has i weights, the last row leads to the new state.</param>
/// <param name="Rows">The s + 1 rows of the other steps; row i has i + m weights, row 0 has none.</param>
/// <param name="FirstNodes">c_i of the first step: the time of stage i is t + h c_i.</param>
/// <param name="Nodes">c_i of the other steps.</param>
public sealed record IntegratorCoefficients(
    string Name, int Stages, int Memory,
    IReadOnlyList<double[]> FirstRows, IReadOnlyList<double[]> Rows, IReadOnlyList<double> FirstNodes, IReadOnlyList<double> Nodes)
{
    /// <summary>The method whose dense output starts a multistep method, in one step as long as its memory; null for methods that start themselves.</summary>
    public ButcherTableau? Starter { get; init; }

    /// <summary>Those of a method.</summary>
    /// <exception cref="ArgumentException">The method is of a kind that has no such form.</exception>
    public static IntegratorCoefficients Of(IFixedStepMethod method) => method switch
    {
        FixedStepRungeKutta rungeKutta => Of(rungeKutta.Tableau),
        FixedStepTwoStep twoStep => Of(twoStep),
        FixedStepMultistep multistep => Of(multistep),
        _ => throw new ArgumentException($"\"{method?.Name}\" has no coefficients that a file can hold", nameof(method)),
    };

    /// <summary>Those of a tableau, without a first-same-as-last stage.</summary>
    public static IntegratorCoefficients Of(ButcherTableau tableau)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ButcherTableau method = tableau.WithoutFirstSameAsLast();
        double[][] rows = [.. Enumerable.Range(0, method.Stages + 1).Select(i => method.Row(i).ToArray())];
        double[] nodes = method.Nodes.ToArray();
        return new(tableau.Name, method.Stages, 0, rows, rows, nodes, nodes);
    }

    /// <summary>Those of a two-step method.</summary>
    public static IntegratorCoefficients Of(FixedStepTwoStep method)
    {
        ArgumentNullException.ThrowIfNull(method);
        TwoStepFormula formula = method.Formula;
        double[] Sums(IReadOnlyList<double[]> rows) => [.. rows.Take(formula.Stages).Select(r => r.Aggregate(0.0, (sum, a) => sum + a))];
        return new(method.Name, formula.Stages, formula.Memory, formula.FirstRows, formula.Rows, Sums(formula.FirstRows), Sums(formula.Rows));
    }

    /// <summary>Those of a multistep method; the remembered derivatives are the newest first, and the first <c>k - 1</c> steps are a start of their own.</summary>
    public static IntegratorCoefficients Of(FixedStepMultistep method)
    {
        ArgumentNullException.ThrowIfNull(method);
        double[][] rows = [[], method.Weights.ToArray()];
        return new(method.Name, 1, method.Weights.Length - 1, rows, rows, [0], [0]) { Starter = method.Starter };
    }
}
