using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A function whose Jacobian products are complex steps: <c>J v = Im F(x + i h v) / h</c>, exact to rounding for any direction.
/// </summary>
/// <remarks>
/// A second way to the numbers of <see cref="FunctionOperator"/>, for checks and for comparisons with codes that work so; the exact products are
/// cheaper. Work: a product costs about four evaluations. No adjoint. Entries by products, one per color of the columns.
/// </remarks>
public sealed class ComplexStepJacobian : INonlinearOperator
{
    private readonly FunctionOperator _f;
    private readonly Function _product;
    private readonly Lazy<ColoredProducts> _entries;

    /// <summary>Creates the operator.</summary>
    /// <param name="f">The function with its parameters.</param>
    /// <exception cref="ArgumentException">The function takes abs, sign, min, max or a comparison of an unknown: it has no complex continuation.</exception>
    public ComplexStepJacobian(FunctionOperator f)
    {
        ArgumentNullException.ThrowIfNull(f);
        _f = f;
        _product = f.Function.Composition("complex step", g => ComplexStep.Differentiate(g, 0));
        _entries = new(() => new ColoredProducts(f.JacobianPattern!));
    }

    private ComplexStepJacobian(ComplexStepJacobian other, FunctionOperator f) => (_f, _product, _entries) = (f, other._product, other._entries);

    /// <inheritdoc/>
    public int Components => _f.Components;

    /// <inheritdoc/>
    public int Instances => _f.Instances;

    /// <inheritdoc/>
    public SparsityPattern? JacobianPattern => _f.JacobianPattern;

    /// <inheritdoc/>
    public int JacobianCost => _entries.Value.Count;

    /// <inheritdoc/>
    public void Evaluate(Batch x, Batch destination) => _f.Evaluate(x, destination);

    /// <inheritdoc/>
    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination) => _f.Run(_product, x, v, destination);

    /// <inheritdoc/>
    public void JacobianEntries(Batch x, Batch linearization, Batch entries) => _entries.Value.Entries(this, x, linearization, entries);

    /// <inheritdoc/>
    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        Instances == 1 && _f.Parameters.Components == 0 ? this : new ComplexStepJacobian(this, (FunctionOperator)_f.Select(instances, arena));
}
