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

            double[,] jacobian = weights.Jacobian();
            List<double[]> rows = Orthonormal(jacobian);

            // The shortest step: a combination of the rows, found in their orthonormal basis.
            Matrix small = new(defects.Length, rows.Count);
            for (int i = 0; i < defects.Length; i++)
            {
                for (int j = 0; j < rows.Count; j++)
                {
                    for (int q = 0; q < theta.Length; q++)
                    {
                        small[i, j] += jacobian[i, q] * rows[j][q];
                    }
                }
            }

            double[] combination = new double[rows.Count];
            QrFactorization.Factor(small).Solve(defects, combination);
            for (int q = 0; q < theta.Length; q++)
            {
                for (int j = 0; j < rows.Count; j++)
                {
                    step[q] += combination[j] * rows[j][q];
                }

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
        List<double[]> basis = Orthonormal(new ElementaryWeights<double>(theta, order).Jacobian());
        int normal = basis.Count;
        if (normal == theta.Length)
        {
            throw new ArgumentException($"{theta.Length} coefficients leave no freedom at order {order}");
        }

        for (int i = 0; i < theta.Length && basis.Count < theta.Length; i++)
        {
            double[] unit = new double[theta.Length];
            unit[i] = 1;
            Extend(basis, unit);
        }

        Matrix tangent = new(theta.Length, basis.Count - normal);
        for (int j = normal; j < basis.Count; j++)
        {
            for (int i = 0; i < theta.Length; i++)
            {
                tangent[i, j - normal] = basis[j][i];
            }
        }

        return tangent;
    }

    private static List<double[]> Orthonormal(double[,] rows)
    {
        List<double[]> basis = [];
        for (int i = 0; i < rows.GetLength(0); i++)
        {
            Extend(basis, [.. Enumerable.Range(0, rows.GetLength(1)).Select(j => rows[i, j])]);
        }

        return basis;
    }

    /// <summary>Gram-Schmidt, twice; dependent vectors are left out.</summary>
    private static void Extend(List<double[]> basis, double[] vector)
    {
        double before = Math.Sqrt(vector.Sum(x => x * x));
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] direction in basis)
            {
                double product = Kernels.Dot<double>(vector, direction);
                Kernels.MultiplyAdd<double>(-product, direction, vector, vector);
            }
        }

        double norm = Math.Sqrt(vector.Sum(x => x * x));
        if (norm > 1e-8 * before && norm > 0)
        {
            Kernels.Multiply<double>(1 / norm, vector, vector);
            basis.Add(vector);
        }
    }
}
