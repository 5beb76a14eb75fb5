using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>What a nonlinear solver is compared on.</summary>
/// <param name="Instances">How many held-out problems.</param>
/// <param name="Seed">The seed that draws them.</param>
/// <param name="Budgets">The budgets of evaluations, increasing.</param>
/// <param name="Tolerance">The absolute tolerance to which evaluations are counted.</param>
internal sealed record NonlinearComparingOptions(int Instances, ulong Seed, int[] Budgets, double Tolerance)
{
    /// <summary>What was asked for, and for the rest what the experiment of the model asked for.</summary>
    public static NonlinearComparingOptions Read(Deployment.Model model, CompareRequest request)
    {
        Settings settings = model.MethodSettings;
        int[] own = Counts.Read(settings, "evaluations", string.Empty);
        return new(
            request.Instances ?? settings.Integer("held-out", 1, 1_000_000, 200),
            request.Seed ?? model.Training.Seed,
            Counts.Read(request.Options, "evaluations", string.Join(',', own)),
            request.Options.Number("tolerance", 1e-14, 1e6, settings.Number("tolerance", 1e-14, 1e6, 1e-8)));
    }
}
