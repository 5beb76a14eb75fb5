using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>An experiment for <c>method: nonlinear-solver</c>, read and checked as a whole before anything begins.</summary>
internal sealed class NonlinearExperiment
{
    private const string WorstKey = "worst-below-best-classical", MedianKey = "median-below-best-classical";

    private NonlinearExperiment(Settings experiment)
    {
        FamilySettings = experiment.RequiredSection("family");
        Family = NonlinearFamilies.Create(FamilySettings);
        Settings method = experiment.Section(LearnedNonlinear.MethodName);
        Form = (LearnedForm)LearnedNonlinear.Forms.ToList().IndexOf(method.Choice("form", [.. LearnedNonlinear.Forms], LearnedNonlinear.Forms[0]));
        bool direct = Form == LearnedForm.Direct;
        InnerEvaluations = method.Integer("inner-evaluations", 1, 64, 4);
        Degree = method.Integer("degree", 0, 30, 0);
        var standard = SolverFitOptions.For(Form);
        Objective = standard with
        {
            UnrolledSteps = method.Integer("unrolled-steps", 1, 100, standard.UnrolledSteps),
            Stretches = method.Integer("stretches", 1, 100, standard.Stretches),
            Power = method.Number("power", 0, 1000, 0),
        };
        SecantPairs = method.Integer("secant-pairs", 0, 1000, 0);
        Rate = method.Number("rate", 1e-6, 0.999, 0.5);
        Refuse(method, "unrolled-steps", !direct && Objective.UnrolledSteps > 1, "is trained one step at a time in the form newton-krylov; ask for more 'stretches'");
        Refuse(method, "secant-pairs", !direct && SecantPairs > 0, "belongs to the form direct");
        Refuse(method, "degree", Degree > 0 && Family.Coordinates == 0, "needs a parameter that varies; every parameter of this family is a constant");

        TrainingSettings = experiment.Section("training");
        Seed = TrainingSettings.Seed("seed", 1);
        Instances = TrainingSettings.Integer("instances", 1, 1_000_000, 256);
        Validation = TrainingSettings.Integer("validation", 1, 1_000_000, 128);
        Starts = TrainingSettings.Integer("starts", 1, SolverStarts.Most, 3);
        Limits = new FitLimits(
            TrainingSettings.Has("seconds") ? TrainingSettings.Number("seconds", 0.1, 1e6) : double.PositiveInfinity,
            TrainingSettings.Integer("rounds", 1, 10_000, Objective.Fit.Rounds),
            TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1));
        int weights = InnerEvaluations * (InnerEvaluations + 1) / 2 * LearnedCoefficients.BasisLengthFor(CoordinatesOfWeights, Degree);
        long equations = (long)Instances * Family.Unknowns.Length * (Objective.Power > 0 ? 1 : (long)Objective.UnrolledSteps * Objective.Stretches);
        Refuse(TrainingSettings, "instances", equations < weights, $"is {Instances}, which gives {equations} numbers to fit {weights} coefficients to; ask for more instances or a smaller 'degree'");

        Settings comparison = experiment.Section("comparison");
        Budgets = Counts.Read(comparison, "evaluations", string.Join(", ", Enumerable.Range(1, 3).Select(k => k * InnerEvaluations)));
        HeldOut = comparison.Integer("instances", 1, 1_000_000, 200);
        Tolerance = comparison.Number("tolerance", 1e-14, 1e6, 1e-8);
        Refuse(comparison, "evaluations", Budgets[^1] < InnerEvaluations, $"allows the learned method no step; one has {InnerEvaluations} evaluations");

        CertifiedInstances = FreshInstances.Read(experiment);
        Settings acceptance = experiment.Section("acceptance");
        LeastWorst = acceptance.Has(WorstKey) ? acceptance.Number(WorstKey, 0, 1e12) : null;
        LeastMedian = acceptance.Has(MedianKey) ? acceptance.Number(MedianKey, 0, 1e12) : null;
        AcceptedAt = Budgets.First(b => b >= InnerEvaluations);
        if (acceptance.Has("at-evaluations"))
        {
            AcceptedAt = acceptance.Integer("at-evaluations", 1, Counts.Most);
            Refuse(acceptance, "at-evaluations", !Budgets.Contains(AcceptedAt), $"is {AcceptedAt}; expected one of 'comparison.evaluations': {string.Join(", ", Budgets)}");
            Refuse(acceptance, "at-evaluations", AcceptedAt < InnerEvaluations, $"is {AcceptedAt}, which allows the learned method no step; one has {InnerEvaluations} evaluations");
            Refuse(acceptance, "at-evaluations", LeastWorst is null && LeastMedian is null, $"says where to judge; what is asked for is missing: {WorstKey} or {MedianKey}");
        }

        experiment.Text("method");
        experiment.RequireAllKnown();
    }

    public NonlinearFamily Family { get; }

    public Settings FamilySettings { get; }

    public Settings TrainingSettings { get; }

    public LearnedForm Form { get; }

    /// <summary>n, the evaluations of a step.</summary>
    public int InnerEvaluations { get; }

    /// <summary>The degree of the weights in the coordinates of the family.</summary>
    public int Degree { get; }

    /// <summary>How many secant pairs mixing keeps; 0 for learned steps alone.</summary>
    public int SecantPairs { get; }

    /// <summary>The part to which the residual must fall in a step.</summary>
    public double Rate { get; }

    public ulong Seed { get; }

    public int Instances { get; }

    public int Validation { get; }

    /// <summary>How many fits are made, from different weights.</summary>
    public int Starts { get; }

    /// <summary>How long the fits may go on.</summary>
    public FitLimits Limits { get; }

    /// <summary>The budgets of evaluations that are compared, increasing.</summary>
    public int[] Budgets { get; }

    public int HeldOut { get; }

    /// <summary>How many fresh problems the statistical certificates are about.</summary>
    public int CertifiedInstances { get; }

    /// <summary>The absolute tolerance to which evaluations are counted.</summary>
    public double Tolerance { get; }

    /// <summary>How many times below the best classical worst case the learned one must be.</summary>
    public double? LeastWorst { get; }

    /// <summary>The same for the median.</summary>
    public double? LeastMedian { get; }

    /// <summary>The budget at which that is judged.</summary>
    public int AcceptedAt { get; }

    /// <summary>The coordinates that the weights depend on.</summary>
    public int CoordinatesOfWeights => Degree > 0 ? Family.Coordinates : 0;

    /// <summary>What is made small.</summary>
    private SolverFitOptions Objective { get; }

    public static NonlinearExperiment Read(Settings experiment) => new(experiment);

    public NonlinearTrainingOptions Training(int? threads, IRanks ranks) => new()
    {
        Form = Form, InnerEvaluations = InnerEvaluations, Degree = Degree, SecantPairs = SecantPairs, Rate = Rate, Seed = Seed, Instances = Instances, Validation = Validation,
        Starts = Starts, Fit = Objective with { Fit = Objective.Fit with { Rounds = Limits.Rounds, Threads = threads, Ranks = ranks } },
    };

    private static void Refuse(Settings section, string key, bool refused, string why)
    {
        if (refused)
        {
            throw section.Fault(key, $"'{section.Path}.{key}' {why}");
        }
    }
}
