using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Learning;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>Trains an integrator for an experiment and makes the model of it.</summary>
internal sealed class IntegratorLearning
{
    private readonly IntegratorExperiment _experiment;
    private readonly LearnContext _context;
    private readonly ReferenceTrajectories _references = new();
    private readonly List<string> _notes = [];

    private IntegratorLearning(IntegratorExperiment experiment, LearnContext context) => (_experiment, _context) = (experiment, context);

    public static LearnOutcome? Run(IntegratorExperiment experiment, LearnContext context) => new IntegratorLearning(experiment, context).Run();

    private LearnOutcome? Run()
    {
        InitialValueProblem training = Draw(_experiment.Instances, "training"), validation = Draw(_experiment.Validation, "validation");
        TrainingTrajectories trainingSet = IntegratorSets.ToTraining(training, _references, _context);
        var trainer = new IntegratorTrainer(trainingSet, IntegratorSets.ToTraining(validation, _references, _context), _experiment.Budget);
        if (trainer.StepsFor(1) == 0)
        {
            throw new InvalidInputException(_experiment.FamilySettings.Source,
                $"'budget' is {_experiment.Budget}; at least one evaluation for each of the {trainingSet.Checkpoints} checkpoints is needed");
        }

        var search = new IntegratorSearch(trainer, _experiment.Search(_context.Threads, _context.Ranks));
        if (search.Next is null)
        {
            throw new InvalidInputException(_experiment.FamilySettings.Source, Impossible(search));
        }

        if (!search.IsIndependent)
        {
            _context.RefuseShards("the last fits of this training give a memory to what the first ones found, so they cannot be made apart; set runge-kutta.memory to none, or share the work over ranks (mpirun)");
        }

        var fits = new FitRunner(new FitLimits(_experiment.Seconds, _experiment.Rounds, _experiment.CheckpointSeconds), _context);
        for (int i = 0; search.Next is { } task; i++)
        {
            (double error, double[] coefficients) = fits.Run(task.Phase, i, search.Count, task.Begin);
            search.Add(task.Origin with { ValidationError = error, Coefficients = coefficients });
        }

        if (fits.EndsHere())
        {
            return null;
        }

        if (fits.TimeEnded)
        {
            _notes.Add($"training.seconds ({_experiment.Seconds:0.#}) ended at least one fit: a slower or faster machine gives other numbers");
        }

        TrainedIntegrator best = search.Found[0];
        if (best.Form is not null && Array.TrueForAll(best.Coefficients, c => c == 0))
        {
            _notes.Add($"no fit was better than the best classical method with {best.Stages} stages at every step from h0 to h0/{StepConditionedTrainer.DefaultRefinements[^1]}: the model is {best.Parent.Name} itself");
        }

        return Finish(best, validation, fits);
    }

    private string Impossible(IntegratorSearch search)
    {
        string with = _experiment.Stages is int stages ? $" with {stages} evaluations a step" : string.Empty;
        return search.Classical.Count == 0 ? $"no classical method{with} can run within 'budget' {_experiment.Budget}"
            : search.Classical.All(m => !double.IsFinite(m.ValidationError)) ? $"every classical method{with} fails within 'budget' {_experiment.Budget}: its steps are too large for these equations"
            : _experiment.Form == IntegratorForm.StepConditioned ? $"no classical method with two to four evaluations a step can run within 'budget' {_experiment.Budget}"
            : $"no classical method{with} has order {_experiment.Order ?? 2}, from which the fit could begin";
    }

    private InitialValueProblem Draw(int instances, string stream) =>
        IntegratorSets.Draw(_experiment.Family, instances, _experiment.Seed, stream, _references, _context);

    private LearnOutcome Finish(TrainedIntegrator best, InitialValueProblem validation, FitRunner fits)
    {
        Model model = ToModel(best, fits);
        LearnedIntegrator learned = LearnedIntegrator.Of(model);
        StepSweep sweep = StepSweep.Measure(learned.Method, learned.Parent, validation, best.Steps, _references, _context);

        // Coefficients that depend on the step were fitted and proven for all steps up to h_0; others are used where the sweep finds them not worse.
        ValidInterval valid = best.Form is { } form ? new ValidInterval(0, form.BaseStep) : sweep.Valid;
        JsonObject results = model.Results;
        results["sweep"] = sweep.ToJson();
        TrainingCurve.Store(fits, results);
        results["defects"] = IntegratorCertificates.Defects(learned);
        model = model with
        {
            ValidRanges = [new ValidRange(LearnedIntegrator.StepSize, valid.Low, valid.High), .. model.ValidRanges],
        };
        double threshold = FreshInstances.RoundedUp(IntegratorSets.Errors(learned.Method, validation, best.Steps, _references, _context));
        new FreshInstances(_experiment.CertifiedInstances, threshold).WriteTo(model.MethodSettings);
        model = model with { Certificates = IntegratorCertificates.Of(model, _references, _context) };
        var comparison = new IntegratorComparing(model, _references, _context);
        Comparison held = comparison.Run("model.json", new IntegratorComparingOptions(_experiment.HeldOut, _experiment.Seed));
        results["comparison"] = ComparisonJson.ToJson(held);
        RefinementGains? gains = null;
        if (best.Form is not null)
        {
            gains = RefinementGains.Measure(learned, Draw(_experiment.HeldOut, "held-out"), best.Steps, _references, _context);
            results["refinements"] = gains.ToJson();
        }

        results["cost"] = comparison.ErrorAgainstCost();
        results["sample"] = comparison.Sample();
        results["notes"] = new JsonArray([.. _notes.Select(n => (JsonNode)n)]);
        _notes.ForEach(_context.Note);
        return new LearnOutcome(model, [.. Judge(held), .. Judge(gains)]);
    }

    private Model ToModel(TrainedIntegrator best, FitRunner fits)
    {
        (double[] parent, int order) = best.Parent is FixedStepMultistep multistep
            ? (multistep.Weights.ToArray(), multistep.Weights.Length)
            : (((FixedStepRungeKutta)best.Parent).Tableau.Parameters.ToArray(), ((FixedStepRungeKutta)best.Parent).Tableau.Order);
        var parameters = new Parameters(("coefficients", [best.Coefficients.Length]), ("parent", [parent.Length]));
        best.Coefficients.CopyTo(parameters["coefficients"]);
        parent.CopyTo(parameters["parent"]);
        var method = new Settings("model", "methodSettings");
        foreach ((string key, object value) in new (string, object)[]
        {
            ("kind", LearnedIntegrator.NameOf(best.Kind)), ("name", best.Name), ("stages", best.Stages), ("memory", best.Memory), ("order", best.Order),
            ("parent", best.Parent.Name), ("parent-order", order), ("steps", best.Steps), ("budget", _experiment.Budget),
            ("held-out", _experiment.HeldOut),
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

        return new Model
        {
            Method = IntegratorWorkload.Name,
            Description = $"{best.Name} with {best.Steps} steps for: {_experiment.Family.Description}",
            MethodSettings = method,
            Family = _experiment.FamilySettings,
            ValidRanges = IntegratorRanges.Of(_experiment.Family),
            Parameters = parameters,
            Training = new TrainingRecord
            {
                Seed = _experiment.Seed,
                Trainer = "Levenberg-Marquardt on rollouts",
                Seconds = fits.Seconds,
                Loss = best.ValidationError,
                Instances = _experiment.Instances,
                Settings = _experiment.TrainingSettings,
            },
        };
    }

    private List<Acceptance> Judge(Comparison comparison)
    {
        if (_experiment.LeastRatio is not double least)
        {
            return [];
        }

        double mine = comparison.Rows.First(r => r.Kind == ComparisonRow.Learned).GeometricMean ?? double.PositiveInfinity;
        ComparisonRow best = comparison.Rows.Where(r => r.Kind == ComparisonRow.Classical).MinBy(r => r.GeometricMean)!;
        double ratio = (best.GeometricMean ?? 0) / mine;
        return [new Acceptance(FormattableString.Invariant($"error at least {least:g4} times below the best classical method: it is {ratio:g3} times below {best.Method}"), ratio >= least)];
    }

    private List<Acceptance> Judge(RefinementGains? gains)
    {
        if (_experiment.LeastGain is not double least || gains is null)
        {
            return [];
        }

        int worst = gains.Worst;
        return [new Acceptance(FormattableString.Invariant(
            $"error at least {least:g4} times below the best classical method of as many stages at every step from h0 to h0/{gains.Refinements[^1]}: it is at least {gains.Gain(worst):g3} times below, at h0/{gains.Refinements[worst]}"),
            gains.Gain(worst) >= least)];
    }
}
