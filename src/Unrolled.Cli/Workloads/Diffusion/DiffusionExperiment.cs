using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion.Networks;
using Unrolled.Learning.Fields;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>An experiment for <c>method: diffusion-network</c>, read and checked as a whole before anything begins.</summary>
internal sealed class DiffusionExperiment
{
    private DiffusionExperiment(Settings experiment)
    {
        FamilySettings = experiment.RequiredSection("family");
        Family = DenoisingFamilies.Create(FamilySettings);
        bool signals = IsForSignals;

        FieldFitOptions standard = FieldFitOptions.For(Family);
        TrainingSettings = experiment.Section("training");
        Seed = TrainingSettings.Seed("seed", 1);
        Seeds = TrainingSettings.Integer("seeds", 1, 1000, 1);
        int iterations = TrainingSettings.Integer("iterations", 1, 100_000_000, standard.Iterations);
        string rates = string.Join(", ", TrainingSettings.Numbers("learning-rates", 1e-8, 10, "1e-2").Select(Text));
        Fit = new FieldFitOptions
        {
            BatchSize = TrainingSettings.Integer("batch", 1, 100_000, standard.BatchSize),
            PatchRows = signals ? 1 : TrainingSettings.Integer("patch", 4, 4096, standard.PatchRows),
            PatchColumns = signals ? Family.Source.Columns : TrainingSettings.Integer("patch", 4, 4096, standard.PatchColumns),
            Margin = TrainingSettings.Integer("margin", 0, 100, standard.Margin),
            WarmUp = TrainingSettings.Number("warm-up", 0, 1, standard.WarmUp),
            GradientNorm = TrainingSettings.Number("gradient-norm", 1e-12, 1e12, standard.GradientNorm),
            Rounds = TrainingSettings.Integer("rounds", 1, 10_000, standard.Rounds),
        };
        Limits = new FitLimits(
            TrainingSettings.Has("seconds") ? TrainingSettings.Number("seconds", 0.1, 1e6) : double.PositiveInfinity,
            Fit.Rounds,
            TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1));
        ValidationCount = TrainingSettings.Integer("validation", 1, 100_000, DenoiserTraining.ValidationCount(Family));
        ValidationExtent = signals ? Family.Source.Columns : TrainingSettings.Integer("validation-extent", 16, 4096, DenoiserTraining.ValidationExtent);

        Main = new NetworkEntry(experiment.Section(LearnedDenoiser.MethodName), Family, rates, iterations);
        Rivals = [.. RivalSections(experiment).Select(s => new NetworkEntry(s, Family, rates, iterations))];

        TestCount = experiment.Section("comparison").Integer("instances", 1, 100_000, signals ? 500 : 48);
        CertifiedInstances = FreshInstances.Read(experiment);
        Settings acceptance = experiment.Section("acceptance");
        LeastRatio = acceptance.Has("psnr-at-least") ? acceptance.Number("psnr-at-least", -1000, 1000) : null;
        experiment.Text("method");
        experiment.RequireAllKnown();
    }

    public DenoisingFamily Family { get; }

    public Settings FamilySettings { get; }

    public Settings TrainingSettings { get; }

    public FieldKind Fields => Family.Source.Rows == 1 ? FieldKind.Signals : FieldKind.Images;

    public bool IsForSignals => Fields == FieldKind.Signals;

    public ulong Seed { get; }

    /// <summary>How many times everything is trained, from different starts and on different data.</summary>
    public int Seeds { get; }

    /// <summary>How networks are trained; rate, iterations, seed and threads are those of a fit.</summary>
    public FieldFitOptions Fit { get; }

    public FitLimits Limits { get; }

    /// <summary>How many signals or images decide which parameters are kept.</summary>
    public int ValidationCount { get; }

    /// <summary>Their extent.</summary>
    public int ValidationExtent { get; }

    /// <summary>What becomes the model.</summary>
    public NetworkEntry Main { get; }

    /// <summary>What it is compared with, trained by the same trainer.</summary>
    public IReadOnlyList<NetworkEntry> Rivals { get; }

    /// <summary>How many fresh signals or images the statistical certificates are about.</summary>
    public int CertifiedInstances { get; }

    /// <summary>How many fresh signals or images the table is about.</summary>
    public int TestCount { get; }

    /// <summary>The mean ratio in decibels that is asked for.</summary>
    public double? LeastRatio { get; }

    public static DiffusionExperiment Read(Settings experiment) => new(experiment);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static IEnumerable<Settings> RivalSections(Settings experiment)
    {
        if (!experiment.TryGet("rivals", out Setting? value))
        {
            return [];
        }

        return value.Items is null
            ? throw experiment.Fault("rivals", "'rivals' must be a list of networks")
            : value.Items.Select((item, i) => item.Section ?? throw experiment.Fault("rivals", $"'rivals' holds '{item.Text}'; expected networks, such as {{ network: resnet }}"));
    }
}
