using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Fits the weights e of an embedded error estimate <c>h sum_i e_i k_i</c> to the true error of one step of a tableau: the stages are
/// the method's own, so the estimate costs no evaluation. Weights sum to zero.
/// </summary>
public static class ErrorEstimateTrainer
{
    /// <summary>Fits the weights at the method's own step size to one step from every initial value and every reference.</summary>
    /// <param name="method">The method.</param>
    /// <param name="samples">Trajectories of an autonomous equation.</param>
    /// <returns>The weights e, one for each stage; the residual of each sample was divided by its true error.</returns>
    public static double[] Fit(LearnedRungeKutta method, TrainingTrajectories samples)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(samples);
        ButcherTableau tableau = method.TableauFor(method.BaseStep).Tableau;
        Rollout step = LocalErrors(tableau, method.BaseStep, samples);
        int s = tableau.Stages, last = tableau.Parameters.Length - s;
        double[] origin = [.. tableau.Parameters[..last], .. new double[s]], theta = new double[origin.Length];
        Matrix map = new(origin.Length, s - 1);
        for (int i = 0; i < s - 1; i++)
        {
            map[last + i, i] = 1;
            map[last + s - 1, i] = -1;
        }

        using RolloutResiduals residuals = new(step);
        AffineResiduals estimate = new(residuals, origin, map, 1e-9);
        LevenbergMarquardt optimizer = new(estimate, new double[s - 1], 1e-12);
        optimizer.Minimize(5, 0); // linear: one step does it, the others refine
        estimate.Map(optimizer.Parameters, theta);
        return theta[last..];
    }

    /// <summary>
    /// One step from many points whose "reference" is the point plus the true error of the tableau's step, weighted by its reciprocal.
    /// </summary>
    internal static Rollout LocalErrors(ButcherTableau tableau, double h, TrainingTrajectories samples)
    {
        int n = samples.Equation.Inputs[0].Length, repeats = samples.Checkpoints + 1;
        double[] points = Repeat(c => c == 0 ? samples.InitialValues : samples.References.AsSpan((c - 1) * n * samples.Instances, n * samples.Instances), n);
        double[] parameters = Repeat(_ => samples.Parameters, samples.Equation.Inputs[1].Length);
        TrainingTrajectories local = TrainingTrajectories.Compute(samples.Equation, points, parameters, h, 1, 40);
        Function step = StepFunctions.RungeKutta(samples.Equation, tableau.Stages);
        Rollout rollout = local.Roll(step, 1);
        double[] end = new double[points.Length], target = new double[points.Length], weights = new double[rollout.Instances];
        step.Kernel.Run(
            [points, parameters, tableau.Parameters.ToArray(), new[] { h }, new double[1]], [end], new InstanceRange(rollout.Instances));
        for (int i = 0; i < points.Length; i++)
        {
            double error = end[i] - local.References[i];
            target[i] = points[i] + error;
            weights[i % rollout.Instances] += error * error;
        }

        return rollout with { References = target, Weights = [.. weights.Select(w => w > 0 ? 1 / Math.Sqrt(w) : 0)] };

        double[] Repeat(Rows source, int components)
        {
            double[] all = new double[components * repeats * samples.Instances];
            for (int c = 0; c < repeats; c++)
            {
                for (int d = 0; d < components; d++)
                {
                    source(c).Slice(d * samples.Instances, samples.Instances).CopyTo(all.AsSpan(((d * repeats) + c) * samples.Instances));
                }
            }

            return all;
        }
    }

    private delegate ReadOnlySpan<double> Rows(int checkpoint);
}
