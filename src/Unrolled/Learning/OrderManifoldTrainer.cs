using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Learns a fixed tableau that has an order exactly: moves in the tangent space of the manifold of methods of that order and projects
/// back onto it by Gauss-Newton with the Jacobian of the order conditions. There is freedom only below the order of the stages.
/// </summary>
public static class OrderManifoldTrainer
{
    /// <summary>The nearest tableau, to first order, all of whose conditions hold to rounding.</summary>
    /// <exception cref="ArithmeticException">Twenty corrections did not get there.</exception>
    public static double[] Project(ReadOnlySpan<double> parameters, int order)
    {
        double[] theta = parameters.ToArray();
        for (int k = 0; k < 20; k++)
        {
            ElementaryWeights<double> weights = new(theta, order);
            double[] defects = weights.Defects(), step = new double[theta.Length];
            if (defects.Max(Math.Abs) < 2e-15)
            {
                return theta;
            }

            // The shortest step: a combination of the rows, found in their orthonormal basis.
            Matrix jacobian = Rows(weights.Jacobian());
            (_, Matrix normal) = OrthonormalBasis.Split(jacobian);
            double[] combination = new double[normal.Columns];
            QrFactorization.Factor(jacobian.Multiply(normal)).Solve(defects, combination);
            normal.Multiply(combination, step);
            for (int q = 0; q < theta.Length; q++)
            {
                theta[q] -= step[q];
            }

            if (k > 3 && step.Max(Math.Abs) < 1e-16)
            {
                return theta;
            }
        }

        return new ElementaryWeights<double>(theta, order).Defects().Max(Math.Abs) < 1e-13
            ? theta
            : throw new ArithmeticException($"no method of order {order} was found near the start");
    }

    /// <summary>Fits a tableau of exact order.</summary>
    /// <param name="training">The trajectories to fit.</param>
    /// <param name="validation">The trajectories that decide.</param>
    /// <param name="parent">The classical method, of at least that order.</param>
    /// <param name="order">The order to keep.</param>
    /// <param name="steps">The number of steps over the horizon.</param>
    /// <param name="options">How to fit; its rounds are the moves.</param>
    /// <param name="cancellationToken">Ends the fit; the best so far is returned.</param>
    public static LearnedRungeKutta Fit(
        TrainingTrajectories training, TrainingTrajectories validation, ButcherTableau parent, int order, int steps, FitOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(options);
        Function step = StepFunctions.RungeKutta(training.Equation, parent.Stages);
        double[] best = parent.Parameters.ToArray();
        double bestError = IntegratorTrainer.Error(validation.Roll(step, steps), best), radius = 0.1;
        for (int k = 0; k < options.Rounds && radius > 1e-4 && !cancellationToken.IsCancellationRequested; k++)
        {
            FitOptions local = options with { Rounds = 1, Cap = radius };
            using ReweightedFit fit = new([training.Roll(step, steps)], [validation.Roll(step, steps)], best, [Tangent(best, order)], local);
            fit.Round(cancellationToken);
            double[] moved = Project(fit.BestCoefficients(), order);
            double error = IntegratorTrainer.Error(validation.Roll(step, steps), moved);
            radius = error < bestError ? 1.5 * radius : 0.3 * radius;
            (best, bestError) = error < bestError ? (moved, error) : (best, bestError);
        }

        double h = training.Horizon / steps;
        double[] correction = [.. best.Zip(parent.Parameters.ToArray(), (x, y) => x - y)];
        return new LearnedRungeKutta(parent, correction, h, 0, new ValidInterval(0, 2 * h));
    }

    /// <summary>An orthonormal basis of the directions that leave all conditions unchanged to first order, as columns.</summary>
    private static Matrix Tangent(double[] theta, int order)
    {
        (Matrix tangent, _) = OrthonormalBasis.Split(Rows(new ElementaryWeights<double>(theta, order).Jacobian()));
        return tangent.Columns > 0 ? tangent : throw new ArgumentException($"{theta.Length} coefficients leave no freedom at order {order}");
    }

    private static Matrix Rows(double[,] entries)
    {
        Matrix rows = new(entries.GetLength(0), entries.GetLength(1));
        for (int i = 0; i < rows.Rows; i++)
        {
            for (int j = 0; j < rows.Columns; j++)
            {
                rows[i, j] = entries[i, j];
            }
        }

        return rows;
    }
}
