namespace Unrolled.RungeKutta;

/// <summary>
/// The interpolant of a step, <c>y(t + θh) ≈ y + h sum_i b_i(θ) k_i</c> for <c>θ</c> in [0, 1], where the polynomials
/// <c>b_i</c> are nested about the cubic Hermite interpolant:
/// <c>b_i(θ) = θ (b_i + (1-θ) (δ_i0 - b_i + θ (2 b_i - δ_i0 - δ_ie + (1-θ) (d_1i + θ (d_2i + (1-θ) (d_3i + ...))))))</c>.
/// </summary>
/// <remarks>
/// <para>
/// Stage <c>e</c> = <see cref="EndStage"/> is <c>f</c> at the end of the step: the last stage of a first-same-as-last
/// method, otherwise a stage after the method's own, which the next step begins with. Hence value and slope agree at both
/// ends whatever the corrections <c>d</c> are, and only these and the rows of further stages are data. Without
/// corrections the order is <c>min(p, 3)</c>.
/// </para>
/// <para>
/// Cost: further evaluations of <c>f</c> only for stages after <see cref="EndStage"/>, and only in steps that are
/// interpolated. The nested form keeps full accuracy near both ends, where powers of <c>θ</c> would cancel.
/// </para>
/// <para>
/// Reference: L. F. Shampine, Some practical Runge-Kutta formulas, doi:10.1090/S0025-5718-1986-0815836-3; E. Hairer,
/// S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, section II.6, doi:10.1007/978-3-540-78862-1.
/// </para>
/// </remarks>
public sealed class DenseOutput
{
    private readonly double[] _rows;
    private readonly double[][] _nested;

    internal DenseOutput(ButcherTableau method, int order, ReadOnlySpan<double> furtherStages, double[][] corrections)
    {
        ArgumentNullException.ThrowIfNull(corrections);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        Order = order;
        EndStage = method.EvaluationsPerStep;

        // The row of the stage at the end of the step is b, which already follows the rows before it.
        _rows = [.. method.Parameters[..PackedTriangle.Length(EndStage)], .. furtherStages];
        Stages = PackedTriangle.Rows(_rows.Length) + 1;

        double[] step = new double[Stages], start = new double[Stages], end = new double[Stages];
        for (int i = 0; i < Stages; i++)
        {
            double first = i == 0 ? 1 : 0, last = i == EndStage ? 1 : 0;
            step[i] = i < EndStage ? method.Weights[i] : 0;
            start[i] = first - step[i];
            end[i] = (2 * step[i]) - first - last;
        }

        _nested = [step, start, end, .. corrections.Select(row => (double[])row.Clone())];
        for (int r = 0; r < corrections.Length; r++)
        {
            if (corrections[r].Length != Stages)
            {
                throw new ArgumentException($"Correction {r} of \"{method.Name}\" has {corrections[r].Length} weights, its dense output has {Stages} stages.", nameof(corrections));
            }

            ButcherTableau.RequireSum(corrections[r], 0, $"correction {r} of the dense output of \"{method.Name}\"");
        }
    }

    /// <summary>The order: the error of <c>y(t + θh)</c> after one exact start is <c>O(h^(Order+1))</c> for every <c>θ</c>.</summary>
    public int Order { get; }

    /// <summary>All stages that are combined: the method's own, the one at the end of the step, and the further ones.</summary>
    public int Stages { get; }

    /// <summary>The index of the stage that is <c>f</c> at the end of the step.</summary>
    public int EndStage { get; }

    /// <summary>The degree of the polynomials <c>b_i</c>.</summary>
    public int Degree => _nested.Length;

    /// <summary>The coefficients of a stage on the earlier ones, the method's own stages included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stage is not one of <see cref="Stages"/>.</exception>
    public ReadOnlySpan<double> Row(int stage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stage, Stages);
        return PackedTriangle.Row<double>(_rows, stage);
    }

    /// <summary>The weights <c>b_i(θ)</c>; at <c>θ = 1</c> they are <c>b</c> to the last bit.</summary>
    /// <param name="theta">The fraction of the step.</param>
    /// <param name="destination">Receives <see cref="Stages"/> weights.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Weights(double theta, Span<double> destination)
    {
        if (destination.Length != Stages)
        {
            throw new ArgumentException($"The destination has {destination.Length} entries, the dense output has {Stages} stages.", nameof(destination));
        }

        for (int i = 0; i < Stages; i++)
        {
            double value = 0;
            for (int level = Degree - 1; level >= 0; level--)
            {
                value = (_nested[level][i] + value) * (level % 2 == 0 ? theta : 1 - theta);
            }

            destination[i] = value;
        }
    }

    /// <summary>
    /// The Runge-Kutta method with step <c>θh</c> that interpolating at <paramref name="theta"/> amounts to:
    /// coefficients <c>a/θ</c>, weights <c>b(θ)/θ</c>. Its order conditions are those of the interpolant.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not positive.</exception>
    public ButcherTableau At(double theta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(theta);
        var parameters = new double[PackedTriangle.Length(Stages)];
        _rows.CopyTo(parameters, 0);
        Weights(theta, parameters.AsSpan(_rows.Length));
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] /= theta;
        }

        return new ButcherTableau($"dense output at {theta:R}", Order, parameters);
    }

    internal static DenseOutput Hermite(ButcherTableau method) => new(method, Math.Min(method.Order, 3), [], []);
}
