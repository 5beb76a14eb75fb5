using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// Levenberg-Marquardt: <c>d = argmin ||J d + r||^2 + μ ||D d||^2</c>, accepted when <c>||r||^2</c> decreases; the damping μ follows
/// the ratio of actual to predicted decrease. Optionally every parameter stays in an interval: steps are projected, and a parameter
/// that lies on its bound with the gradient pointing outwards rests. The state is plain arrays, so that a run can be stopped and
/// resumed with the same bits.
/// </summary>
/// <remarks>
/// D holds the largest column norms of J seen so far (Moré), μ the rule of Nielsen (ratio γ: μ max(1/3, 1 - (2γ - 1)^3), else μ ν with
/// ν doubling). Steps come from an orthogonal factorization, never from J'J. Reference: Nocedal and Wright, Numerical Optimization,
/// 2nd ed. (2006), section 10.3; K. Madsen, H. B. Nielsen, O. Tingleff, Methods for Non-Linear Least Squares Problems (2004), 3.2.
/// </remarks>
public sealed class LevenbergMarquardt
{
    private readonly IResiduals _residuals;
    private readonly TriangularFactor _factor;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private bool _current;

    /// <summary>Starts at a point.</summary>
    /// <param name="residuals">What to make small.</param>
    /// <param name="start">The first parameters.</param>
    /// <param name="damping">The first damping μ, relative to the squared column norms.</param>
    public LevenbergMarquardt(IResiduals residuals, ReadOnlySpan<double> start, double damping = 1e-3)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        Shapes.Length(start, residuals.ParameterCount, nameof(start), "the residuals have");
        _residuals = residuals;
        _factor = new TriangularFactor(start.Length + 1);
        Parameters = start.ToArray();
        Scales = new double[start.Length];
        Damping = damping;
        _lower = [.. start.ToArray().Select(_ => double.NegativeInfinity)];
        _upper = [.. start.ToArray().Select(_ => double.PositiveInfinity)];
        Value = residuals.Evaluate(Parameters);
    }

    /// <summary>The current point.</summary>
    public double[] Parameters { get; }

    /// <summary>D, the largest column norms of J so far.</summary>
    public double[] Scales { get; }

    /// <summary>The sum of squares at the current point.</summary>
    public double Value { get; private set; }

    /// <summary>The damping μ.</summary>
    public double Damping { get; set; }

    /// <summary>By how much μ grows at the next rejected step.</summary>
    public double Growth { get; set; } = 2;

    /// <summary>How many steps were tried.</summary>
    public int Steps { get; set; }

    /// <summary>The relative decrease that the last accepted step made; zero after a rejected one.</summary>
    public double LastDecrease { get; private set; }

    /// <summary>Keeps every parameter within a distance of a center.</summary>
    /// <exception cref="ArgumentException">The current point lies outside.</exception>
    public void Bound(ReadOnlySpan<double> center, double distance)
    {
        Shapes.Length(center, Parameters.Length, nameof(center), "there are");
        for (int i = 0; i < center.Length; i++)
        {
            (_lower[i], _upper[i]) = (center[i] - distance, center[i] + distance);
            if (!(Parameters[i] >= _lower[i] && Parameters[i] <= _upper[i]))
            {
                throw new ArgumentException($"parameter {i} is {Parameters[i]:R}, outside [{_lower[i]:R}, {_upper[i]:R}]");
            }
        }
    }

    /// <summary>Recomputes the value after the residuals themselves have changed (new weights).</summary>
    public void Restart()
    {
        _current = false;
        Array.Clear(Scales);
        Value = _residuals.Evaluate(Parameters);
    }

    /// <summary>Tries one step; false where it was rejected because the sum of squares would not decrease.</summary>
    public bool Step()
    {
        Steps++;
        LastDecrease = 0;
        int n = Parameters.Length;
        if (!_current)
        {
            _factor.Clear();
            Value = _residuals.Linearize(Parameters, _factor);
            _current = true;
            for (int i = 0; i < n; i++)
            {
                Scales[i] = Math.Max(Scales[i], _factor.ColumnNorm(i));
            }
        }

        double[] step = new double[n], trial = new double[n], damping = new double[n];
        Direction(damping, step);
        for (int i = 0; i < n; i++)
        {
            trial[i] = Math.Clamp(Parameters[i] + step[i], _lower[i], _upper[i]);
            step[i] = trial[i] - Parameters[i];
        }

        double value = _residuals.Evaluate(trial), predicted = Value - _factor.SumOfSquaresAt(step), gain = (Value - value) / predicted;
        if (!(value < Value))
        {
            Damping *= Growth;
            Growth *= 2;
            return false;
        }

        double cube = (2 * gain) - 1;
        Damping *= predicted > 0 ? Math.Max(1.0 / 3, 1 - (cube * cube * cube)) : 1;
        Growth = 2;
        LastDecrease = (Value - value) / Value;
        Value = value;
        trial.CopyTo(Parameters, 0);
        _current = false;
        return true;
    }

    /// <summary>Steps until little is gained, a number of steps is reached, or the caller says so.</summary>
    /// <param name="mostSteps">The largest number of steps, rejected ones included.</param>
    /// <param name="relativeDecrease">Ends after three accepted steps in a row that decrease the sum of squares by less than this.</param>
    /// <param name="progress">Called after every step; null for none.</param>
    /// <param name="cancellationToken">Ends the run at the next step; the point reached stays.</param>
    public void Minimize(
        int mostSteps, double relativeDecrease = 1e-6, Action<LevenbergMarquardt>? progress = null, CancellationToken cancellationToken = default)
    {
        const double largestDamping = 1e12;
        int small = 0;
        for (int k = 0; k < mostSteps && small < 3 && Damping < largestDamping && !cancellationToken.IsCancellationRequested; k++)
        {
            if (Step())
            {
                small = LastDecrease < relativeDecrease ? small + 1 : 0;
            }

            progress?.Invoke(this);
        }
    }

    private void Direction(double[] damping, double[] step)
    {
        double[] gradient = new double[step.Length];
        _factor.Gradient(gradient);
        double root = Math.Sqrt(Damping);
        for (int i = 0; i < damping.Length; i++)
        {
            bool rests = (Parameters[i] <= _lower[i] && gradient[i] > 0) || (Parameters[i] >= _upper[i] && gradient[i] < 0);
            damping[i] = rests ? 1e100 : root * (Scales[i] > 0 ? Scales[i] : 1);
        }

        _factor.SolveDamped(damping, step);
    }
}
