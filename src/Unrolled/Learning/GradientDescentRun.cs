using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// The paper's training as a resumable run: from each of several random starts Adam with a falling rate, then L-BFGS; the
/// best end counts. A start is redrawn until its loss is below 1e9, as in the published code.
/// </summary>
internal sealed class GradientDescentRun
{
    private const int StepsPerSlice = 200;
    private const double LargestStartLoss = 1e9;
    private const int MostRedraws = 10_000;

    private readonly IObjective _loss;
    private readonly LinearTrainingOptions _options;
    private readonly double[] _gradient;
    private readonly List<CurvePoint> _curve = [];
    private double[] _parameters;
    private Adam _adam;
    private LimitedMemoryBfgs? _bfgs;
    private int _start;
    private int _steps;

    public GradientDescentRun(IObjective loss, LinearTrainingOptions options)
    {
        _loss = loss;
        _options = options;
        _gradient = new double[loss.ParameterCount];
        _adam = new Adam(loss.ParameterCount);
        _parameters = Draw(0);
    }

    public double[]? BestParameters { get; private set; }

    public double BestLoss { get; private set; } = double.PositiveInfinity;

    public IReadOnlyList<CurvePoint> Curve => _curve;

    public string Phase => $"start {Math.Min(_start + 1, _options.Starts)} of {_options.Starts}, {(_bfgs is null ? "Adam" : "L-BFGS")}";

    public double Fraction => Math.Min(1, (_start + Math.Min(1.0, (_adam.Steps + (_bfgs?.Steps ?? 0)) / (1.0 + _options.AdamSteps + _options.BfgsSteps))) / _options.Starts);

    /// <summary>A copy of all of the run by name; the curve as step, loss, step, loss.</summary>
    public IReadOnlyDictionary<string, double[]> State
    {
        get => new Dictionary<string, double[]>
        {
            ["counts"] = [_start, _steps, _adam.Steps, _bfgs?.Steps ?? -1],
            ["parameters"] = [.. _bfgs?.Parameters ?? _parameters],
            ["first moment"] = [.. _adam.FirstMoment],
            ["second moment"] = [.. _adam.SecondMoment],
            ["memory"] = _bfgs?.Memory ?? [],
            ["best"] = [BestLoss, .. BestParameters ?? []],
            ["curve"] = [.. _curve.SelectMany(p => new[] { p.Step, p.Loss })],
        };
        set
        {
            double[] counts = value["counts"], curve = value["curve"], best = value["best"];
            (_start, _steps) = ((int)counts[0], (int)counts[1]);
            _adam = new Adam(_loss.ParameterCount) { Steps = (int)counts[2] };
            value["first moment"].CopyTo(_adam.FirstMoment, 0);
            value["second moment"].CopyTo(_adam.SecondMoment, 0);
            _parameters = [.. value["parameters"]];
            _bfgs = counts[3] < 0 ? null : new LimitedMemoryBfgs(_loss, _parameters) { Steps = (int)counts[3], Memory = value["memory"] };
            BestLoss = best[0];
            BestParameters = best.Length > 1 ? best[1..] : null;
            _curve.Clear();
            for (int i = 0; i + 1 < curve.Length; i += 2)
            {
                _curve.Add(new CurvePoint((int)curve[i], curve[i + 1]));
            }
        }
    }

    public bool Advance(CancellationToken cancellationToken)
    {
        if (_start >= _options.Starts)
        {
            return false;
        }

        bool more = _bfgs is null ? AdvanceAdam(cancellationToken) : AdvanceBfgs(cancellationToken);
        if (!more)
        {
            NextPhase();
        }

        return _start < _options.Starts;
    }

    private bool AdvanceAdam(CancellationToken cancellationToken)
    {
        for (int i = 0; i < StepsPerSlice && _adam.Steps < _options.AdamSteps; i++, _steps++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double loss = _loss.Evaluate(_parameters, _gradient);
            if (_adam.Steps % 50 == 0)
            {
                _curve.Add(new CurvePoint(_steps, loss));
            }

            double done = (double)_adam.Steps / _options.AdamSteps;
            _adam.Step(_parameters, _gradient, 1e-2 * (1 - (0.99 * done)));
        }

        return _adam.Steps < _options.AdamSteps;
    }

    private bool AdvanceBfgs(CancellationToken cancellationToken)
    {
        for (int i = 0; i < StepsPerSlice && _bfgs!.Steps < _options.BfgsSteps; i++, _steps++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_bfgs.Steps % 5 == 0)
            {
                _curve.Add(new CurvePoint(_steps, _bfgs.Value));
            }

            if (!_bfgs.Step())
            {
                return false;
            }
        }

        return _bfgs!.Steps < _options.BfgsSteps;
    }

    private void NextPhase()
    {
        if (_bfgs is null)
        {
            _bfgs = new LimitedMemoryBfgs(_loss, _parameters);
            return;
        }

        _curve.Add(new CurvePoint(_steps, _bfgs.Value));
        if (_bfgs.Value < BestLoss)
        {
            BestLoss = _bfgs.Value;
            BestParameters = [.. _bfgs.Parameters];
        }

        _bfgs = null;
        _adam = new Adam(_loss.ParameterCount);
        _start++;
        if (_start < _options.Starts)
        {
            _parameters = Draw(_start);
        }
    }

    private double[] Draw(int start)
    {
        RandomStream stream = new RandomStream(_options.Seed).Split("starts").Split((ulong)start);
        double[] drawn = new double[_loss.ParameterCount];
        double spread = 1;
        for (int attempt = 0; attempt < MostRedraws; attempt++)
        {
            foreach (ref double weight in drawn.AsSpan())
            {
                weight = spread * stream.NextNormal();
            }

            if (_loss.Evaluate(drawn, _gradient) < LargestStartLoss)
            {
                break;
            }

            spread *= attempt % 10 == 9 ? 0.8 : 1; // large methods: draw smaller rather than forever
        }

        return drawn;
    }
}
