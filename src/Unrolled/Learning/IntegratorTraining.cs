using System.Diagnostics;
using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// From a family of equations and a budget to an integrator that can be run, saved and exported: draws trajectories, searches for the best
/// method, measures with which steps it may be used, and makes the model.
/// </summary>
/// <remarks>
/// <see cref="Learn"/> is the common call. Who shows progress, saves states or shares the work makes the fits of <see cref="Search"/> one by one.
/// Trajectories whose reference does not reach the horizon are left out. Deterministic: the same seed gives the same bits for any number of threads.
/// The model has no certificates; certifiers add them.
/// </remarks>
public sealed class IntegratorTraining
{
    private readonly IntegratorTrainingOptions _options;
    private readonly ReferenceTrajectories _references;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Draws the trajectories, computes their references and plans the fits.</summary>
    /// <param name="family">The equations with their distributions, made from text.</param>
    /// <param name="budget">Evaluations of the right-hand side over the horizon.</param>
    /// <param name="options">How many trajectories and which methods; null for the defaults.</param>
    /// <param name="references">Where references are remembered; null for this training alone.</param>
    /// <param name="cancellationToken">Stops the preparation.</param>
    /// <exception cref="ArgumentException">The family was made from a function, which a model cannot hold.</exception>
    /// <exception cref="InvalidInputException">No solution reaches the horizon, or no method can begin within the budget.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public IntegratorTraining(OdeFamily family, int budget, IntegratorTrainingOptions? options = null,
        ReferenceTrajectories? references = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget);
        FamilySettings = family.Settings
            ?? throw new ArgumentException("the right-hand side of the family is a function; a model needs equations as text, see OdeFamilies.FromEquations", nameof(family));
        (Family, Budget, _options) = (family, budget, options ?? new());
        (_references, _cancellationToken) = (references ?? new(), cancellationToken);
        InitialValueProblem training = Draw(_options.Instances, "training");
        Validation = Draw(_options.Validation, "validation");
        LeftOut = _options.Instances - training.Instances + _options.Validation - Validation.Instances;
        TrainingTrajectories trainingSet = TrainingTrajectories.Of(training, _references, cancellationToken);
        var trainer = new IntegratorTrainer(trainingSet, TrainingTrajectories.Of(Validation, _references, cancellationToken), budget);
        if (trainer.StepsFor(1) == 0)
        {
            throw new InvalidInputException(FamilySettings.Source, $"'budget' is {budget}; at least one evaluation for each of the {trainingSet.Checkpoints} checkpoints is needed");
        }

        IntegratorSearchOptions search = _options.Search;
        Search = new IntegratorSearch(trainer, search with { ParameterRanges = search.ParameterRanges ?? IntegratorRanges.OfParameters(family) }, cancellationToken);
        if (Search.Next is null)
        {
            throw new InvalidInputException(FamilySettings.Source, Impossible());
        }
    }

    /// <summary>The equations with their distributions.</summary>
    public OdeFamily Family { get; }

    /// <summary>Evaluations of the right-hand side over the horizon.</summary>
    public int Budget { get; }

    /// <summary>The fits to make, and what they found.</summary>
    public IntegratorSearch Search { get; }

    /// <summary>The problems that decide which method is best.</summary>
    public InitialValueProblem Validation { get; }

    /// <summary>How many trajectories could not be followed over the horizon and were left out.</summary>
    public int LeftOut { get; }

    private Settings FamilySettings { get; }

    /// <summary>Learns an integrator for a family.</summary>
    /// <param name="family">The equations with their distributions, made from text.</param>
    /// <param name="budget">Evaluations of the right-hand side over the horizon.</param>
    /// <param name="options">How many trajectories and which methods; null for the defaults.</param>
    /// <param name="progress">Told after every round; null for nobody.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="ArgumentException">The family was made from a function, which a model cannot hold.</exception>
    /// <exception cref="InvalidInputException">No solution reaches the horizon, or no method can begin within the budget.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static LearnedIntegrator Learn(OdeFamily family, int budget, IntegratorTrainingOptions? options = null,
        IProgress<LearningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        var training = new IntegratorTraining(family, budget, options, null, cancellationToken);
        int made = -1;
        string phase = string.Empty;
        TrainedIntegrator best = training.Search.Run(
            (now, fit) =>
            {
                (made, phase) = (now == phase ? made : made + 1, now);
                progress?.Report(new LearningProgress(now, (double)made / training.Search.Count, fit.BestError, Stopwatch.GetElapsedTime(started)));
            },
            cancellationToken)!;
        cancellationToken.ThrowIfCancellationRequested();
        return LearnedIntegrator.Of(training.ToModel(best, training.Sweep(best), Stopwatch.GetElapsedTime(started).TotalSeconds));
    }

    /// <summary>Measures a method of the search with other steps than its own.</summary>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public StepSweep Sweep(TrainedIntegrator best)
    {
        ArgumentNullException.ThrowIfNull(best);
        LearnedIntegrator learned = LearnedIntegrator.Of(WithoutSteps(best, 0));
        return StepSweep.Measure(learned.Method, learned.Parent, Validation, best.Steps, _references, _options.Search.Fit.Threads, _cancellationToken);
    }

    /// <summary>The model of a method, valid for the steps of a sweep; coefficients that depend on the step were fitted for all steps up to theirs.</summary>
    /// <param name="best">The method.</param>
    /// <param name="sweep">What <see cref="Sweep"/> found.</param>
    /// <param name="seconds">How long the training took.</param>
    public Model ToModel(TrainedIntegrator best, StepSweep sweep, double seconds)
    {
        ArgumentNullException.ThrowIfNull(best);
        ArgumentNullException.ThrowIfNull(sweep);
        ValidInterval valid = best.Form is { } form ? new ValidInterval(0, form.BaseStep) : sweep.Valid;
        Model model = WithoutSteps(best, seconds);
        return model with { ValidRanges = [new ValidRange(LearnedIntegrator.StepSize, valid.Low, valid.High), .. model.ValidRanges] };
    }

    private Model WithoutSteps(TrainedIntegrator best, double seconds)
    {
        (double[] parent, int order) = best.Parent is FixedStepMultistep multistep
            ? (multistep.Weights.ToArray(), multistep.Weights.Length)
            : (((FixedStepRungeKutta)best.Parent).Tableau.Parameters.ToArray(), ((FixedStepRungeKutta)best.Parent).Tableau.Order);
        var parameters = new Parameters(("coefficients", [best.Coefficients.Length]), ("parent", [parent.Length]));
        best.Coefficients.CopyTo(parameters["coefficients"]);
        parent.CopyTo(parameters["parent"]);
        return new Model
        {
            Method = LearnedIntegrator.MethodName,
            Description = $"{best.Name} with {best.Steps} steps for: {Family.Description}",
            MethodSettings = MethodSettings(best, order),
            Family = FamilySettings,
            ValidRanges = IntegratorRanges.Of(Family),
            Parameters = parameters,
            Training = new TrainingRecord
            {
                Seed = _options.Seed, Trainer = "Levenberg-Marquardt on rollouts", Seconds = seconds, Loss = best.ValidationError, Instances = _options.Instances,
            },
        };
    }

    private Settings MethodSettings(TrainedIntegrator best, int parentOrder)
    {
        var method = new Settings("model", "methodSettings");
        foreach ((string key, object value) in new (string, object)[]
        {
            ("kind", LearnedIntegrator.NameOf(best.Kind)), ("name", best.Name), ("stages", best.Stages), ("memory", best.Memory), ("order", best.Order),
            ("parent", best.Parent.Name), ("parent-order", parentOrder), ("steps", best.Steps), ("budget", Budget),
        })
        {
            method.Set(key, FormattableString.Invariant($"{value}"));
        }

        if (best.Form is { } form)
        {
            method.Set("exponents", string.Join(", ", form.Exponents.Select(r => r.ToString(CultureInfo.InvariantCulture))));
            method.Set("base-step", form.BaseStep.ToString("R", CultureInfo.InvariantCulture));
            method.Set("reference-parameters", string.Join(", ", form.References.Select(q => q.ToString("R", CultureInfo.InvariantCulture))));
        }

        return method;
    }

    private InitialValueProblem Draw(int instances, string stream)
    {
        InitialValueProblem problem = Family.Draw(instances, new RandomStream(_options.Seed).Split(stream));
        return _references.Followed(problem, IntegratorComparison.DefaultCheckpoints(problem.Horizon), _cancellationToken)
            ?? throw new InvalidInputException("family", $"no solution of {instances} could be followed over the horizon {problem.Horizon}");
    }

    private string Kept => _options.Search.Order is int order ? $"order {order}" : "the order below its own";

    private string Impossible()
    {
        IntegratorSearchOptions options = _options.Search;
        string with = options.Stages is int stages ? $" with {stages} evaluations a step" : string.Empty;
        return Search.Classical.Count == 0 ? $"no classical method{with} can run within 'budget' {Budget}"
            : Search.Classical.All(m => !double.IsFinite(m.ValidationError)) ? $"every classical method{with} fails within 'budget' {Budget}: its steps are too large for these equations"
            : options.Form == IntegratorForm.StepConditioned ? $"no classical method with two to four evaluations a step can run within 'budget' {Budget}"
            : Search.Classical.All(m => m.Order < (options.Order ?? 2)) ? $"no classical method{with} within 'budget' {Budget} has order {options.Order ?? 2}, from which the fit could begin"
            : $"no classical method{with} within 'budget' {Budget} has coefficients to fit that {Kept} leaves free; expected a lower order or a larger budget";
    }
}
