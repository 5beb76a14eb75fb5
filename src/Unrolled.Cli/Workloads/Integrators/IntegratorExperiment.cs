using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>An experiment for <c>method: runge-kutta</c>, read and checked as a whole before anything begins.</summary>
internal sealed class IntegratorExperiment
{
    private const string GainKey = "better-than-best-classical-of-as-many-stages";

    private static readonly (string Name, IntegratorForm Form)[] Forms =
    [
        ("fitted", IntegratorForm.Fitted), ("step-conditioned", IntegratorForm.StepConditioned), ("exact-order", IntegratorForm.ExactOrder),
        ("multistep", IntegratorForm.Multistep), ("one-step", IntegratorForm.OneStep),
    ];

    private IntegratorExperiment(Settings experiment)
    {
        FamilySettings = experiment.RequiredSection("family");
        Family = OdeFamilies.Create(FamilySettings);
        Budget = experiment.Integer("budget", 2, 10_000_000);
        Settings method = experiment.Section("runge-kutta");
        Form = method.Choice("form", [.. Forms.Select(f => f.Name)], Forms[0].Name) is string form ? Forms.First(f => f.Name == form).Form : default;
        Stages = method.Has("stages") ? method.Integer("stages", 1, 100) : null;
        Order = method.Has("order") ? method.Integer("order", 1, 20) : null;
        Parents = method.Integer("parents", 1, 20, 3);
        Memory = method.Choice("memory", ["try", "none"], "try") == "try";
        if (Form == IntegratorForm.OneStep && Family.Function.JacobianPattern(input: 2).Columns.Length > 0)
        {
            throw method.Fault("form", "the form one-step is for equations without the time 't'");
        }

        Refuse(method, "order", Order is not null && Form != IntegratorForm.ExactOrder, "exact-order");
        if (Stages == 1 && Form == IntegratorForm.StepConditioned)
        {
            throw method.Fault("stages", $"'{method.Path}.stages' is 1; the form step-conditioned needs at least 2, one stage leaves no freedom");
        }

        Refuse(method, "stages", Stages is not null && Form == IntegratorForm.Multistep, "fitted, step-conditioned, exact-order and one-step");
        OneStep = ReadOneStep(method);
        TrainingSettings = experiment.Section("training");
        Seed = TrainingSettings.Seed("seed", 1);
        Seconds = TrainingSettings.Has("seconds") ? TrainingSettings.Number("seconds", 0.1, 1e6) : double.PositiveInfinity;
        Instances = TrainingSettings.Integer("instances", 2, 1_000_000, 96);
        Validation = TrainingSettings.Integer("validation", 2, 1_000_000, 96);
        Rounds = TrainingSettings.Integer("rounds", 1, 10_000, Fit.Rounds);
        CheckpointSeconds = TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1);
        HeldOut = experiment.Section("comparison").Integer("instances", 1, 1_000_000, 200);
        CertifiedInstances = FreshInstances.Read(experiment);
        Settings acceptance = experiment.Section("acceptance");
        LeastRatio = acceptance.Has("better-than-best-classical") ? acceptance.Number("better-than-best-classical", 0, 1e12) : null;
        LeastGain = acceptance.Has(GainKey) ? acceptance.Number(GainKey, 0, 1e12) : null;
        Refuse(acceptance, GainKey, LeastGain is not null && Form != IntegratorForm.StepConditioned, "step-conditioned");
        experiment.Text("method");
        experiment.RequireAllKnown();
    }

    public OdeFamily Family { get; }

    public Settings FamilySettings { get; }

    public Settings TrainingSettings { get; }

    /// <summary>Evaluations of the right-hand side for a trajectory.</summary>
    public int Budget { get; }

    /// <summary>What kind of method is looked for.</summary>
    public IntegratorForm Form { get; }

    /// <summary>Only methods with this many evaluations a step; null for any.</summary>
    public int? Stages { get; }

    /// <summary>The order that the form <c>exact-order</c> keeps; null for one below that of each parent.</summary>
    public int? Order { get; }

    /// <summary>How many of the best classical methods are tuned.</summary>
    public int Parents { get; }

    /// <summary>Whether the two best tuned methods are given a memory of earlier stages.</summary>
    public bool Memory { get; }

    public ulong Seed { get; }

    /// <summary>After this time no fit begins another round, so that the result depends on the machine; infinite unless the experiment says otherwise.</summary>
    public double Seconds { get; }

    public int Instances { get; }

    public int Validation { get; }

    public int Rounds { get; }

    public double CheckpointSeconds { get; }

    public int HeldOut { get; }

    /// <summary>How many fresh trajectories the statistical certificates are about.</summary>
    public int CertifiedInstances { get; }

    /// <summary>How many times smaller than that of the best classical method the error must be.</summary>
    public double? LeastRatio { get; }

    /// <summary>How many times smaller than that of the best classical method with as many stages the error must be at every refinement of the step.</summary>
    public double? LeastGain { get; }

    public static IntegratorExperiment Read(Settings experiment) => new(experiment);

    /// <summary>The objective of the form <c>one-step</c>.</summary>
    private OneStepOptions OneStep { get; }

    /// <summary>How the form is fitted unless the experiment says otherwise.</summary>
    private FitOptions Fit => Form == IntegratorForm.StepConditioned ? StepConditionedTrainer.DefaultOptions : new FitOptions();

    public IntegratorTrainingOptions Training(int? threads, IRanks ranks) => new()
    {
        Seed = Seed,
        Instances = Instances,
        Validation = Validation,
        Search = new()
        {
            Form = Form, Stages = Stages, Order = Order, Parents = Parents, Extensions = Memory ? 2 : 0, OneStep = OneStep with { Seed = Seed },
            Fit = Fit with { Rounds = Rounds, Threads = threads, Ranks = ranks },
        },
    };

    private OneStepOptions ReadOneStep(Settings method)
    {
        string[] keys = ["taylor-terms", "data-weight", "taylor-weight", "smallest-step", "largest-step"];
        foreach (string key in keys)
        {
            Refuse(method, key, method.Has(key) && Form != IntegratorForm.OneStep, "one-step");
        }

        var standard = new OneStepOptions();
        if (Form != IntegratorForm.OneStep)
        {
            return standard;
        }

        OneStepOptions read = new()
        {
            TaylorTerms = method.Integer(keys[0], 0, 8, standard.TaylorTerms),
            DataWeight = method.Number(keys[1], 0, 1e20, standard.DataWeight),
            TaylorWeight = method.Number(keys[2], 0, 1e20, standard.TaylorWeight),
            SmallestStep = method.Number(keys[3], 1e-6, 1e3, standard.SmallestStep),
            LargestStep = method.Number(keys[4], 1e-6, 1e3, standard.LargestStep),
        };
        return read.TaylorTerms > 0 || read.DataWeight > 0 ? read
            : throw method.Fault("taylor-terms", $"'{method.Path}.taylor-terms' and '{method.Path}.data-weight' are both 0; nothing is left to fit");
    }

    private static void Refuse(Settings method, string key, bool refused, string forms)
    {
        if (refused)
        {
            throw method.Fault(key, $"'{method.Path}.{key}' belongs to the form {forms}");
        }
    }
}
