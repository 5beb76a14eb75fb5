using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Fits a fixed tableau that has an order exactly: every round moves in the tangent space of the manifold of methods of that order and
/// projects back onto it by Gauss-Newton with the Jacobian of the order conditions. There is freedom only below the order of the stages.
/// </summary>
/// <remarks>A move is kept only when the validation error falls; the largest move grows by 1.5 then, else it shrinks to 0.3 of it.</remarks>
internal sealed class OrderManifoldFit : IFitRounds
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
        if (!HasFreedom(parent.Parameters.ToArray(), order))
        {
            throw new ArgumentException($"{parent.Parameters.Length} coefficients leave no freedom at order {order}", nameof(parent));
        }
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

        Rounds++;
        Matrix? tangent = Tangent(_best, _order);
        if (tangent is null)
        {
            _largestMove = 0; // where the conditions are singular there can be freedom at the parent and none beside it
            return false;
        }

        using ReweightedFit move = new(
            [_training.Roll(_step, _steps)], [_validation.Roll(_step, _steps)], _best, [tangent],
            _options with { Rounds = 1, Cap = _largestMove });
        move.Round(cancellationToken);
        double[]? moved = Project(move.BestCoefficients(), _order);
        double error = moved is null ? double.PositiveInfinity : IntegratorTrainer.Error(_validation.Roll(_step, _steps), moved);
        bool better = error < BestError;
        _largestMove *= better ? 1.5 : 0.3;
        (_best, BestError) = better ? (moved!, error) : (_best, BestError);
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

            // The shortest step: a combination of the rows, found in their orthonormal basis.
            Matrix jacobian = Rows(weights.Jacobian());
            Matrix normal = OrthonormalBasis.Split(jacobian).Normal!; // consistency is a condition of every order
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

        return new ElementaryWeights<double>(theta, order).Defects().Max(Math.Abs) < 1e-13 ? theta : null;
    }

    /// <summary>Whether there are other tableaus of an order near one that has it; else it is the only one, and nothing can be fitted.</summary>
    public static bool HasFreedom(double[] theta, int order) => Tangent(theta, order) is not null;

    /// <summary>An orthonormal basis of the directions that leave all conditions unchanged to first order, as columns; null where there is none.</summary>
    private static Matrix? Tangent(double[] theta, int order) => OrthonormalBasis.Split(Rows(new ElementaryWeights<double>(theta, order).Jacobian())).Tangent;

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
