using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Learning;

/// <summary>A point of a training curve.</summary>
/// <param name="Step">The step, counted over the whole training; the degree for the convex trainer.</param>
/// <param name="Loss">The loss there.</param>
public readonly record struct CurvePoint(int Step, double Loss);

/// <summary>
/// The training of a <see cref="LearnedKrylov"/> for a family of linear systems, in slices: it can be stopped after any
/// slice and resumed from its <see cref="State"/> to end with the same bits.
/// </summary>
/// <remarks>
/// The training set is compressed first (<see cref="KrylovCompression"/>), so both trainers work on a problem whose size
/// depends only on the method. Drawing and compressing is repeated when a training is resumed; it is deterministic.
/// </remarks>
public sealed class LinearTraining : IDisposable
{
    private const int Reweightings = 5;

    private readonly IProblemFamily<LinearSystem> _family;
    private readonly LinearTrainingOptions _options;
    private readonly Func<LinearSystem, LinearSystem> _prepare;
    private readonly LinearSystem _systems;
    private readonly UnrolledLinearLoss _loss;
    private readonly GradientDescentRun? _run;
    private readonly List<CurvePoint> _curve = [];
    private readonly List<LearnedKrylov> _byDegree = [];

    /// <summary>Draws and compresses the training set.</summary>
    /// <param name="family">The family.</param>
    /// <param name="options">The size of the method and how to train it.</param>
    /// <param name="prepare">Attaches a preconditioner to what was drawn; null for none.</param>
    /// <param name="cancellationToken">Stops the compression.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public LinearTraining(
        IProblemFamily<LinearSystem> family, LinearTrainingOptions options, Func<LinearSystem, LinearSystem>? prepare = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(options);
        (_family, _options, _prepare) = (family, options, prepare ?? (s => s));
        LinearSystem systems = _prepare(family.Draw(options.Instances, new RandomStream(options.Seed).Split("training")));
        if (options.Loss != LinearLoss.Absolute)
        {
            double[] norms = new double[systems.Instances];
            systems.ReferenceNorm(norms);
            systems = Divided(systems, norms);
        }

        _systems = systems;

        Spectrum = FindSpectrum(systems, options.Seed);
        Compression = KrylovCompression.Of(systems, CompressedSize, cancellationToken);
        double[] weights = [.. Enumerable.Range(1, options.OuterIterations).Select(k => Math.Pow(options.LossWeightBase, k))];
        _loss = new UnrolledLinearLoss(Compression.System, options.InnerEvaluations, weights, Compression.Samples, threads: 1);
        if (options.Trainer == LinearTrainer.Gradient)
        {
            _run = new GradientDescentRun(_loss, options);
        }

        Method = LearnedKrylov.FromSteps(new double[options.InnerEvaluations]);
    }

    /// <summary>Learns a method for a family.</summary>
    /// <param name="family">The family.</param>
    /// <param name="options">The size of the method and how to train it; null for the defaults.</param>
    /// <param name="progress">Told after every slice of the work; null for nobody.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <returns>What <see cref="Checked(int)"/> chooses, with its model; the model has no certificates.</returns>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static LearnedLinear Learn(
        IProblemFamily<LinearSystem> family, LinearTrainingOptions? options = null, IProgress<LearningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        using var training = new LinearTraining(family, options ?? new(), null, cancellationToken);
        for (bool more = true; more;)
        {
            more = training.Advance(cancellationToken);
            progress?.Report(new LearningProgress(training.Phase, training.Fraction, training.Loss, Stopwatch.GetElapsedTime(started)));
        }

        return LearnedLinear.Of(training.ToModel(training.Checked(), Stopwatch.GetElapsedTime(started).TotalSeconds));
    }

    /// <summary>The model of a method that was learned without a preconditioner.</summary>
    /// <param name="method">The method.</param>
    /// <param name="seconds">How long the training took.</param>
    public Model ToModel(LearnedKrylov method, double seconds)
    {
        ArgumentNullException.ThrowIfNull(method);
        var settings = new Settings("model", "methodSettings");
        settings.Set("inner-evaluations", method.InnerEvaluations.ToString(CultureInfo.InvariantCulture));
        settings.Set("preconditioner", "none");
        return LearnedLinear.ToModel([method], Spectrum, settings, FamilySettings.ForModel(_family), _family.Description, _options.ToRecord(seconds, Loss));
    }

    /// <summary>The method as trained so far.</summary>
    public LearnedKrylov Method { get; private set; }

    /// <summary>The unrolled loss of <see cref="Method"/> over the training set.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>The part of the work that is done, from 0 to 1.</summary>
    public double Fraction { get; private set; }

    /// <summary>What is being done.</summary>
    public string Phase => _run?.Phase ?? "least squares";

    /// <summary>The loss against the step, or against the degree for the convex trainer.</summary>
    public IReadOnlyList<CurvePoint> Curve => _run?.Curve ?? _curve;

    /// <summary>The smallest interval known to hold the spectra of all training operators, for symmetric ones; null otherwise.</summary>
    public (double Low, double High)? Spectrum { get; }

    /// <summary>The compressed training set.</summary>
    public KrylovCompression Compression { get; }

    /// <summary>What the convex trainer found for every degree up to the one asked for; the method itself otherwise.</summary>
    public IReadOnlyList<LearnedKrylov> ByDegree => _byDegree.Count > 0 ? _byDegree : [Method];

    /// <summary>Everything that later slices depend on, by name; set it to resume.</summary>
    public IReadOnlyDictionary<string, double[]> State
    {
        get => _run?.State ?? new Dictionary<string, double[]>();
        set
        {
            if (_run is not null)
            {
                _run.State = value;
                Adopt();
            }
        }
    }

    /// <summary>Does a slice of the work, some tens of milliseconds; false when all is done.</summary>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop; <see cref="State"/> is what the steps before made of it, and the training can go on.</exception>
    public bool Advance(CancellationToken cancellationToken = default)
    {
        if (_run is null)
        {
            FitPolynomial(cancellationToken);
            return false;
        }

        bool more = _run.Advance(cancellationToken);
        Adopt();
        return more;
    }

    /// <summary>
    /// The trained method, or the one with fewer evaluations that does better on systems it has not seen, where no positive spectrum is known:
    /// with complex eigenvalues a polynomial of high degree can grow between the training spectra.
    /// </summary>
    /// <param name="instances">How many systems it has not seen.</param>
    public LearnedKrylov Checked(int instances = 20) => Checked(instances, out _);

    /// <inheritdoc cref="Checked(int)"/>
    /// <param name="instances">How many systems it has not seen.</param>
    /// <param name="worst">The largest relative residual of the chosen method there; infinite where none was drawn or none did.</param>
    public LearnedKrylov Checked(int instances, out double worst)
    {
        (LearnedKrylov best, double mean) = (Method, double.PositiveInfinity);
        worst = double.PositiveInfinity;
        if (Spectrum is (> 0, _) || _options.Trainer == LinearTrainer.Gradient)
        {
            return best;
        }

        LinearSystem unseen = _prepare(_family.Draw(instances, new RandomStream(_options.Seed).Split("validation")));
        foreach (LearnedKrylov candidate in ByDegree)
        {
            double[] residuals = [.. Solver.Solve(candidate, unseen, StoppingCriterion.Iterations(1)).Outcomes.ToArray().Select(o => o.RelativeResidual)];
            (double m, double w) = (residuals.Average(r => Math.Log(r)), residuals.Max());
            if (w < 1 && m < mean)
            {
                (best, mean, worst) = (candidate, m, w);
            }
        }

        return best;
    }

    private int CompressedSize => Math.Max((_options.InnerEvaluations * _options.OuterIterations) + 1, 2 * _options.InnerEvaluations);

    /// <inheritdoc/>
    public void Dispose() => _loss.Dispose();

    private void Adopt()
    {
        Fraction = _run!.Fraction;
        if (_run.BestParameters is double[] best)
        {
            Method = new LearnedKrylov(best);
            Loss = _run.BestLoss;
        }
    }

    private void FitPolynomial(CancellationToken cancellationToken)
    {
        _byDegree.Clear();
        _curve.Clear();
        for (int degree = 1; degree <= _options.InnerEvaluations; degree++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Complex[] roots = Roots(Compression, degree);
            Method = LearnedKrylov.FromRoots(roots);
            if (roots.Length == degree)
            {
                _byDegree.Add(Method);
                _curve.Add(new CurvePoint(degree, OneStepLoss(Method)));
            }
        }

        if (_options.Loss == LinearLoss.Geometric)
        {
            Reweight(cancellationToken);
        }

        // fewer roots than asked for: the training set is solved exactly by a smaller degree
        Loss = Method.InnerEvaluations == _options.InnerEvaluations ? _loss.Evaluate(Method.Weights, new double[_loss.ParameterCount]) : 0;
        Fraction = 1;
    }

    /// <summary>
    /// Least squares with each residual divided by its own norm after the fit before: at the fixed point the sum of the
    /// logarithms is stationary. The best fit seen is kept.
    /// </summary>
    private void Reweight(CancellationToken cancellationToken)
    {
        LearnedKrylov best = Method;
        double[] norms = ResidualNorms(Method);
        double least = norms.Sum(Math.Log);
        for (int i = 0; i < Reweightings && norms.All(n => n > 0); i++)
        {
            KrylovCompression reweighted = KrylovCompression.Of(Divided(_systems, norms), CompressedSize, cancellationToken);
            LearnedKrylov method = LearnedKrylov.FromRoots(Roots(reweighted, _options.InnerEvaluations));
            norms = ResidualNorms(method);
            double sum = norms.Sum(Math.Log);
            (best, least) = sum < least ? (method, sum) : (best, least);
        }

        Method = best;
    }

    private double[] ResidualNorms(LearnedKrylov method)
    {
        Solution solution = Solver.Solve(method, _systems, StoppingCriterion.Iterations(1));
        return [.. solution.Outcomes.ToArray().Select(o => o.Residual)];
    }

    /// <summary>
    /// The roots of the best polynomial; where the spectrum is an interval of positive numbers, of the best one that stays
    /// below 1 on all of it. Right-hand sides may have next to no part in some eigenvectors, and a polynomial that is
    /// free to grow there would not survive the first rounding error or the first unusual right-hand side.
    /// </summary>
    private Complex[] Roots(KrylovCompression training, int degree)
    {
        if (Spectrum is not (double low, double high) || low <= 0)
        {
            return ResidualPolynomialFit.Roots(training, degree);
        }

        (double[] nodes, double[] weights) = training.Measure();
        return GrowthCap.Roots(nodes, weights, degree, low, high);
    }

    /// <summary>The mean squared residual after one step.</summary>
    private double OneStepLoss(LearnedKrylov method)
    {
        if (!Compression.Symmetric)
        {
            using var loss = new UnrolledLinearLoss(Compression.System, method.InnerEvaluations, [1], Compression.Samples, threads: 1);
            return loss.Evaluate(method.Weights, new double[loss.ParameterCount]);
        }

        (double[] nodes, double[] weights) = Compression.Measure();
        double sum = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            double q = method.ResidualPolynomial(nodes[i]);
            sum += weights[i] * q * q;
        }

        return sum / Compression.Samples;
    }

    private static (double Low, double High)? FindSpectrum(LinearSystem systems, ulong seed)
    {
        if (systems.Preconditioner is not null || !systems.Operator.Properties.HasFlag(OperatorProperties.Symmetric))
        {
            return null;
        }

        SpectralInterval[] ends = SpectralEstimate.Extremes(systems.Operator, new RandomStream(seed).Split("spectrum"));
        return (ends.Min(e => e.Smallest), ends.Max(e => e.Largest));
    }

    private static LinearSystem Divided(LinearSystem systems, double[] norms)
    {
        double[] factors = [.. norms.Select(n => n > 0 ? 1 / n : 0)];
        Batch b = Batch.Zeros(systems.Components, systems.Instances);
        BatchKernels.Multiply(factors, systems.RightHandSide, b);
        var divided = new LinearSystem(systems.Operator, b);
        return systems.Preconditioner is null ? divided : divided.PreconditionedBy(systems.Preconditioner);
    }
}
