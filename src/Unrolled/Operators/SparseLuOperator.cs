using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// <c>y = A^-1 x</c> with a sparse factorization, shared by all instances: a direct solver as an operator, for example the preconditioner of
/// systems near A (<c>LinearSystem.PreconditionedBy</c>).
/// </summary>
/// <remarks>
/// Work per product and instance: one fused operation per entry of L and U. The operator keeps the factorization, not a copy: its values
/// are those of the last <see cref="SparseLu.Refactor"/>, which must not run beside products. No scratch memory of its own, so that threads
/// may share it. Applying it while the factorization is singular is an <see cref="InvalidOperationException"/>. The diagonal is not known.
/// </remarks>
public sealed class SparseLuOperator : ILinearOperator
{
    /// <summary>Creates the operator.</summary>
    /// <param name="factorization">The factorization of A.</param>
    /// <param name="properties">What is known of A^-1: it is symmetric, or positive definite, where A is.</param>
    /// <exception cref="ArgumentException">A is singular.</exception>
    public SparseLuOperator(SparseLu factorization, OperatorProperties properties = OperatorProperties.None)
    {
        ArgumentNullException.ThrowIfNull(factorization);
        if (factorization.IsSingular)
        {
            throw new ArgumentException(
                $"A of order {factorization.Order} is singular (smallest pivot {factorization.SmallestPivot}): it has no inverse", nameof(factorization));
        }

        Factorization = factorization;
        Properties = properties;
    }

    /// <summary>The factorization of A.</summary>
    public SparseLu Factorization { get; }

    /// <inheritdoc/>
    public int Rows => Factorization.Order;

    /// <inheritdoc/>
    public int Columns => Factorization.Order;

    /// <inheritdoc/>
    public int Instances => 1;

    /// <inheritdoc/>
    public OperatorProperties Properties { get; }

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, 1, x, destination);
        Factorization.Solve(x, destination);
    }

    /// <inheritdoc/>
    public void ApplyAdjoint(Batch x, Batch destination)
    {
        Guard.Product(Columns, Rows, 1, x, destination);
        Factorization.SolveTransposed(x, destination);
    }
}
