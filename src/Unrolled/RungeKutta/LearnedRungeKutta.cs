using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// A classical Runge-Kutta method with learned corrections, <c>θ(h, p) = θ_parent + sum_k ε^(r_k) δ_k</c> with
/// <c>ε = (h/h_0) prod_i (p_i/q_i)^(α_i)</c>: one tableau when all <c>r_k = 0</c>, else one for every step size (and, with exponents α, for
/// all parameters p of the equation), of proven order. Outside the interval of steps that was learned it is its parent.
/// </summary>
/// <remarks>
/// <para>θ has the layout of <see cref="ButcherTableau.Parameters"/>. Every correction of <c>b</c> sums to zero, so that every member is
/// consistent. Zero corrections give the numbers of the parent bit for bit.</para>
/// <para>For fixed p, ε is h times a constant, and the defect of every order condition is a polynomial in ε. A tree with <c>q</c> vertices
/// whose polynomial begins with <c>ε^m</c> contributes <c>O(h^(q+m))</c> to the local error, so the method has order <c>p</c> when <c>q + m &gt; p</c> for
/// all trees: see <see cref="ProvenOrder"/>. A term of any exponent may therefore change the conditions of high order, while those of low
/// order leave it only the directions that do not change them.</para>
/// Immutable, so safe to share between threads.
/// </remarks>
public sealed class LearnedRungeKutta
{
    /// <summary>Coefficients of defects below this are rounding.</summary>
    private const double DefectTolerance = 2e-13;

    private readonly StepCorrection[] _corrections;

    /// <summary>A method from one correction.</summary>
    /// <param name="parent">The classical method.</param>
    /// <param name="correction">δ, in the layout of the parent's coefficients; the last row sums to zero.</param>
    /// <param name="baseStep">The step size h_0 at which the correction counts fully.</param>
    /// <param name="exponent">r; zero for a tableau that does not depend on the step.</param>
    /// <param name="validSteps">The step sizes for which the correction is used.</param>
    /// <exception cref="ArgumentException">The lengths differ, the correction of the weights does not sum to zero, or a number is out of range.</exception>
    public LearnedRungeKutta(ButcherTableau parent, ReadOnlySpan<double> correction, double baseStep, int exponent, ValidInterval validSteps)
        : this(parent, [new StepCorrection(exponent, correction.ToArray())], baseStep, validSteps)
    {
    }

    /// <summary>A method from its corrections.</summary>
    /// <param name="parent">The classical method.</param>
    /// <param name="corrections">The terms; none for the parent itself.</param>
    /// <param name="baseStep">The step size h_0 at which the corrections count fully.</param>
    /// <param name="validSteps">The step sizes for which the corrections are used.</param>
    /// <exception cref="ArgumentException">The lengths differ, a correction of the weights does not sum to zero, or a number is out of range.</exception>
    public LearnedRungeKutta(ButcherTableau parent, IReadOnlyList<StepCorrection> corrections, double baseStep, ValidInterval validSteps)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(corrections);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseStep);
        _corrections = [.. corrections.Select(c => c with { Delta = Array.AsReadOnly([.. c.Delta]) })];
        foreach (StepCorrection correction in _corrections)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(correction.Exponent);
            if (correction.Delta.Count != parent.Parameters.Length)
            {
                throw new ArgumentException($"the correction has {correction.Delta.Count} numbers, \"{parent.Name}\" has {parent.Parameters.Length}", nameof(corrections));
            }

            ButcherTableau.RequireSum([.. correction.Delta.TakeLast(parent.Stages)], 0, "the correction of the weights");
        }

        if (!(validSteps.Low >= 0 && validSteps.High >= validSteps.Low))
        {
            throw new ArgumentException($"[{validSteps.Low:R}, {validSteps.High:R}] is no interval of step sizes", nameof(validSteps));
        }

        Parent = parent;
        BaseStep = baseStep;
        ValidSteps = validSteps;
        ProvenOrder = Prove();
    }

    /// <summary>The name that tables and model files show.</summary>
    public string Name => $"learned {Parent.Name}";

    /// <summary>The classical method θ_parent, used outside <see cref="ValidSteps"/>.</summary>
    public ButcherTableau Parent { get; }

    /// <summary>The terms (r_k, δ_k).</summary>
    public IReadOnlyList<StepCorrection> Corrections => _corrections;

    /// <summary>The step size h_0 at which the corrections count fully.</summary>
    public double BaseStep { get; }

    /// <summary>The step sizes for which the corrections are used.</summary>
    public ValidInterval ValidSteps { get; }

    /// <summary>The intervals of the equation's parameters that the training covered; empty when not stated.</summary>
    public IReadOnlyList<ValidInterval> ValidParameters { get; init; } = [];

    /// <summary>Weights of an embedded error estimate <c>h sum e_i k_i</c> fitted to the true error; empty for none. They sum to zero.</summary>
    public IReadOnlyList<double> ErrorWeights { get; init; } = [];

    /// <summary>The exponents α and references q of ε; none by default. Their number is that of the equation's parameters.</summary>
    public ParameterScale Scale { get; init; } = ParameterScale.None;

    /// <summary>
    /// The order as <c>h → 0</c> that the order conditions prove for <c>θ(h, p)</c>, whatever p is, with coefficients of defects below 2e-13 counted as
    /// rounding; at most one more than the parent's.
    /// </summary>
    public int ProvenOrder { get; }

    /// <summary>
    /// The tableau for a step size at the references of <see cref="Scale"/>, <c>ε = h/h_0</c>: the learned one inside
    /// <see cref="ValidSteps"/>, else the parent.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The step size is not positive.</exception>
    public ChosenTableau TableauFor(double h)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        return ValidSteps.Contains(h) ? new(Learned(h / BaseStep), false) : new(Parent, true);
    }

    /// <summary>
    /// The tableau for a step size and parameters of the equation: the parent also where a parameter lies outside
    /// <see cref="ValidParameters"/>, or is not positive and has an exponent.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The step size is not positive.</exception>
    /// <exception cref="ArgumentException"><see cref="Scale"/> has exponents for another number of parameters.</exception>
    public ChosenTableau TableauFor(double h, ReadOnlySpan<double> parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        double[] theta = new double[Parent.Parameters.Length];
        return TryCoefficients(h, parameters, theta) ? new(Named(theta), false) : new(Parent, true);
    }

    /// <summary>
    /// The defects of the order conditions as polynomials in ε: for every rooted tree up to an order, in their order, the
    /// coefficients of 1, ε, ε², ...
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="RootedTree.LargestOrder"/>.</exception>
    public double[][] DefectPolynomials(int order) =>
        [.. new ElementaryWeights<PowerSeries<double>>(Series(c => c), order).Defects().Select(d => d.Coefficients.ToArray())];

    /// <summary>The polynomials of <see cref="DefectPolynomials"/> without any rounding, for the numbers as they are stored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="RootedTree.LargestOrder"/>.</exception>
    public Rational[][] ExactDefectPolynomials(int order) =>
        [.. new ElementaryWeights<PowerSeries<Rational>>(Series(Rational.FromDouble), order).Defects().Select(d => d.Coefficients.ToArray())];

    /// <summary>The coefficients as polynomials in ε, in the layout of <see cref="ButcherTableau.Parameters"/>.</summary>
    internal PowerSeries<T>[] Series<T>(Func<double, T> number)
        where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>, IAdditiveIdentity<T, T>, IMultiplicativeIdentity<T, T>
    {
        var theta = new PowerSeries<T>[Parent.Parameters.Length];
        int degree = _corrections.Where(c => c.Delta.Any(d => d != 0)).Select(c => c.Exponent).DefaultIfEmpty(0).Max();
        for (int i = 0; i < theta.Length; i++)
        {
            T[] coefficients = new T[degree + 1];
            Array.Fill(coefficients, T.AdditiveIdentity);
            coefficients[0] = number(Parent.Parameters[i]);
            foreach (StepCorrection correction in _corrections)
            {
                if (correction.Exponent <= degree)
                {
                    coefficients[correction.Exponent] += number(correction.Delta[i]);
                }
            }

            theta[i] = new(coefficients);
        }

        return theta;
    }

    /// <summary>θ(h, p), or those of the parent and false where the method falls back.</summary>
    internal bool TryCoefficients(double h, ReadOnlySpan<double> parameters, Span<double> theta)
    {
        bool inside = ValidSteps.Contains(h);
        for (int i = 0; i < Math.Min(parameters.Length, ValidParameters.Count); i++)
        {
            inside &= ValidParameters[i].Contains(parameters[i]);
        }

        // The ratio alone where there are no exponents: a factor of 1 does not change its bits.
        double epsilon = inside ? h / BaseStep * Scale.Factor(parameters) : 0;
        inside &= epsilon > 0 && double.IsFinite(epsilon);
        Parent.Parameters.CopyTo(theta);
        if (inside)
        {
            Correct(theta, epsilon);
        }

        return inside;
    }

    private ButcherTableau Learned(double epsilon)
    {
        double[] theta = Parent.Parameters.ToArray();
        Correct(theta, epsilon);
        return Named(theta);
    }

    private void Correct(Span<double> theta, double epsilon)
    {
        foreach (StepCorrection correction in _corrections)
        {
            double factor = 1;
            for (int i = 0; i < correction.Exponent; i++)
            {
                factor *= epsilon;
            }

            for (int i = 0; i < theta.Length; i++)
            {
                theta[i] += factor * correction.Delta[i];
            }
        }
    }

    private ButcherTableau Named(double[] theta)
    {
        ButcherTableau tableau = new(Name, Math.Max(1, ProvenOrder), theta);
        return ErrorWeights.Count == 0 ? tableau : tableau.WithErrorEstimator(Math.Max(1, ProvenOrder - 1), [.. ErrorWeights]);
    }

    private int Prove()
    {
        int order = Math.Min(RootedTree.LargestOrder, Parent.Order + 1);
        double[][] defects = DefectPolynomials(order);
        foreach (RootedTree tree in RootedTree.UpTo(order))
        {
            int first = Array.FindIndex(defects[tree.Index], c => Math.Abs(c) > DefectTolerance);
            order = first >= 0 ? Math.Min(order, tree.Order + first - 1) : order;
        }

        return order;
    }
}
