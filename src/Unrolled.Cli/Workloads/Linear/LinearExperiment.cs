using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>An experiment for <c>method: krylov</c>, read and checked as a whole before anything begins.</summary>
internal sealed class LinearExperiment
{
    private LinearExperiment(Settings experiment)
    {
        FamilySettings = experiment.RequiredSection("family");
        Family = LinearFamilies.Create(FamilySettings);
        MethodSettings = experiment.Section("krylov");
        Degrees = ReadDegrees(MethodSettings);
        PreconditionerName = MethodSettings.Choice("preconditioner", Preconditioner.Names, "none");
        TrainingSettings = experiment.Section("training");
        Options = [.. Degrees.Select(n => LinearTrainingOptions.From(TrainingSettings, n))];
        CheckpointSeconds = TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1);
        Settings comparison = experiment.Section("comparison");
        HeldOut = comparison.Integer("instances", 1, 100_000, 20);
        OuterIterations = comparison.Integer("outer-iterations", 1, 1000, 1);
        CertifiedInstances = FreshInstances.Read(experiment);
        Acceptance = experiment.Section("acceptance");
        LargestLoss = Acceptance.Has("loss-at-most") ? Acceptance.Number("loss-at-most", 0, double.MaxValue) : null;
        LargestWorst = Acceptance.Has("worst-residual-at-most") ? Acceptance.Number("worst-residual-at-most", 0, double.MaxValue) : null;
        MustBeCertified = Acceptance.Choice("certified", ["required", "optional"], "optional") == "required";
        experiment.Text("method");
        experiment.RequireAllKnown();
        MethodSettings.Set("held-out", comparison.Text("instances"));
        MethodSettings.Set("outer-iterations", comparison.Text("outer-iterations"));
    }

    public IProblemFamily<LinearSystem> Family { get; }

    public Settings FamilySettings { get; }

    public Settings MethodSettings { get; }

    public Settings TrainingSettings { get; }

    public Settings Acceptance { get; }

    /// <summary>The evaluations a step of the methods to be learned, ascending.</summary>
    public int[] Degrees { get; }

    public LinearTrainingOptions[] Options { get; }

    public string PreconditionerName { get; }

    public double CheckpointSeconds { get; }

    public int HeldOut { get; }

    public int OuterIterations { get; }

    /// <summary>How many fresh systems the statistical certificates are about.</summary>
    public int CertifiedInstances { get; }

    public double? LargestLoss { get; }

    public double? LargestWorst { get; }

    public bool MustBeCertified { get; }

    public static LinearExperiment Read(Settings experiment) => new(experiment);

    /// <summary>Attaches the classical preconditioner with this name to systems that share one sparse matrix.</summary>
    public static LinearSystem Prepare(LinearSystem systems, string preconditioner) =>
        preconditioner == "none" ? systems : systems.PreconditionedBy(Preconditioner.Create(preconditioner, systems.Operator)!);

    private static int[] ReadDegrees(Settings method)
    {
        if (method.TryGet("inner-evaluations", out Setting? value) && value.Items is { Count: > 0 } items)
        {
            var degrees = new SortedSet<int>();
            foreach (Setting item in items)
            {
                degrees.Add(int.TryParse(item.Text, out int n) && n is >= 1 and <= 128
                    ? n
                    : throw method.Fault("inner-evaluations", $"'krylov.inner-evaluations' holds '{item.Text}'; expected integers from 1 to 128"));
            }

            return [.. degrees];
        }

        return [method.Integer("inner-evaluations", 1, 128, 8)];
    }
}
