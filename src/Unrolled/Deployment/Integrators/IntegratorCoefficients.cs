using Unrolled.RungeKutta;

namespace Unrolled.Deployment.Integrators;

/// <summary>
/// The coefficients of an explicit method with constant steps in the one form that all exports use: for every point a row of weights of
/// this step's stages and then of the remembered vectors. A Runge-Kutta method remembers none, and its first step is like the others.
/// </summary>
/// <param name="Name">The name of the method.</param>
/// <param name="Stages">Evaluations of a step, s.</param>
/// <param name="Memory">How many vectors are remembered, m: see <see cref="RememberedFrom"/>.</param>
/// <param name="FirstRows">The s + 1 rows of the first step; row i has i weights, the last row leads to the new state. Unused where there is a <see cref="Start"/>.</param>
/// <param name="Rows">The s + 1 rows of the other steps; row i has i + m weights, row 0 has none.</param>
/// <param name="FirstNodes">c_i of the first step: the time of stage i is t + h c_i.</param>
/// <param name="Nodes">c_i of the other steps.</param>
public sealed record IntegratorCoefficients(
    string Name, int Stages, int Memory,
    IReadOnlyList<double[]> FirstRows, IReadOnlyList<double[]> Rows, IReadOnlyList<double> FirstNodes, IReadOnlyList<double> Nodes)
{
    /// <summary>The first steps of a multistep method; null for methods that start themselves.</summary>
    public IntegratorStart? Start { get; init; }

    /// <summary>
    /// The terms <c>ε^r δ</c> with <c>ε = h/h_0</c> times the factor of <see cref="Scale"/> that are added to <see cref="Rows"/> (one after the other, in the layout of
    /// <see cref="ButcherTableau.Parameters"/>); the nodes are then the sums of the rows. Empty where the coefficients do not depend on the step.
    /// </summary>
    public IReadOnlyList<StepCorrection> Corrections { get; init; } = [];

    /// <summary>The step size h_0 of <see cref="Corrections"/>; 1 where there are none.</summary>
    public double BaseStep { get; init; } = 1;

    /// <summary>How the equation's parameters enter ε; without exponents where they do not.</summary>
    public ParameterScale Scale { get; init; } = ParameterScale.None;

    /// <summary>The fewest steps that the method can take.</summary>
    public int LeastSteps => Math.Max(1, Start?.Steps ?? 0);

    /// <summary>
    /// Which m vectors the next step finds remembered: those from this one on in the list of this step's stages and what it found itself.
    /// The last stages of a two-step method; the derivatives of the last steps, the newest first, of a multistep method.
    /// </summary>
    public int RememberedFrom => Start is null ? Stages - Memory : 0;

    /// <summary>Those of a method.</summary>
    /// <exception cref="ArgumentException">The method is of a kind that has no such form.</exception>
    public static IntegratorCoefficients Of(IFixedStepMethod method) => method switch
    {
        FixedStepRungeKutta rungeKutta => Of(rungeKutta.Tableau),
        FixedStepLearnedRungeKutta learned => Of(learned),
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

    /// <summary>Those of a method that depends on the step size: the rows of the parent and the corrections of its rows, without a first-same-as-last stage.</summary>
    public static IntegratorCoefficients Of(FixedStepLearnedRungeKutta method)
    {
        ArgumentNullException.ThrowIfNull(method);
        LearnedRungeKutta learned = method.Method;
        int stages = method.EvaluationsPerStep;
        double[][] rows = [.. Enumerable.Range(0, stages + 1).Select(i => learned.Parent.Row(i).ToArray())];
        double[] nodes = [.. rows.Take(stages).Select(r => PackedTriangle.Sum<double>(r))];
        return new(method.Name, stages, 0, rows, rows, nodes, nodes)
        {
            BaseStep = learned.BaseStep,
            Scale = learned.Scale,
            Corrections = [.. learned.Corrections.Select(c => c with { Delta = [.. c.Delta.Take(PackedTriangle.Length(stages))] })],
        };
    }

    /// <summary>Those of a two-step method.</summary>
    public static IntegratorCoefficients Of(FixedStepTwoStep method)
    {
        ArgumentNullException.ThrowIfNull(method);
        TwoStepFormula formula = method.Formula;
        double[] Sums(IReadOnlyList<double[]> rows) => [.. rows.Take(formula.Stages).Select(r => r.Aggregate(0.0, (sum, a) => sum + a))];
        return new(method.Name, formula.Stages, formula.Memory, formula.FirstRows, formula.Rows, Sums(formula.FirstRows), Sums(formula.Rows));
    }

    /// <summary>Those of a multistep method: one stage, and the derivatives of the last <c>k - 1</c> steps.</summary>
    public static IntegratorCoefficients Of(FixedStepMultistep method)
    {
        ArgumentNullException.ThrowIfNull(method);
        double[][] rows = [[], method.Weights.ToArray()];
        return new(method.Name, 1, method.Weights.Length - 1, rows, rows, [0], [0]) { Start = IntegratorStart.Of(method) };
    }
}
