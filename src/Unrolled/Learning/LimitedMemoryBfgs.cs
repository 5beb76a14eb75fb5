namespace Unrolled.Learning;

/// <summary>
/// L-BFGS with a backtracking line search on the strong decrease condition: a quasi-Newton direction from the last pairs
/// of steps and gradient changes. The state is plain arrays, so that a run can be stopped and resumed with the same bits.
/// </summary>
/// <remarks>
/// Nocedal and Wright, Numerical Optimization, 2nd ed. (2006), algorithms 7.4 and 3.1. Pairs without positive curvature
/// are skipped. Storage: <c>2 m</c> vectors.
/// </remarks>
public sealed class LimitedMemoryBfgs
{
    private const double SufficientDecrease = 1e-4;
    private const int MostBacktracks = 40;

    private readonly IObjective _objective;
    private readonly List<(double[] Step, double[] Change)> _pairs = [];
    private readonly int _memory;
    private readonly double[] _direction;
    private readonly double[] _trial;
    private readonly double[] _trialGradient;

    /// <summary>Starts at a point.</summary>
    public LimitedMemoryBfgs(IObjective objective, ReadOnlySpan<double> start, int memory = 20)
    {
        ArgumentNullException.ThrowIfNull(objective);
        _objective = objective;
        _memory = memory;
        Parameters = start.ToArray();
        Gradient = new double[start.Length];
        _direction = new double[start.Length];
        _trial = new double[start.Length];
        _trialGradient = new double[start.Length];
        Value = objective.Evaluate(Parameters, Gradient);
    }

    /// <summary>The current point.</summary>
    public double[] Parameters { get; }

    /// <summary>The gradient there.</summary>
    public double[] Gradient { get; }

    /// <summary>The value there.</summary>
    public double Value { get; private set; }

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; set; }

    /// <summary>The remembered pairs, oldest first, flattened: step, change, step, change, ...</summary>
    public double[] Memory
    {
        get => [.. _pairs.SelectMany(p => p.Step.Concat(p.Change))];
        set
        {
            int n = Parameters.Length;
            _pairs.Clear();
            for (int at = 0; at + (2 * n) <= value.Length; at += 2 * n)
            {
                _pairs.Add((value[at..(at + n)], value[(at + n)..(at + (2 * n))]));
            }
        }
    }

    /// <summary>Takes one step; false where no decrease was found in the quasi-Newton and in the gradient direction.</summary>
    public bool Step()
    {
        Steps++;
        Direct();
        if (Search())
        {
            return true;
        }

        if (_pairs.Count == 0)
        {
            return false;
        }

        _pairs.Clear();
        Direct();
        return Search();
    }

    /// <summary>The two-loop recursion.</summary>
    private void Direct()
    {
        for (int i = 0; i < _direction.Length; i++)
        {
            _direction[i] = -Gradient[i];
        }

        double[] alpha = new double[_pairs.Count];
        for (int k = _pairs.Count - 1; k >= 0; k--)
        {
            (double[] s, double[] y) = _pairs[k];
            alpha[k] = Dot(s, _direction) / Dot(s, y);
            Add(-alpha[k], y, _direction);
        }

        double scale = _pairs.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(Dot(Gradient, Gradient))) : Dot(_pairs[^1].Step, _pairs[^1].Change) / Dot(_pairs[^1].Change, _pairs[^1].Change);
        for (int i = 0; i < _direction.Length; i++)
        {
            _direction[i] *= scale;
        }

        for (int k = 0; k < _pairs.Count; k++)
        {
            (double[] s, double[] y) = _pairs[k];
            Add(alpha[k] - (Dot(y, _direction) / Dot(s, y)), s, _direction);
        }
    }

    private bool Search()
    {
        double slope = Dot(Gradient, _direction);
        if (!(slope < 0))
        {
            return false;
        }

        double length = 1;
        for (int attempt = 0; attempt < MostBacktracks; attempt++, length *= 0.5)
        {
            for (int i = 0; i < _trial.Length; i++)
            {
                _trial[i] = Parameters[i] + (length * _direction[i]);
            }

            double value = _objective.Evaluate(_trial, _trialGradient);
            if (value <= Value + (SufficientDecrease * length * slope) && value < Value)
            {
                Accept(value);
                return true;
            }
        }

        return false;
    }

    private void Accept(double value)
    {
        double[] step = new double[_trial.Length], change = new double[_trial.Length];
        for (int i = 0; i < _trial.Length; i++)
        {
            step[i] = _trial[i] - Parameters[i];
            change[i] = _trialGradient[i] - Gradient[i];
        }

        if (Dot(step, change) > 1e-12 * Math.Sqrt(Dot(step, step) * Dot(change, change)))
        {
            _pairs.Add((step, change));
            if (_pairs.Count > _memory)
            {
                _pairs.RemoveAt(0);
            }
        }

        _trial.CopyTo(Parameters, 0);
        _trialGradient.CopyTo(Gradient, 0);
        Value = value;
    }

    private static double Dot(double[] x, double[] y) => Numerics.Kernels.Dot<double>(x, y);

    private static void Add(double a, double[] x, double[] y) => Numerics.Kernels.MultiplyAdd<double>(a, x, y, y);
}
