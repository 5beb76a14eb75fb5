using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// Fits coefficients <c>θ = θ_0 + E d</c> so that the geometric mean of the trajectories' errors becomes small: rounds of
/// Levenberg-Marquardt on residuals that are divided, per trajectory, by the error at the start of the round.
/// </summary>
/// <remarks>
/// Since <c>log e^2 ≤ log e_0^2 + e^2/e_0^2 - 1</c> with equality at <c>e = e_0</c>, a round that decreases the sum of
/// <c>e^2/e_0^2</c> decreases the geometric mean (majorization). A plain sum of squares is governed by the few worst trajectories; the
/// geometric mean by all of them. A lost trajectory is left out of the round. Several rollouts of one equation, with different steps, can be fitted together by one d. The best
/// parameters on the validation rollouts are kept. Deterministic: no clock takes part.
/// </remarks>
internal sealed class ReweightedFit : IFitRounds
{
    private readonly RolloutResiduals[] _training;
    private readonly RolloutResiduals[] _validation;
    private readonly MappedResiduals[] _maps;
    private readonly double[] _baselines;
    private readonly LevenbergMarquardt _optimizer;
    private readonly FitOptions _options;
    private double[] _best;
    private int _stalled;

    /// <summary>Starts at d = 0, or where an earlier fit was left.</summary>
    /// <param name="training">Rollouts to fit.</param>
    /// <param name="validation">As many rollouts that decide which parameters are best.</param>
    /// <param name="origin">θ_0.</param>
    /// <param name="maps">E, one for every rollout.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public ReweightedFit(Rollout[] training, Rollout[] validation, ReadOnlySpan<double> origin, Matrix[] maps, FitOptions options, FitState? state = null)
        : this(training, validation, Affine(origin, maps), [], options, state)
    {
    }

    /// <summary>The same for coefficients that depend on d in any way, and for rollouts that are to gain alike.</summary>
    /// <param name="training">Rollouts to fit.</param>
    /// <param name="validation">As many rollouts that decide which parameters are best.</param>
    /// <param name="maps">θ(d), one for every rollout.</param>
    /// <param name="baselines">
    /// For every rollout the error that it is compared with; none for a fit of all rollouts alike. With baselines C the error of the fit is
    /// the largest ratio <c>E_k/C_k</c> over the rollouts, and a round decreases <c>sum_k (E_k/C_k)^ρ</c>, in which the worst rollouts
    /// count, with ρ from <see cref="FitOptions.Balance"/>.
    /// </param>
    /// <param name="options">How to fit.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public ReweightedFit(
        Rollout[] training, Rollout[] validation, IReadOnlyList<IParameterMap> maps, double[] baselines, FitOptions options, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(baselines);
        ArgumentNullException.ThrowIfNull(options);
        if (validation.Length != training.Length || maps.Count != training.Length || (baselines.Length != 0 && baselines.Length != training.Length))
        {
            throw new ArgumentException($"{training.Length} rollouts to fit, {validation.Length} that decide, {maps.Count} maps, {baselines.Length} baselines");
        }

        _options = options;
        _baselines = baselines;
        _training = [.. training.Select(r => new RolloutResiduals(r, options.Threads, options.Ranks))];
        _validation = [.. validation.Select(r => new RolloutResiduals(r, options.Threads, options.Ranks))];
        double ridge = options.Ridge * Math.Sqrt(training.Sum(r => r.Instances));
        _maps = new MappedResiduals[training.Length];
        for (int i = 0; i < _maps.Length; i++)
        {
            _maps[i] = new MappedResiduals(_training[i], maps[i], i == 0 ? ridge : 0);
        }

        double[] start = state?.Parameters ?? new double[maps[0].ParameterCount];
        _best = state?.Best ?? start;
        _stalled = state?.Stalled ?? 0;
        Rounds = state?.Rounds ?? 0;
        Reweight(start);
        _optimizer = new LevenbergMarquardt(new StackedResiduals(_maps), start, state?.Damping ?? 1e-3);
        _optimizer.Bound(new double[start.Length], options.Cap);
        BestError = state?.BestError ?? ValidationError(start);
    }

    /// <inheritdoc/>
    public double BestError { get; private set; }

    /// <summary>The parameters d with that error.</summary>
    public ReadOnlySpan<double> Best => _best;

    /// <inheritdoc/>
    public int Rounds { get; private set; }

    /// <inheritdoc/>
    public bool Finished => Rounds >= _options.Rounds || _stalled >= _options.Patience;

    /// <inheritdoc/>
    public FitState State => new([.. _optimizer.Parameters], _optimizer.Damping, [.. _best], BestError, Rounds, _stalled);

    /// <summary>The coefficients θ of the first rollout for the best parameters.</summary>
    public double[] BestCoefficients()
    {
        double[] theta = new double[_training[0].ParameterCount];
        _maps[0].Map(_best, theta);
        return theta;
    }

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        _optimizer.Minimize(_options.StepsPerRound, 1e-6, null, cancellationToken);
        Rounds++;
        double error = ValidationError(_optimizer.Parameters);
        _stalled = error < 0.999 * BestError ? 0 : _stalled + 1;
        if (error < BestError)
        {
            BestError = error;
            _best = [.. _optimizer.Parameters];
        }

        Reweight(_optimizer.Parameters);
        _optimizer.Damping = Math.Min(3 * _optimizer.Damping, 1);
        _optimizer.Growth = 2;
        _optimizer.Restart();
        return !Finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RolloutResiduals residuals in _training.Concat(_validation))
        {
            residuals.Dispose();
        }
    }

    private static AffineMap[] Affine(ReadOnlySpan<double> origin, Matrix[] maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        AffineMap[] affine = new AffineMap[maps.Length];
        for (int i = 0; i < maps.Length; i++)
        {
            affine[i] = new AffineMap(origin, maps[i]);
        }

        return affine;
    }

    private double ValidationError(ReadOnlySpan<double> d)
    {
        double[] theta = new double[_training[0].ParameterCount];
        double sum = 0, largest = 0;
        for (int i = 0; i < _validation.Length; i++)
        {
            _maps[i].Map(d, theta);
            _validation[i].Evaluate(theta);
            double error = GeometricMean(_validation[i]);
            sum += Math.Log(error);
            largest = _baselines.Length > 0 ? Math.Max(largest, error / _baselines[i]) : 0;
        }

        return _baselines.Length > 0 ? largest : Math.Exp(sum / _validation.Length);
    }

    private static double GeometricMean(RolloutResiduals residuals) =>
        TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(residuals.Errors, residuals.Rollout.Instances));

    /// <summary>Weights 1/e_0, with e_0 the root mean square error of the trajectory; a lost trajectory is left out of the round.</summary>
    private void Reweight(ReadOnlySpan<double> d)
    {
        double[] theta = new double[_training[0].ParameterCount], shares = new double[_training.Length];
        for (int i = 0; i < _training.Length; i++)
        {
            _maps[i].Map(d, theta);
            _training[i].Evaluate(theta);
            shares[i] = _baselines.Length > 0 ? Math.Pow(GeometricMean(_training[i]) / _baselines[i], _options.Balance) : 1;
        }

        double mean = shares.Average();
        for (int i = 0; i < _training.Length; i++)
        {
            int n = _training[i].Rollout.Instances, checkpoints = _training[i].Rollout.Checkpoints;
            double share = Math.Sqrt(shares[i] / mean);
            double[] weights = new double[checkpoints * n];
            for (int s = 0; s < n; s++)
            {
                double square = 0;
                for (int c = 0; c < checkpoints; c++)
                {
                    square += _training[i].Errors[(c * n) + s] * _training[i].Errors[(c * n) + s];
                }

                for (int c = 0; c < checkpoints; c++)
                {
                    weights[(c * n) + s] = square is > 0 and < TrajectoryErrors.Lost ? share / Math.Sqrt(square) : 0;
                }
            }

            _training[i].Reweight(weights);
        }
    }
}
