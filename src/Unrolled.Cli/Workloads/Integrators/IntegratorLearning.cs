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
        var training = new IntegratorTraining(_experiment.Family, _experiment.Budget, _experiment.Training(_context.Threads, _context.Ranks), _references, _context.Cancellation);
        if (training.LeftOut > 0)
        {
            _context.Note($"{training.LeftOut} of {_experiment.Instances + _experiment.Validation} solutions could not be followed over the horizon {_experiment.Family.Horizon} and were left out");
        }

        IntegratorSearch search = training.Search;
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

        return Finish(training, best, fits);
    }

    private InitialValueProblem Draw(int instances, string stream) =>
        IntegratorSets.Draw(_experiment.Family, instances, _experiment.Seed, stream, _references, _context);

    private LearnOutcome Finish(IntegratorTraining training, TrainedIntegrator best, FitRunner fits)
    {
        StepSweep sweep = training.Sweep(best);
        Model model = training.ToModel(best, sweep, fits.Seconds);
        model = model with { Training = model.Training with { Settings = _experiment.TrainingSettings } };
        model.MethodSettings.Set("held-out", FormattableString.Invariant($"{_experiment.HeldOut}"));
        LearnedIntegrator learned = LearnedIntegrator.Of(model);
        JsonObject results = model.Results;
        results["sweep"] = new JsonObject
        {
            ["steps"] = ResultNumbers.ToJson([.. sweep.Steps]), ["learned"] = ResultNumbers.ToJson([.. sweep.Learned]), ["parent"] = ResultNumbers.ToJson([.. sweep.Parent]),
        };
        TrainingCurve.Store(fits, results);
        results["defects"] = IntegratorCertificates.Defects(learned);
        double threshold = FreshInstances.RoundedUp(IntegratorComparison.LargestErrors(learned.Method, training.Validation, best.Steps, _references, _context.Threads, _context.Cancellation));
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
