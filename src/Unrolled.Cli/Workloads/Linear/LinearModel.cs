using Unrolled.Deployment;
using Unrolled.Krylov;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>A model of learned linear solvers with its numbers as methods: one per number of evaluations.</summary>
internal sealed record LinearModel(Model Model, IReadOnlyList<LearnedKrylov> Methods)
{
    public const string Spectrum = "eigenvalues";

    /// <summary>The interval that held the training spectra, for symmetric operators.</summary>
    public ValidRange? Eigenvalues => Model.ValidRanges.Any(r => r.Name == Spectrum) ? Model.ValidRanges.First(r => r.Name == Spectrum) : null;

    public string PreconditionerName => Model.MethodSettings.Text("preconditioner", "none");

    public int HeldOut => Model.MethodSettings.Integer("held-out", 1, 1_000_000, 20);

    public int OuterIterations => Model.MethodSettings.Integer("outer-iterations", 1, 1000, 1);

    /// <summary>A model trained on absolute residuals is compared and certified in them.</summary>
    public bool Absolute => Model.Training.Settings.Text("loss", "relative") == "absolute";

    /// <summary>The method with the most evaluations, whose single step goes furthest.</summary>
    public LearnedKrylov Longest => Methods[^1];

    public static LinearModel Of(Model model)
    {
        var methods = new List<LearnedKrylov>();
        foreach (ParameterBlock block in model.Parameters.Blocks)
        {
            try
            {
                methods.Add(new LearnedKrylov(model.Parameters[block.Name]));
            }
            catch (ArgumentException e)
            {
                throw new InvalidInputException(model.Family.Source, $"the parameters '{block.Name}' are no method: {e.Message}", e);
            }
        }

        return methods.Count > 0
            ? new LinearModel(model, [.. methods.OrderBy(m => m.InnerEvaluations)])
            : throw new InvalidInputException(model.Family.Source, "the model has no parameters; expected at least one block of weights");
    }

    /// <summary>The family, created anew from its settings; files that it names must still be there.</summary>
    public IProblemFamily<LinearSystem> Family() => LinearFamilies.Create(Model.Family);

    public LinearSystem Draw(int instances, ulong seed, string stream)
    {
        LinearSystem drawn = Family().Draw(instances, new Numerics.RandomStream(seed).Split(stream));
        return LinearExperiment.Prepare(drawn, PreconditionerName);
    }
}
