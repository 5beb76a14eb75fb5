using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>What is proved about learned linear solvers on the interval of their spectra, and what fresh systems of the family show.</summary>
internal static class LinearCertificates
{
    // residuals of a chunk stay below some tens of megabytes, whatever the family
    private const int LargestChunk = 51, NumbersOfChunk = 1 << 21;

    public static IReadOnlyList<Certificate> Of(LinearModel learned, WorkContext context)
    {
        var certificates = new List<Certificate>();
        if (learned.Eigenvalues is ValidRange range)
        {
            foreach (LearnedKrylov method in learned.Methods)
            {
                Certificate proved = SpectralContraction.Verify(method, range.Low, range.High);
                certificates.Add(proved with { Claim = $"{method.Name}: {proved.Claim}" });
            }
        }

        if (FreshInstances.Of(learned.Model) is FreshInstances fresh)
        {
            double[] residuals = Residuals(learned, StatisticalCertificate.Stream(learned.Model.Training.Seed), fresh.Count, context);
            int steps = learned.OuterIterations, products = steps * learned.Longest.InnerEvaluations;
            string residual = learned.Absolute ? "residual norm |b - A x|" : "relative residual |b - A x|/|b|";
            Certificate[] found =
            [
                StatisticalCertificate.Fraction(
                    FormattableString.Invariant($"are solved by {learned.Longest.Name} to a {residual} of at most {fresh.Threshold:g3} within {products} products"),
                    residuals.Count(r => r <= fresh.Threshold), residuals.Length, []),
                StatisticalCertificate.Limit($"a {residual} after {products} products of {learned.Longest.Name}", residuals, []),
            ];
            certificates.AddRange(found.Where(c => c.Holds));
        }

        return [.. certificates];
    }

    /// <summary>The residuals after the outer iterations of the comparison, of systems drawn in chunks.</summary>
    public static double[] Residuals(LinearModel learned, RandomStream stream, int count, WorkContext context)
    {
        IProblemFamily<LinearSystem> family = learned.Family();
        int unknowns = family.Draw(1, stream.Split("size")).Components, chunk = Math.Clamp(NumbersOfChunk / unknowns, 1, LargestChunk);
        var residuals = new List<double>(count);
        for (int number = 0; residuals.Count < count; number++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            LinearSystem systems = LinearExperiment.Prepare(family.Draw(Math.Min(chunk, count - residuals.Count), stream.Split((ulong)number)), learned.PreconditionerName);
            Solution run = Solver.Solve(learned.Longest, systems, StoppingCriterion.Iterations(learned.OuterIterations), new SolverOptions { Threads = context.Threads }, context.Cancellation);
            residuals.AddRange(run.Outcomes.ToArray().Select(o => learned.Absolute ? o.Residual : o.RelativeResidual));
        }

        context.Cancellation.ThrowIfCancellationRequested();
        return [.. residuals];
    }
}
