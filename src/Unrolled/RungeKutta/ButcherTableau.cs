namespace Unrolled.RungeKutta;

/// <summary>
/// The coefficients of an explicit Runge-Kutta method with <c>s</c> stages:
/// <c>k_i = f(t + c_i h, y + h sum_{j&lt;i} a_ij k_j)</c>, <c>y_new = y + h sum_i b_i k_i</c>.
/// </summary>
/// <remarks>
/// <para>
/// All numbers are one array of <c>s(s+1)/2</c> <see cref="Parameters"/>, the rows of a lower triangle one after the
/// other: rows <c>1 .. s-1</c> are <c>a</c> (row <c>i</c> has <c>i</c> entries and starts at <c>i(i-1)/2</c>), row
/// <c>s</c> is <c>b</c>. Indices start at zero. This is the layout of the superstructure that training changes (R2N2,
/// arXiv 2211.12386, equations 9-10). The nodes are the row sums <c>c_i = sum_j a_ij</c>.
/// </para>
/// <para>
/// Checked at construction: the length, finite numbers, <c>sum b = 1</c> (relative to <c>sum |b|</c>, 1e-12). Not checked:
/// that the order is what <see cref="Order"/> claims, which is the business of <see cref="OrderConditions"/>.
/// Immutable, so safe to share between threads.
/// </para>
/// </remarks>
public sealed class ButcherTableau
{
    /// <summary>Relative to the sum of magnitudes: far above rounding, far below a typing error in the 11th digit.</summary>
    internal const double SumTolerance = 1e-12;

    private readonly double[] _parameters;
    private readonly double[] _nodes;
    private readonly Rational[] _exact;
    private readonly ErrorEstimator[] _estimators;

    /// <summary>A method from its packed coefficients, with cubic Hermite dense output and no error estimate.</summary>
    /// <param name="name">The name that tables and model files show.</param>
    /// <param name="order">The order that the method claims, at least 1.</param>
    /// <param name="parameters">The rows of <c>a</c>, then <c>b</c>: <c>s(s+1)/2</c> numbers.</param>
    /// <exception cref="ArgumentException">The length fits no number of stages, a number is not finite, or <c>sum b</c> is not 1.</exception>
    public ButcherTableau(string name, int order, ReadOnlySpan<double> parameters)
        : this(name, order, parameters.ToArray(), [], [], null)
    {
    }

    private ButcherTableau(string name, int order, double[] parameters, Rational[] exact, ErrorEstimator[] estimators, DenseOutput? denseOutput)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        Name = name;
        Order = order;
        Stages = PackedTriangle.Rows(parameters.Length);
        _parameters = parameters;
        _exact = exact;
        _estimators = estimators;
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!double.IsFinite(parameters[i]))
            {
                throw new ArgumentException($"Coefficient {i} of \"{name}\" is {parameters[i]}; finite numbers are needed.", nameof(parameters));
            }
        }

        RequireSum(Weights, 1, $"the weights b of \"{name}\"");
        _nodes = new double[Stages];
        for (int i = 0; i < Stages; i++)
        {
            _nodes[i] = exact.Length > 0 ? PackedTriangle.Sum<Rational>(PackedTriangle.Row<Rational>(exact, i)).ToDouble() : PackedTriangle.Sum(Row(i));
        }

        FirstSameAsLast = Stages > 1 && Weights[^1] == 0 && Row(Stages - 1).SequenceEqual(Weights[..^1]);
        DenseOutput = denseOutput ?? DenseOutput.Hermite(this);
    }

    /// <summary>The name that tables and model files show.</summary>
    public string Name { get; }

    /// <summary>The order of convergence that the method claims.</summary>
    public int Order { get; }

    /// <summary>The number of stages <c>s</c>, which is the number of evaluations of <c>f</c> in a step taken alone.</summary>
    public int Stages { get; }

    /// <summary>All coefficients: the rows of <c>a</c>, then <c>b</c>.</summary>
    public ReadOnlySpan<double> Parameters => _parameters;

    /// <summary>
    /// The fractions or decimals that <see cref="Parameters"/> rounds, in the same layout, when the method was given as
    /// text; empty when it was given as doubles.
    /// </summary>
    public ReadOnlySpan<Rational> ExactParameters => _exact;

    /// <summary>The weights <c>b</c>, one for each stage.</summary>
    public ReadOnlySpan<double> Weights => Row(Stages);

    /// <summary>The nodes <c>c_i = sum_j a_ij</c>, one for each stage; <c>c_0 = 0</c>.</summary>
    public ReadOnlySpan<double> Nodes => _nodes;

    /// <summary>The embedded error estimates, the principal one first; empty when the method has none.</summary>
    public ReadOnlySpan<ErrorEstimator> ErrorEstimators => _estimators;

    /// <summary>The interpolant between the ends of a step; every method has at least the cubic Hermite one.</summary>
    public DenseOutput DenseOutput { get; }

    /// <summary>Whether the last stage is <c>f</c> at the new point, hence the first stage of the next step.</summary>
    public bool FirstSameAsLast { get; }

    /// <summary>Evaluations of <c>f</c> for each step of a long run: the stages, less one when the last is reused.</summary>
    public int EvaluationsPerStep => FirstSameAsLast ? Stages - 1 : Stages;

    /// <summary>A method from a square matrix, its weights and, optionally, the nodes that its rows must sum to.</summary>
    /// <exception cref="ArgumentException">
    /// The shapes differ, an entry on or above the diagonal is not zero, a row does not sum to its node, or <c>sum b</c> is not 1.
    /// </exception>
    public static ButcherTableau FromMatrix(string name, int order, double[,] a, ReadOnlySpan<double> b, ReadOnlySpan<double> c = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        int s = b.Length;
        if (a.GetLength(0) != s || a.GetLength(1) != s || (c.Length != s && c.Length != 0))
        {
            throw new ArgumentException($"a of \"{name}\" is {a.GetLength(0)} by {a.GetLength(1)}, b has {s} weights, c has {c.Length} nodes; one number of stages is needed.");
        }

        var parameters = new double[PackedTriangle.Length(s)];
        for (int i = 0; i < s; i++)
        {
            for (int j = 0; j < s; j++)
            {
                if (j < i)
                {
                    parameters[PackedTriangle.Length(i - 1) + j] = a[i, j];
                }
                else if (a[i, j] != 0)
                {
                    throw new ArgumentException($"a[{i},{j}] of \"{name}\" is {a[i, j]}; an explicit method is strictly lower triangular.", nameof(a));
                }
            }

            if (c.Length > 0)
            {
                RequireSum(PackedTriangle.Row<double>(parameters, i), c[i], $"row {i} of a of \"{name}\"");
            }
        }

        b.CopyTo(parameters.AsSpan(PackedTriangle.Length(s - 1)));
        return new ButcherTableau(name, order, parameters);
    }

    /// <summary>
    /// A method as it is printed: a line for each row of <c>a</c> below its first (empty) one, then a line with <c>b</c>,
    /// entries as <see cref="Rational.Parse"/> reads them. <c>"1/2 \n 0 1"</c> is the midpoint rule.
    /// </summary>
    /// <exception cref="FormatException">A line has the wrong number of entries, or an entry is not a number.</exception>
    /// <exception cref="ArgumentException"><c>sum b</c> is not 1.</exception>
    public static ButcherTableau Parse(string name, int order, string text)
    {
        Rational[] exact = PackedTriangle.Parse(text, firstRow: 1);
        return new ButcherTableau(name, order, PackedTriangle.Round(exact), exact, [], null);
    }

    /// <summary>Row <paramref name="stage"/> of <c>a</c>: its <paramref name="stage"/> entries left of the diagonal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stage is negative or larger than the number of stages, whose row is <c>b</c>.</exception>
    public ReadOnlySpan<double> Row(int stage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stage, Stages);
        return PackedTriangle.Row<double>(_parameters, stage);
    }

    /// <summary>The method with one more error estimate, <c>err = h sum_i e_i k_i</c>.</summary>
    /// <param name="order">The order of the embedded method <c>b - e</c>.</param>
    /// <param name="weights">The error weights <c>e</c>, one for each stage; they sum to zero.</param>
    /// <exception cref="ArgumentException">The count differs from the stages, or the sum is not zero.</exception>
    public ButcherTableau WithErrorEstimator(int order, ReadOnlySpan<double> weights) => weights.Length != Stages
        ? throw new ArgumentException($"{weights.Length} error weights were given, \"{Name}\" has {Stages} stages.", nameof(weights))
        : new(Name, Order, _parameters, _exact, [.. _estimators, new ErrorEstimator(order, weights)], DenseOutput);

    /// <summary>The method with the error estimate <c>e = b - b̂</c> of an embedded method given as text.</summary>
    /// <exception cref="FormatException">An entry is not a number.</exception>
    /// <exception cref="ArgumentException">The count differs from the stages, or the weights do not sum to 1.</exception>
    public ButcherTableau WithEmbedded(int order, string weights)
    {
        Rational[] embedded = PackedTriangle.ParseRow(weights);
        for (int i = 0; i < embedded.Length && i < Stages; i++)
        {
            Rational b = _exact.Length > 0 ? PackedTriangle.Row<Rational>(_exact, Stages)[i] : Rational.FromDouble(Weights[i]);
            embedded[i] = b - embedded[i];
        }

        return WithErrorEstimator(order, PackedTriangle.Round(embedded));
    }

    /// <summary>The method with a better interpolant than the Hermite one; see <see cref="RungeKutta.DenseOutput"/>.</summary>
    /// <param name="order">The order of the interpolant.</param>
    /// <param name="stages">Rows of further stages after the one at the end of the step; empty when none are needed.</param>
    /// <param name="corrections">Rows <c>d_1, d_2, ...</c>, one weight for each stage including the further ones; each sums to zero.</param>
    /// <exception cref="ArgumentException">A row has the wrong length or a correction does not sum to zero.</exception>
    public ButcherTableau WithDenseOutput(int order, ReadOnlySpan<double> stages, double[][] corrections) =>
        new(Name, Order, _parameters, _exact, _estimators, new DenseOutput(this, order, stages, corrections));

    /// <summary>
    /// The method without its first-same-as-last stage (the same steps, one stage and one evaluation less when a step is
    /// taken alone, no error estimate); the method itself when it has no such stage.
    /// </summary>
    public ButcherTableau WithoutFirstSameAsLast()
    {
        // The dropped row of `a` equals b, so the shorter method is a prefix of the array.
        int length = PackedTriangle.Length(Stages - 1);
        return !FirstSameAsLast ? this : new(Name, Order, _parameters[..length], _exact.Length > 0 ? _exact[..length] : [], [], DenseOutput);
    }

    /// <summary>The name, the claimed order and the stages.</summary>
    public override string ToString() => $"{Name} (order {Order}, {Stages} stages)";

    /// <summary>The method with doubles chosen so that rows keep their sums; see <see cref="PackedTriangle.RoundKeepingSums"/>.</summary>
    internal ButcherTableau KeepingRowSums() => new(Name, Order, PackedTriangle.RoundKeepingSums(_exact), _exact, _estimators, null);

    internal static void RequireSum(ReadOnlySpan<double> row, double expected, string what)
    {
        double sum = 0, magnitude = Math.Abs(expected);
        foreach (double entry in row)
        {
            sum += entry;
            magnitude += Math.Abs(entry);
        }

        if (!(Math.Abs(sum - expected) <= SumTolerance * magnitude))
        {
            throw new ArgumentException($"The sum of {what} is {sum:R}; {expected:R} is needed.");
        }
    }
}
