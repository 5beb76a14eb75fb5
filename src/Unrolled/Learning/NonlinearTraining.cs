using System.Diagnostics;
using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Learning;

/// <summary>From a family of nonlinear systems to a safeguarded solver that can be run, saved and exported: draws problems, fits from several starts, makes the model.</summary>
/// <remarks>
/// <see cref="Learn"/> is the common call. Who shows progress, saves states or shares the work makes the fits one by one with <see cref="Begin"/>.
/// Deterministic: the same seed gives the same bits for any number of threads. The model has no certificates.
/// </remarks>
public sealed class NonlinearTraining
{
    private readonly NonlinearTrainingOptions _options;
    private readonly SolverFitOptions _fit;
    private readonly NonlinearSystem _training;
    private readonly int _coordinates;

    /// <summary>Draws the problems.</summary>
    /// <param name="family">The equations with their distributions.</param>
    /// <param name="options">The size of the solver and how it is trained; null for the defaults.</param>
    /// <exception cref="ArgumentException">The degree needs a parameter that varies, there are too few problems for the weights, or a number is out of range.</exception>
    public NonlinearTraining(NonlinearFamily family, NonlinearTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(family);
        (Family, _options) = (family, options ?? new());
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.InnerEvaluations, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Starts, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Starts, SolverStarts.Most, nameof(options));
        if (_options.Degree > 0 && family.Coordinates == 0)
        {
            throw new ArgumentException($"weights of degree {_options.Degree} need a parameter that varies; every parameter of the family is a constant", nameof(options));
        }

        _fit = _options.Fit ?? SolverFitOptions.For(_options.Form);
        _coordinates = _options.Degree > 0 ? family.Coordinates : 0;
        LearnedCoefficients shape = Start(0);
        long residuals = (long)_options.Instances * family.Unknowns.Length * (_fit.Power > 0 ? 1 : (long)_fit.UnrolledSteps * _fit.Stretches);
        if (residuals < shape.Values.Length)
        {
            throw new ArgumentException(
                $"{_options.Instances} instances give {residuals} numbers to fit {shape.Values.Length} coefficients to; more instances or a smaller degree are needed", nameof(options));
        }

        _ = Solver(shape.Values);
        RandomStream stream = new(_options.Seed);
        _training = family.Draw(_options.Instances, stream.Split("training"));
        Validation = family.Draw(_options.Validation, stream.Split("validation"));
    }

    /// <summary>The equations with their distributions.</summary>
    public NonlinearFamily Family { get; }

    /// <summary>The problems that decide which weights are kept.</summary>
    public NonlinearSystem Validation { get; }

    /// <summary>How many fits there are to make.</summary>
    public int Starts => _options.Starts;

    /// <summary>Learns a solver for a family.</summary>
    /// <param name="family">The equations with their distributions.</param>
    /// <param name="options">The size of the solver and how it is trained; null for the defaults.</param>
    /// <param name="progress">Told after every round; null for nobody.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="ArgumentException">The degree needs a parameter that varies, there are too few problems for the weights, or a number is out of range.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static LearnedNonlinear Learn(
        NonlinearFamily family, NonlinearTrainingOptions? options = null, IProgress<LearningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        var training = new NonlinearTraining(family, options);
        (double Error, double[] Coefficients) best = (double.PositiveInfinity, []);
        for (int i = 0; i < training.Starts; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using IFitRounds fit = training.Begin(i);
            for (bool more = !fit.Finished; more;)
            {
                more = fit.Round(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                double part = Math.Min(1, (double)fit.Rounds / training._fit.Fit.Rounds);
                progress?.Report(new LearningProgress($"start {i + 1}", (i + part) / training.Starts, fit.BestError, Stopwatch.GetElapsedTime(started)));
            }

            if (fit.BestError < best.Error || best.Coefficients.Length == 0)
            {
                best = (fit.BestError, fit.BestCoefficients());
            }
        }

        return LearnedNonlinear.Of(training.ToModel(best.Coefficients, best.Error, Stopwatch.GetElapsedTime(started).TotalSeconds));
    }

    /// <summary>The fit from one of the starts, or where an earlier one was left.</summary>
    /// <param name="start">The number of the start, from 0.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public IFitRounds Begin(int start, FitState? state = null) => new SolverFit(_training, Validation, _options.Form, Start(start), _fit, state);

    /// <summary>The solver with the coefficients that a fit found.</summary>
    public LearnedNonlinear Solver(ReadOnlySpan<double> coefficients) => new(_options.Form, Start(0).With(coefficients), _options.Rate, _options.SecantPairs);

    /// <summary>The model of the solver with the coefficients that a fit found; it is compared at one, two and three steps.</summary>
    /// <param name="coefficients">The coefficients.</param>
    /// <param name="error">The validation error.</param>
    /// <param name="seconds">How long the training took.</param>
    public Model ToModel(ReadOnlySpan<double> coefficients, double error, double seconds)
    {
        Model model = Solver(coefficients).ToModel(FamilySettings.ForModel(Family), Family, new TrainingRecord
        {
            Seed = _options.Seed, Trainer = "Levenberg-Marquardt on unrolled steps", Seconds = seconds, Loss = error, Instances = _options.Instances, Settings = _options.ToSettings(),
        });
        model.MethodSettings.Set("evaluations", string.Join(", ", Enumerable.Range(1, 3).Select(k => (k * _options.InnerEvaluations).ToString(CultureInfo.InvariantCulture))));
        return model;
    }

    private LearnedCoefficients Start(int number) =>
        SolverStarts.Number(number, _options.InnerEvaluations, _coordinates, _options.Degree, new RandomStream(_options.Seed).Split("starts"));
}
