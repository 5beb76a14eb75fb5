using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>An experiment for <c>method: power-flow</c>, read and checked as a whole before anything begins.</summary>
internal sealed class PowerFlowExperiment
{
    private PowerFlowExperiment(Settings experiment)
    {
        FamilySettings = experiment.RequiredSection("family");
        FamilySettings.Choice("kind", [PowerFlowWorkload.Family], PowerFlowWorkload.Family);
        string path = FamilySettings.Text("case");
        Load = FamilySettings.Number("load", 0, 100, 1);
        FamilySettings.RequireAllKnown();
        Settings method = experiment.Section(LearnedNonlinear.PowerFlowName);
        Form = (LearnedForm)LearnedNonlinear.Forms.ToList().IndexOf(method.Choice("form", [.. LearnedNonlinear.Forms], LearnedNonlinear.Forms[0]));
        Factors = method.Choice("factors", [.. PowerFlowFactors.Names], PowerFlowFactors.Compensated);
        InnerEvaluations = method.Integer("inner-evaluations", 1, 64, 3);
        UnrolledSteps = method.Integer("unrolled-steps", 1, Form == LearnedForm.Direct ? 100 : 1, Form == LearnedForm.Direct ? 2 : 1);
        Stretches = method.Integer("stretches", 1, 100, Form == LearnedForm.Direct ? 1 : 3);
        Rate = method.Number("rate", 1e-6, 1 - 1e-6, 0.5);
        TrainingSettings = experiment.Section("training");
        Seed = TrainingSettings.Seed("seed", 1);
        Starts = TrainingSettings.Integer("starts", 1, SolverStarts.Most, 2);
        Limits = new FitLimits(
            TrainingSettings.Has("seconds") ? TrainingSettings.Number("seconds", 0.1, 1e6) : double.PositiveInfinity,
            TrainingSettings.Integer("rounds", 1, 10_000, 20),
            TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1));
        Tolerance = experiment.Section("comparison").Number("tolerance", 1e-13, 1, 1e-8);
        Acceptance = experiment.Section("acceptance");
        MustSolveAll = Acceptance.Choice("solves", ["all-that-newton-solves", "any"], "any") == "all-that-newton-solves";
        LargestFallback = Acceptance.Has("fallback-at-most") ? Acceptance.Number("fallback-at-most", 0, 1) : null;
        experiment.Text("method");
        experiment.RequireAllKnown();
        Network = PowerNetwork.Read(path);
        CasePath = path;
    }

    public Settings FamilySettings { get; }

    public string CasePath { get; }

    public PowerNetwork Network { get; }

    /// <summary>The factor of all loads and of generation.</summary>
    public double Load { get; }

    public LearnedForm Form { get; }

    /// <summary>Which factors precondition: those of the intact network, or each corrected for its outage.</summary>
    public string Factors { get; }

    public int InnerEvaluations { get; }

    public int UnrolledSteps { get; }

    public int Stretches { get; }

    public double Rate { get; }

    public Settings TrainingSettings { get; }

    public ulong Seed { get; }

    public int Starts { get; }

    public FitLimits Limits { get; }

    public double Tolerance { get; }

    public Settings Acceptance { get; }

    public bool MustSolveAll { get; }

    public double? LargestFallback { get; }

    public static PowerFlowExperiment Read(Settings experiment) => new(experiment);

    public SolverFitOptions Fit(int? threads, IRanks ranks) => new()
    {
        UnrolledSteps = UnrolledSteps, Stretches = Stretches, Fit = new FitOptions { Rounds = Limits.Rounds, StepsPerRound = 6, Ridge = 0, Threads = threads, Ranks = ranks },
    };
}
