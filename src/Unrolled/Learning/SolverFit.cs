using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>
/// Fits the weights of a learned nonlinear solver by Levenberg-Marquardt on stacked residuals <c>F(x_k)</c>, on the states that the solver
/// itself visits: every round follows the current weights, reweights the residuals, and takes a few steps.
/// </summary>
/// <remarks>
/// Weights <c>e^(rho/2 - 1)</c> of a residual of size e make the sum of squares a majorant of what is asked for
/// (<see cref="SolverFitOptions.Power"/>): for rho = 0 of the sum of log e. Residuals at rounding and instances that are lost take no
/// part in a round. A start from which the run explodes is drawn towards zero until it does not. The best weights on the validation set
/// are kept. Deterministic: rounds are counted, no clock takes part.
/// </remarks>
public sealed class SolverFit : IFitRounds
{
    private const double RoundingPart = 1e-14;
    private const double Lost = 1e10;

    private readonly NonlinearSystem _training;
    private readonly NonlinearSystem _validation;
    private readonly LearnedForm _form;
    private readonly SolverFitOptions _options;
    private readonly LearnedCoefficients _shape;
    private readonly double _trainingFloor;
    private readonly double _validationFloor;
    private double[] _parameters;
    private double[] _best;
    private double _damping;
    private int _stalled;

    /// <summary>Starts at some weights, or where an earlier fit was left.</summary>
    /// <param name="training">The systems to fit.</param>
    /// <param name="validation">The systems that decide.</param>
    /// <param name="form">The form of the step; one unrolled step at a time in Newton-Krylov form.</param>
    /// <param name="start">The first coefficients.</param>
    /// <param name="options">What to make small; null for the defaults.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public SolverFit(NonlinearSystem training, NonlinearSystem validation, LearnedForm form, LearnedCoefficients start, SolverFitOptions? options = null, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(start);
        (_training, _validation, _form, _shape, _options) = (training, validation, form, start, options ?? new());
        _trainingFloor = Floor(training);
        _validationFloor = Floor(validation);
        _parameters = state?.Parameters ?? Tamed(start.Values.ToArray());
        _damping = state?.Damping ?? 1e-3;
        _best = state?.Best ?? _parameters;
        (Rounds, _stalled) = (state?.Rounds ?? 0, state?.Stalled ?? 0);
        BestError = state?.BestError ?? ValidationError(_parameters);
    }

    /// <inheritdoc/>
    public int Rounds { get; private set; }

    /// <inheritdoc/>
    public bool Finished => Rounds >= _options.Fit.Rounds || _stalled >= _options.Fit.Patience;

    /// <inheritdoc/>
    public double BestError { get; private set; }

    /// <inheritdoc/>
    public FitState State => new([.. _parameters], _damping, [.. _best], BestError, Rounds, _stalled);

    /// <inheritdoc/>
    public double[] BestCoefficients() => [.. _best];

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        List<SolverResiduals> stretches = Follow(_training, _parameters, _trainingFloor, out _);
        LevenbergMarquardt optimizer = new(new StackedResiduals(stretches), _parameters, _damping);
        optimizer.Bound(_parameters, _options.Fit.Cap);
        optimizer.Minimize(_options.Fit.StepsPerRound, 1e-6, null, cancellationToken);
        stretches.ForEach(r => r.Dispose());
        Rounds++;
        (_parameters, _damping) = ([.. optimizer.Parameters], Math.Clamp(3 * optimizer.Damping, 1e-12, 1));
        double error = ValidationError(_parameters);
        _stalled = error < 0.999 * BestError ? 0 : _stalled + 1;
        if (error < BestError)
        {
            (BestError, _best) = (error, _parameters);
        }

        return !Finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>The residuals of the stretches that the weights lead through, reweighted at their present sizes.</summary>
    private List<SolverResiduals> Follow(NonlinearSystem problem, double[] parameters, double floor, out double[] norms)
    {
        List<SolverResiduals> stretches = [];
        NonlinearSystem at = problem;
        norms = [];
        for (int stretch = 0; stretch < _options.Stretches; stretch++)
        {
            SolverResiduals residuals = new(at, _form, _shape, _options.UnrolledSteps, _options.Fit.Threads, _options.Fit.Ranks);
            residuals.Evaluate(parameters);
            double[] own = residuals.Norms.ToArray();
            norms = [.. norms, .. own];
            residuals.Reweight(Weights(own, at.Instances, floor, last: stretch == _options.Stretches - 1));
            stretches.Add(residuals);
            if (stretch + 1 < _options.Stretches)
            {
                at = problem.StartingAt(After(at, parameters));
            }
        }

        return stretches;
    }

    /// <summary>The states after T steps; a lost instance stays where it was.</summary>
    private Batch After(NonlinearSystem problem, double[] parameters)
    {
        return Solver.Solve(LearnedStep.Of(_form, _shape.With(parameters)), problem, StoppingCriterion.Iterations(_options.UnrolledSteps), new SolverOptions { Threads = _options.Fit.Threads }).Iterate;
    }

    private double[] Weights(double[] norms, int instances, double floor, bool last)
    {
        double largest = norms.Where(e => e < Lost).DefaultIfEmpty(1).Max();
        double[] weights = new double[norms.Length];
        for (int k = 0; k < norms.Length; k++)
        {
            bool counts = _options.Power == 0 || (last && k >= norms.Length - instances);
            bool present = norms[k] > floor && norms[k] < Lost;
            weights[k] = counts && present ? Math.Pow(norms[k] / largest, (0.5 * _options.Power) - 1) : 0;
        }

        return weights;
    }

    private double ValidationError(double[] parameters)
    {
        if (Array.Exists(parameters, p => !double.IsFinite(p)))
        {
            return double.PositiveInfinity;
        }

        Follow(_validation, parameters, _validationFloor, out double[] norms).ForEach(r => r.Dispose());
        IEnumerable<double> sizes = norms.Select(e => e < Lost ? Math.Max(e, _validationFloor) : Lost);
        if (_options.Power == 0)
        {
            return Math.Exp(sizes.Average(Math.Log));
        }

        double[] ends = [.. sizes.TakeLast(_validation.Instances)];
        double worst = ends.Max();
        return worst * Math.Pow(ends.Average(e => Math.Pow(e / worst, _options.Power)), 1 / _options.Power);
    }

    /// <summary>Weights near zero do nothing, so some fraction of any weights loses no instance that was not lost before.</summary>
    private double[] Tamed(double[] parameters)
    {
        int before = LostWith(new double[parameters.Length]);
        for (int k = 0; k < 40 && LostWith(parameters) > before; k++)
        {
            parameters = Array.ConvertAll(parameters, p => 0.5 * p);
        }

        return parameters;
    }

    /// <summary>How many residuals of the validation set are lost on the way.</summary>
    private int LostWith(double[] parameters)
    {
        Follow(_validation, parameters, _validationFloor, out double[] norms).ForEach(r => r.Dispose());
        return norms.Count(e => !(e < Lost));
    }

    /// <summary>A residual below this is rounding.</summary>
    private static double Floor(NonlinearSystem problem)
    {
        NonlinearSystem scaled = problem.RelativeToStart();
        return Math.Max(double.Epsilon, RoundingPart * scaled.Scale!.Value.Values.ToArray().Where(double.IsFinite).DefaultIfEmpty(1).Average());
    }
}
