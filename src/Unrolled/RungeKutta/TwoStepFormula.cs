using Unrolled.Differentiation;

namespace Unrolled.RungeKutta;

/// <summary>
/// The rows of a two-step Runge-Kutta method as a run and an export need them: for every point the weights of this step's stages, then
/// those of the remembered ones; one set for the first step, in which nothing is remembered, one for all others.
/// </summary>
/// <remarks>
/// Rounding as in <see cref="RungeKuttaStep"/>: <c>w = h a</c> and <c>d = h c</c> rounded once, sums from left to right, nothing fused.
/// Row <c>i</c> of the first <c>s</c> leads to stage <c>i</c>, the last one to the new state. Remembered are the last <c>m</c> stages.
/// </remarks>
public sealed class TwoStepFormula
{
    private readonly double[][] _first;
    private readonly double[][] _rows;

    /// <summary>The rows of a method.</summary>
    public TwoStepFormula(LearnedTwoStepRungeKutta method)
    {
        ArgumentNullException.ThrowIfNull(method);
        (Stages, Memory) = (method.Stages, method.Memory);
        int triangle = PackedTriangle.Length(Stages);
        ReadOnlySpan<double> theta = method.Parameters;
        _first = new double[Stages + 1][];
        _rows = new double[Stages + 1][];
        for (int i = 0; i <= Stages; i++)
        {
            _first[i] = method.FirstStep.Row(i).ToArray();
            _rows[i] = i == 0 ? [] : [.. PackedTriangle.Row(theta[..triangle], i), .. theta.Slice(triangle + ((i - 1) * Memory), Memory)];
        }
    }

    /// <summary>The number of stages s.</summary>
    public int Stages { get; }

    /// <summary>The number of remembered stages m.</summary>
    public int Memory { get; }

    /// <summary>The rows of the first step: row i has i weights.</summary>
    public IReadOnlyList<double[]> FirstRows => _first;

    /// <summary>The rows of the steps after it: row i has i weights of stages, then m of remembered ones; row 0 is empty.</summary>
    public IReadOnlyList<double[]> Rows => _rows;

    /// <summary>The numbers w for a step size.</summary>
    internal static double[] Scaled(IReadOnlyList<double[]> rows, double h) => [.. rows.SelectMany(r => r).Select(a => h * a)];

    /// <summary>The numbers d for a step size: h times the sums of the rows of the stages.</summary>
    internal static double[] ScaledNodes(IReadOnlyList<double[]> rows, double h) =>
        [.. rows.Take(rows.Count - 1).Select(r => h * PackedTriangle.Sum<double>(r))];

    /// <summary>
    /// The step as a function: y, p, t, d, w and, after the first step, the remembered stages m0, m1, ... to y_new and the stages to remember.
    /// </summary>
    internal Function Compose(Function f, IReadOnlyList<double[]> rows)
    {
        bool first = ReferenceEquals(rows, _first);
        FunctionBuilder builder = new();
        Expression[] y = builder.Input(f.Inputs[0] with { Name = "y" }), p = builder.Input(f.Inputs[1] with { Name = "p" });
        Expression t = builder.Uniform("t");
        Expression[] d = builder.Uniform("d", Stages), w = builder.Uniform("w", rows.Sum(r => r.Length));
        Expression[][] old = [.. Enumerable.Range(0, first ? 0 : Memory).Select(j => builder.Input($"m{j}", y.Length))];
        List<Expression[]> k = [];
        int next = 0;
        for (int i = 0; ; i++)
        {
            Expression[][] vectors = i == 0 ? [] : [.. k, .. old];
            Expression[] point = RungeKuttaStep.Displace(y, [.. vectors.Select(v => (w[next++], v))]);
            if (i == Stages)
            {
                builder.Output("y_new", point);
                break;
            }

            k.Add(f.Apply(point, p, i == 0 ? t : t + d[i]));
        }

        for (int j = 0; j < Memory; j++)
        {
            builder.Output($"n{j}", k[Stages - Memory + j]);
        }

        return builder.Build();
    }
}
