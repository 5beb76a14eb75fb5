using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov;

/// <summary>
/// <c>z = R M^-1 L r</c>: a preconditioner made for the scaled matrix <c>L A R</c>, used on <c>A</c> itself, so that the
/// residual that is watched is the user's own. With <c>L = R</c> it is symmetric where <c>M</c> is.
/// </summary>
/// <remarks>It keeps scratch of its own, so it serves one thread; <see cref="Select"/> gives each chunk its own.</remarks>
public sealed class ScaledPreconditioner : ILinearOperator
{
    private readonly DiagonalScaling _scaling;
    private readonly ILinearOperator _scaled;
    private Batch? _left;
    private Batch? _right;

    /// <summary>Creates the preconditioner.</summary>
    public ScaledPreconditioner(DiagonalScaling scaling, ILinearOperator scaled)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        ArgumentNullException.ThrowIfNull(scaled);
        _scaling = scaling;
        _scaled = scaled;
    }

    /// <inheritdoc/>
    public int Rows => _scaled.Rows;

    /// <inheritdoc/>
    public int Columns => _scaled.Columns;

    /// <inheritdoc/>
    public int Instances => _scaled.Instances;

    /// <inheritdoc/>
    public OperatorProperties Properties => OperatorProperties.None;

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        if (_left is not Batch left || _right is not Batch right || left.Instances != x.Instances)
        {
            _left = left = Batch.Zeros(x.Components, x.Instances);
            _right = right = Batch.Zeros(x.Components, x.Instances);
        }

        _scaling.ScaleRightHandSide(x, left);
        _scaled.Apply(left, right);
        _scaling.UnscaleSolution(right, destination);
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        new ScaledPreconditioner(_scaling, _scaled.Select(instances, arena));
}
