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
        NonlinearSystem training = Draw(_experiment.Instances, "training"), validation = Draw(_experiment.Validation, "validation");
        SolverFitOptions options = _experiment.Fit(_context.Threads, _context.Ranks);
        RandomStream starts = new RandomStream(_experiment.Seed).Split("starts");
        var fits = new FitRunner(_experiment.Limits, _context);
        (double Error, double[] Coefficients) best = (double.PositiveInfinity, []);
        LearnedCoefficients shape = Start(0);
        for (int i = 0; i < _experiment.Starts; i++)
        {
            int index = i;
            (double Error, double[] Coefficients) found = fits.Run(
                $"start {i + 1}", i, _experiment.Starts, state => new SolverFit(training, validation, _experiment.Form, Start(index), options, state));
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

        return Finish(new LearnedNonlinear(_experiment.Form, shape.With(best.Coefficients), _experiment.Rate, _experiment.SecantPairs), best.Error, validation, fits);

        LearnedCoefficients Start(int number) =>
            SolverStarts.Number(number, _experiment.InnerEvaluations, _experiment.CoordinatesOfWeights, _experiment.Degree, starts);
    }

    private NonlinearSystem Draw(int instances, string stream) => _experiment.Family.Draw(instances, new RandomStream(_experiment.Seed).Split(stream));

    private LearnOutcome Finish(LearnedNonlinear learned, double error, NonlinearSystem validation, FitRunner fits)
    {
        Model model = ToModel(learned, error, fits);
        double[] evaluations = [.. NonlinearCertificates.Evaluations(learned, validation, _experiment.Tolerance, _context).Where(double.IsFinite)];
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

    private Model ToModel(LearnedNonlinear learned, double error, FitRunner fits)
    {
        var method = new Settings("model", "methodSettings");
        learned.WriteTo(method);
        method.Set("evaluations", string.Join(", ", _experiment.Budgets));
        method.Set("held-out", _experiment.HeldOut.ToString(CultureInfo.InvariantCulture));
        method.Set("tolerance", _experiment.Tolerance.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant());
        return new Model
        {
            Method = NonlinearWorkload.Name,
            Description = $"{learned.Method.Name} for: {_experiment.Family.Description}",
            MethodSettings = method,
            Family = _experiment.FamilySettings,
            ValidRanges = NonlinearRanges.Of(_experiment.Family),
            Parameters = learned.ToParameters(),
            Training = new TrainingRecord
            {
                Seed = _experiment.Seed,
                Trainer = "Levenberg-Marquardt on unrolled steps",
                Seconds = fits.Seconds,
                Loss = error,
                Instances = _experiment.Instances,
                Settings = _experiment.TrainingSettings,
            },
        };
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
