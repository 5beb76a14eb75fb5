using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>Learns the weights of a power-flow step on one half of a network's outages, with the other half to decide.</summary>
internal static class PowerFlowLearning
{
    public static LearnOutcome? Run(PowerFlowExperiment experiment, LearnContext context)
    {
        OutageScreen screen = PowerFlowScreening.Solve(experiment.Network, experiment.CasePath, experiment.Load);
        int[] all = [.. screen.Outages.Connected], training = PowerFlowScreening.Half(all, 0), validation = PowerFlowScreening.Half(all, 1);
        if (all.Length < 2)
        {
            throw new InvalidInputException(experiment.CasePath, $"{all.Length} outages leave the network connected; at least 2 are needed to learn from");
        }

        var fits = new FitRunner(experiment.Limits, context);
        NonlinearSystem fitted = PowerFlowFactors.Systems(screen, experiment.Factors, training), deciding = PowerFlowFactors.Systems(screen, experiment.Factors, validation);
        (double Error, LearnedCoefficients Weights)? best = null;
        for (int start = 0; start < experiment.Starts; start++)
        {
            LearnedCoefficients origin = SolverStarts.Number(start, experiment.InnerEvaluations, 0, 0, new RandomStream(experiment.Seed).Split("starts"));
            (double error, double[] values) = fits.Run(
                $"start {start + 1}", start, experiment.Starts, state => new SolverFit(fitted, deciding, experiment.Form, origin, experiment.Fit(context.Threads, context.Ranks), state));
            best = best is null || error < best.Value.Error ? (error, origin.With(values)) : best;
        }

        if (fits.EndsHere())
        {
            return null;
        }

        Model model = ToModel(experiment, new LearnedNonlinear(experiment.Form, best!.Value.Weights, experiment.Rate), best.Value.Error, fits, training.Length);
        model = model with { Certificates = PowerFlowCertificates.Of(model, screen, context) };
        TrainingCurve.Store(fits, model.Results);
        var comparing = new PowerFlowComparing(model, context);
        Comparison held = comparing.Run("model.json", screen);
        model.Results["comparison"] = ComparisonJson.ToJson(held);
        if (fits.TimeEnded)
        {
            context.Note($"training.seconds ({experiment.Limits.Seconds:0.#}) ended at least one fit: a slower or faster machine gives other numbers");
        }

        return new LearnOutcome(model, Judge(experiment, held, comparing.FallbackRate));
    }

    private static Model ToModel(PowerFlowExperiment experiment, LearnedNonlinear learned, double loss, FitRunner fits, int instances)
    {
        var method = new Settings("model", "methodSettings");
        learned.WriteTo(method);
        method.Set("factors", experiment.Factors);
        method.Set("tolerance", experiment.Tolerance.ToString("R", CultureInfo.InvariantCulture));
        return new Model
        {
            Method = LearnedNonlinear.PowerFlowName,
            Description = $"R2N2({learned.Coefficients.InnerEvaluations}) with {experiment.Factors} factors for single outages of {Path.GetFileName(experiment.CasePath)}: "
                + $"{experiment.Network.Buses.Length} buses, {experiment.Network.InServiceBranches.Length} branches in service.",
            MethodSettings = method,
            Family = experiment.FamilySettings,
            Parameters = learned.ToParameters(),
            Training = new TrainingRecord
            {
                Seed = experiment.Seed,
                Trainer = "Levenberg-Marquardt on unrolled steps",
                Seconds = fits.Seconds,
                Loss = loss,
                Instances = instances,
                Settings = experiment.TrainingSettings,
            },
            ValidRanges =
            [
                new(PowerFlowModel.LoadFactor, experiment.Load, experiment.Load),
                new(PowerFlowModel.Buses, experiment.Network.Buses.Length, experiment.Network.Buses.Length),
                new(PowerFlowModel.BranchesInService, experiment.Network.InServiceBranches.Length, experiment.Network.InServiceBranches.Length),
            ],
        };
    }

    private static List<Acceptance> Judge(PowerFlowExperiment experiment, Comparison held, double fallbackRate)
    {
        List<Acceptance> judged = [];
        ComparisonRow learned = held.Rows.First(r => r.Kind == ComparisonRow.Learned), newton = held.Rows.First(r => r.Method.StartsWith("Newton, batched", StringComparison.Ordinal));
        if (experiment.MustSolveAll)
        {
            judged.Add(new($"solves every outage that Newton's method solves: {learned.Converged} of {newton.Converged}", learned.Converged >= newton.Converged));
        }

        if (experiment.LargestFallback is double most)
        {
            judged.Add(new(FormattableString.Invariant($"falls back on at most {most:0.#%} of the outages: it does on {fallbackRate:0.#%}"), fallbackRate <= most));
        }

        return judged;
    }
}
