using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary><c>y = L A R x</c> for an operator that is known by its products alone.</summary>
/// <remarks>
/// What is declared of A is declared of the product where <c>L = R</c>. Work: one product with A and two multiplications per component. It keeps
/// scratch of its own, so it serves one thread; <see cref="Select"/> gives each chunk its own. A matrix is better scaled itself:
/// <see cref="DiagonalScaling.Scale"/>.
/// </remarks>
public sealed class ScaledOperator : ILinearOperator
{
    private readonly DiagonalScaling _scaling;
    private readonly ILinearOperator _operator;
    private Batch? _scaled;

    /// <summary>Creates the operator.</summary>
    /// <param name="scaling">L and R.</param>
    /// <param name="a">A, square.</param>
    /// <exception cref="ArgumentException">A has another size than the scaling.</exception>
    public ScaledOperator(DiagonalScaling scaling, ILinearOperator a)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        ArgumentNullException.ThrowIfNull(a);
        Guard.Equal(a.Rows, scaling.Left.Length, "the number of rows", "the size of the scaling");
        Guard.Equal(a.Columns, scaling.Right.Length, "the number of columns", "the size of the scaling");
        (_scaling, _operator) = (scaling, a);
        Properties = scaling.Left.SequenceEqual(scaling.Right) ? a.Properties : OperatorProperties.None;
    }

    /// <inheritdoc/>
    public int Rows => _operator.Rows;

    /// <inheritdoc/>
    public int Columns => _operator.Columns;

    /// <inheritdoc/>
    public int Instances => _operator.Instances;

    /// <inheritdoc/>
    public OperatorProperties Properties { get; }

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        if (_scaled is not Batch scaled || scaled.Instances != x.Instances)
        {
            _scaled = scaled = Batch.Zeros(x.Components, x.Instances);
        }

        _scaling.UnscaleSolution(x, scaled);
        _operator.Apply(scaled, destination);
        _scaling.ScaleRightHandSide(destination, destination);
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        new ScaledOperator(_scaling, _operator.Select(instances, arena));
}
