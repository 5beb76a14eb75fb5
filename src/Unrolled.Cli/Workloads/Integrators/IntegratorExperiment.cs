using System.Globalization;
using Unrolled.Learning;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>An experiment for <c>method: runge-kutta</c>, read and checked as a whole before anything begins.</summary>
internal sealed class IntegratorExperiment
{
    private IntegratorExperiment(Settings experiment)
    {
        FamilySettings = experiment.Section("family", required: true);
        Family = OdeFamilies.Create(FamilySettings);
        Budget = experiment.Integer("budget", 2, 10_000_000);
        Settings method = experiment.Section("runge-kutta");
        Parents = method.Integer("parents", 1, 20, 3);
        Memory = method.Choice("memory", ["try", "none"], "try") == "try";
        TrainingSettings = experiment.Section("training");
        string seed = TrainingSettings.Text("seed", "1");
        Seed = ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw TrainingSettings.Fault("seed", $"'training.seed' is '{seed}'; expected an integer from 0 to {ulong.MaxValue}");
        Seconds = TrainingSettings.Number("seconds", 0.1, 1e6, 40);
        Instances = TrainingSettings.Integer("instances", 2, 1_000_000, 96);
        Validation = TrainingSettings.Integer("validation", 2, 1_000_000, 96);
        Rounds = TrainingSettings.Integer("rounds", 1, 10_000, 25);
        CheckpointSeconds = TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1);
        HeldOut = experiment.Section("comparison").Integer("instances", 1, 1_000_000, 200);
        Settings acceptance = experiment.Section("acceptance");
        LeastRatio = acceptance.Has("better-than-best-classical") ? acceptance.Number("better-than-best-classical", 0, 1e12) : null;
        experiment.Text("method");
        experiment.RequireAllKnown();
    }

    public OdeFamily Family { get; }

    public Settings FamilySettings { get; }

    public Settings TrainingSettings { get; }

    /// <summary>Evaluations of the right-hand side for a trajectory.</summary>
    public int Budget { get; }

    /// <summary>How many of the best classical methods are tuned.</summary>
    public int Parents { get; }

    /// <summary>Whether the two best tuned methods are given a memory of earlier stages.</summary>
    public bool Memory { get; }

    public ulong Seed { get; }

    /// <summary>After this time no fit begins another round.</summary>
    public double Seconds { get; }

    public int Instances { get; }

    public int Validation { get; }

    public int Rounds { get; }

    public double CheckpointSeconds { get; }

    public int HeldOut { get; }

    /// <summary>How many times smaller than that of the best classical method the error must be.</summary>
    public double? LeastRatio { get; }

    public static IntegratorExperiment Read(Settings experiment) => new(experiment);

    public FitOptions Options(int? threads) => new() { Rounds = Rounds, Threads = threads };
}
