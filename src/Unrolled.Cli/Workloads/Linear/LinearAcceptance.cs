using System.Globalization;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>The criteria of the <c>acceptance</c> section of a linear experiment.</summary>
internal static class LinearAcceptance
{
    public static IReadOnlyList<Acceptance> Judge(LinearExperiment experiment, Model model, Comparison comparison)
    {
        var judged = new List<Acceptance>();
        if (experiment.LargestLoss is double largest)
        {
            judged.Add(new Acceptance(
                string.Create(CultureInfo.InvariantCulture, $"loss at most {largest:g4}: it is {model.Training.Loss:g4}"),
                model.Training.Loss <= largest));
        }

        if (experiment.LargestWorst is double bound)
        {
            double worst = comparison.Rows.Where(r => r.Kind == ComparisonRow.Learned).Select(r => r.Worst ?? double.PositiveInfinity).Last();
            judged.Add(new Acceptance(
                string.Create(CultureInfo.InvariantCulture, $"worst held-out relative residual at the largest budget at most {bound:g4}: it is {worst:g4}"),
                worst <= bound));
        }

        if (experiment.MustBeCertified)
        {
            bool certified = model.ValidRanges.Any(r => r.Name == LearnedLinear.Spectrum) && model.Certificates.All(c => c.Holds);
            judged.Add(new Acceptance(certified ? "certified: every certificate holds" : "certified: a certificate is missing or does not hold", certified));
        }

        return judged;
    }
}
