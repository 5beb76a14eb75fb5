using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>Trains a nonlinear solver for an experiment and makes the model of it.</summary>
internal sealed class NonlinearLearning
{
    private readonly NonlinearExperiment _experiment;
    private readonly LearnContext _context;
    private readonly List<string> _notes = [];

    private NonlinearLearning(NonlinearExperiment experiment, LearnContext context) => (_experiment, _context) = (experiment, context);

    public static LearnOutcome? Run(NonlinearExperiment experiment, LearnContext context) => new NonlinearLearning(experiment, context).Run();

    private LearnOutcome? Run()
    {
        var training = new NonlinearTraining(_experiment.Family, _experiment.Training(_context.Threads, _context.Ranks));
        var fits = new FitRunner(_experiment.Limits, _context);
        (double Error, double[] Coefficients) best = (double.PositiveInfinity, []);
        for (int i = 0; i < training.Starts; i++)
        {
            int index = i;
            (double Error, double[] Coefficients) found = fits.Run($"start {i + 1}", i, training.Starts, state => training.Begin(index, state));
            best = found.Error < best.Error || best.Coefficients.Length == 0 ? found : best;
        }

        if (fits.EndsHere())
        {
            return null;
        }

        if (fits.TimeEnded)
        {
            _notes.Add(FormattableString.Invariant($"training.seconds ({_experiment.Limits.Seconds:0.#}) ended at least one fit: a slower or faster machine gives other numbers"));
        }

        return Finish(training, training.ToModel(best.Coefficients, best.Error, fits.Seconds), fits);
    }

    private LearnOutcome Finish(NonlinearTraining training, Model model, FitRunner fits)
    {
        model = model with { Family = _experiment.FamilySettings, Training = model.Training with { Settings = _experiment.TrainingSettings } };
        model.MethodSettings.Set("evaluations", string.Join(", ", _experiment.Budgets));
        model.MethodSettings.Set("held-out", _experiment.HeldOut.ToString(CultureInfo.InvariantCulture));
        model.MethodSettings.Set("tolerance", _experiment.Tolerance.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant());
        double[] evaluations = [.. NonlinearCertificates.Evaluations(LearnedNonlinear.Of(model), training.Validation, _experiment.Tolerance, _context).Where(double.IsFinite)];
        new FreshInstances(_experiment.CertifiedInstances, evaluations.DefaultIfEmpty(double.PositiveInfinity).Max()).WriteTo(model.MethodSettings);
        model = model with { Certificates = NonlinearCertificates.Of(model, _context) };
        var comparing = new NonlinearComparing(model, new NonlinearComparingOptions(_experiment.HeldOut, _experiment.Seed, _experiment.Budgets, _experiment.Tolerance), _context);
        JsonObject results = model.Results;
        results["comparison"] = ComparisonJson.ToJson(comparing.Run("model.json"));
        results["cost"] = comparing.ResidualAgainstCost();
        TrainingCurve.Store(fits, results);
        results["notes"] = new JsonArray([.. _notes.Select(n => (JsonNode)n)]);
        _notes.ForEach(_context.Note);
        return new LearnOutcome(model, Judge(comparing));
    }

    private List<Acceptance> Judge(NonlinearComparing comparing)
    {
        List<Acceptance> judged = [];
        ((double, string) median, (double, string) worst) = comparing.Gains(_experiment.AcceptedAt);
        Add("worst case", _experiment.LeastWorst, worst);
        Add("median", _experiment.LeastMedian, median);
        return judged;

        void Add(string what, double? least, (double Ratio, string Method) gain)
        {
            if (least is double asked)
            {
                judged.Add(new Acceptance(FormattableString.Invariant(
                    $"{what} of ||F|| within {_experiment.AcceptedAt} evaluations at least {asked:g4} times below the best classical one: it is {gain.Ratio:g3} times below that of {gain.Method}"),
                    gain.Ratio >= asked));
            }
        }
    }
}
