using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Fits a fixed tableau that has an order exactly: every round moves in the tangent space of the manifold of methods of that order and
/// projects back onto it by Gauss-Newton with the Jacobian of the order conditions. There is freedom only below the order of the stages.
/// </summary>
/// <remarks>A move is kept only when the validation error falls; the largest move grows by 1.5 then, else it shrinks to 0.3 of it.</remarks>
public sealed class OrderManifoldFit : IFitRounds
{
    private const double LeastMove = 1e-4;

    private readonly TrainingTrajectories _training;
    private readonly TrainingTrajectories _validation;
    private readonly Function _step;
    private readonly FitOptions _options;
    private readonly int _order;
    private readonly int _steps;
    private double[] _best;
    private double _largestMove;

    /// <summary>Starts at a classical method, or where an earlier fit was left.</summary>
    /// <param name="training">The trajectories to fit.</param>
    /// <param name="validation">The trajectories that decide.</param>
    /// <param name="parent">The classical method, of at least that order.</param>
    /// <param name="order">The order to keep.</param>
    /// <param name="steps">The number of steps over the horizon.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    /// <exception cref="ArgumentException">The coefficients leave no freedom at that order.</exception>
    public OrderManifoldFit(
        TrainingTrajectories training, TrainingTrajectories validation, ButcherTableau parent, int order, int steps, FitOptions options, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(options);
        (_training, _validation, _options, _order, _steps) = (training, validation, options, order, steps);
        _step = StepFunctions.RungeKutta(training.Equation, parent.Stages);
        _best = state?.Best ?? parent.Parameters.ToArray();
        _largestMove = state?.Damping ?? 0.1;
        Rounds = state?.Rounds ?? 0;
        BestError = state?.BestError ?? IntegratorTrainer.Error(validation.Roll(_step, steps), _best);
        Tangent(_best, order);
    }

    /// <inheritdoc/>
    public int Rounds { get; private set; }

    /// <inheritdoc/>
    public bool Finished => Rounds >= _options.Rounds || _largestMove <= LeastMove;

    /// <inheritdoc/>
    public double BestError { get; private set; }

    /// <inheritdoc/>
    public FitState State => new([.. _best], _largestMove, [.. _best], BestError, Rounds, 0);

    /// <inheritdoc/>
    public double[] BestCoefficients() => [.. _best];

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        using ReweightedFit move = new(
            [_training.Roll(_step, _steps)], [_validation.Roll(_step, _steps)], _best, [Tangent(_best, _order)],
            _options with { Rounds = 1, Cap = _largestMove });
        move.Round(cancellationToken);
        double[]? moved = Project(move.BestCoefficients(), _order);
        double error = moved is null ? double.PositiveInfinity : IntegratorTrainer.Error(_validation.Roll(_step, _steps), moved);
        bool better = error < BestError;
        _largestMove *= better ? 1.5 : 0.3;
        (_best, BestError) = better ? (moved!, error) : (_best, BestError);
        Rounds++;
        return !Finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>The nearest tableau, to first order, all of whose conditions hold to rounding; null where twenty corrections did not get there.</summary>
    public static double[]? Project(ReadOnlySpan<double> parameters, int order)
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

        return new ElementaryWeights<double>(theta, order).Defects().Max(Math.Abs) < 1e-13 ? theta : null;
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
