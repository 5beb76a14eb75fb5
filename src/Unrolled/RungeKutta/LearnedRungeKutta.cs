namespace Unrolled.RungeKutta;

/// <summary>
/// A classical Runge-Kutta method with a learned correction, <c>θ(h) = θ_parent + (h/h_0)^r δ</c>: fitted at one step size for
/// <c>r = 0</c>, of proven order for suitable <c>r &gt; 0</c>. Outside the interval of steps that was learned it is its parent.
/// </summary>
/// <remarks>
/// <para>θ has the layout of <see cref="ButcherTableau.Parameters"/>. The correction of <c>b</c> sums to zero, so that every member is
/// consistent. A zero correction gives the numbers of the parent bit for bit.</para>
/// <para>With <c>ε = (h/h_0)^r</c> the defect of every order condition is a polynomial in ε. A tree with <c>q</c> vertices whose
/// polynomial begins with <c>ε^m</c> contributes <c>O(h^(q + r m))</c> to the local error, so the method has order <c>p</c> when
/// <c>q + r m &gt; p</c> for all trees with <c>q ≤ p</c>: see <see cref="ProvenOrder"/>.</para>
/// Immutable, so safe to share between threads.
/// </remarks>
public sealed class LearnedRungeKutta
{
    /// <summary>Coefficients of defects below this are rounding.</summary>
    private const double DefectTolerance = 2e-13;

    private readonly double[] _correction;

    /// <summary>A method from its correction.</summary>
    /// <param name="parent">The classical method.</param>
    /// <param name="correction">δ, in the layout of the parent's coefficients; the last row sums to zero.</param>
    /// <param name="baseStep">The step size h_0 at which the correction counts fully.</param>
    /// <param name="exponent">r; zero for a tableau that does not depend on the step.</param>
    /// <param name="validSteps">The step sizes for which the correction is used.</param>
    /// <exception cref="ArgumentException">The lengths differ, the correction of the weights does not sum to zero, or a number is out of range.</exception>
    public LearnedRungeKutta(ButcherTableau parent, ReadOnlySpan<double> correction, double baseStep, int exponent, ValidInterval validSteps)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseStep);
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        if (correction.Length != parent.Parameters.Length)
        {
            throw new ArgumentException($"the correction has {correction.Length} numbers, \"{parent.Name}\" has {parent.Parameters.Length}", nameof(correction));
        }

        if (!(validSteps.Low >= 0 && validSteps.High >= validSteps.Low))
        {
            throw new ArgumentException($"[{validSteps.Low:R}, {validSteps.High:R}] is no interval of step sizes", nameof(validSteps));
        }

        ButcherTableau.RequireSum(correction[^parent.Stages..], 0, "the correction of the weights");
        Parent = parent;
        _correction = correction.ToArray();
        BaseStep = baseStep;
        Exponent = exponent;
        ValidSteps = validSteps;
        ProvenOrder = Prove();
    }

    /// <summary>The name that tables and model files show.</summary>
    public string Name => $"learned {Parent.Name}";

    /// <summary>The classical method θ_parent, used outside <see cref="ValidSteps"/>.</summary>
    public ButcherTableau Parent { get; }

    /// <summary>The correction δ.</summary>
    public ReadOnlySpan<double> Correction => _correction;

    /// <summary>The step size h_0 at which the correction counts fully.</summary>
    public double BaseStep { get; }

    /// <summary>r; zero for a tableau that does not depend on the step.</summary>
    public int Exponent { get; }

    /// <summary>The step sizes for which the correction is used.</summary>
    public ValidInterval ValidSteps { get; }

    /// <summary>The intervals of the equation's parameters that the training covered; empty when not stated.</summary>
    public IReadOnlyList<ValidInterval> ValidParameters { get; init; } = [];

    /// <summary>Weights of an embedded error estimate <c>h sum e_i k_i</c> fitted to the true error; empty for none. They sum to zero.</summary>
    public IReadOnlyList<double> ErrorWeights { get; init; } = [];

    /// <summary>
    /// The order as <c>h → 0</c> that the order conditions prove, with defects below 2e-13 counted as rounding: of <c>θ(h)</c> for
    /// <c>r &gt; 0</c>, of the one tableau for <c>r = 0</c>.
    /// </summary>
    public int ProvenOrder { get; }

    /// <summary>
    /// The tableau for a step size: the learned one inside <see cref="ValidSteps"/>, else the parent.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The step size is not positive.</exception>
    public ChosenTableau TableauFor(double h)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        return ValidSteps.Contains(h) ? new(Learned(h), false) : new(Parent, true);
    }

    /// <summary>The same, falling back also when a parameter of the equation lies outside <see cref="ValidParameters"/>.</summary>
    public ChosenTableau TableauFor(double h, ReadOnlySpan<double> parameters)
    {
        for (int i = 0; i < Math.Min(parameters.Length, ValidParameters.Count); i++)
        {
            if (!ValidParameters[i].Contains(parameters[i]))
            {
                return new(Parent, true);
            }
        }

        return TableauFor(h);
    }

    /// <summary>
    /// The defects of the order conditions as polynomials in <c>ε = (h/h_0)^r</c>: for every rooted tree up to an order, in their
    /// order, the coefficients of 1, ε, ε², ...
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="RootedTree.LargestOrder"/>.</exception>
    public double[][] DefectPolynomials(int order)
    {
        PowerSeries[] theta = new PowerSeries[_correction.Length];
        for (int i = 0; i < theta.Length; i++)
        {
            theta[i] = new(Parent.Parameters[i], _correction[i]);
        }

        return [.. new ElementaryWeights<PowerSeries>(theta, order).Defects().Select(d => d.Coefficients.ToArray())];
    }

    private ButcherTableau Learned(double h)
    {
        double factor = 1;
        for (int i = 0; i < Exponent; i++)
        {
            factor *= h / BaseStep;
        }

        double[] theta = new double[_correction.Length];
        for (int i = 0; i < theta.Length; i++)
        {
            theta[i] = Parent.Parameters[i] + (factor * _correction[i]);
        }

        ButcherTableau tableau = new(Name, Math.Max(1, ProvenOrder), theta);
        return ErrorWeights.Count == 0 ? tableau : tableau.WithErrorEstimator(Math.Max(1, ProvenOrder - 1), [.. ErrorWeights]);
    }

    private int Prove()
    {
        int largest = Exponent == 0 ? Math.Min(RootedTree.LargestOrder, Parent.Order + 1) : Parent.Order;
        double[][] defects = DefectPolynomials(largest);
        int order = largest;
        foreach (RootedTree tree in RootedTree.UpTo(largest))
        {
            double[] polynomial = defects[tree.Index];
            if (Exponent == 0)
            {
                order = Math.Abs(polynomial.Sum()) > DefectTolerance ? Math.Min(order, tree.Order - 1) : order;
                continue;
            }

            // The constant term is the defect of the parent, which claims this order.
            int first = Array.FindIndex(polynomial, c => Math.Abs(c) > DefectTolerance);
            order = first >= 0 ? Math.Min(order, tree.Order + (Exponent * first) - 1) : order;
        }

        return order;
    }
}
