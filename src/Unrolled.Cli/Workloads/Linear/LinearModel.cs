using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>A model of learned linear solvers with its numbers as methods, and what an experiment said about comparing them.</summary>
internal sealed record LinearModel(Model Model, LearnedLinear Learned)
{
    /// <summary>One method per number of evaluations, ascending.</summary>
    public IReadOnlyList<LearnedKrylov> Methods => Learned.Methods;

    /// <summary>The interval that held the training spectra, for symmetric operators.</summary>
    public ValidRange? Eigenvalues => Learned.Eigenvalues;

    public string PreconditionerName => Learned.Preconditioner;

    public int HeldOut => Model.MethodSettings.Integer("held-out", 1, 1_000_000, 20);

    public int OuterIterations => Model.MethodSettings.Integer("outer-iterations", 1, 1000, 1);

    /// <summary>A model trained on absolute residuals is compared and certified in them.</summary>
    public bool Absolute => Model.Training.Settings.Text("loss", "relative") == "absolute";

    /// <summary>The method with the most evaluations, whose single step goes furthest.</summary>
    public LearnedKrylov Longest => Learned.Method;

    public static LinearModel Of(Model model) => new(model, LearnedLinear.Of(model));

    /// <summary>The family, created anew from its settings; files that it names must still be there.</summary>
    public IProblemFamily<LinearSystem> Family() => LinearFamilies.Create(Model.Family);

    public LinearSystem Draw(int instances, ulong seed, string stream)
    {
        LinearSystem drawn = Family().Draw(instances, new Numerics.RandomStream(seed).Split(stream));
        return LinearExperiment.Prepare(drawn, PreconditionerName);
    }
}
