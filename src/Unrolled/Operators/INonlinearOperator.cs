using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A nonlinear map <c>F</c> from n unknowns to n equations, applied to a batch: one <c>F</c> shared by all instances, or one per
/// instance (its parameters differ). Its Jacobian <c>J(x) = dF/dx</c> is known by exact products and, where it is sparse, by entries.
/// </summary>
/// <remarks>
/// Derivatives at a point are taken in two parts: <see cref="Linearize"/> computes once what all products at that point share (sines,
/// exponentials, divisors), <see cref="ApplyJacobian"/> uses it. The numbers between belong to the caller, so an operator keeps none
/// and is safe for use by several threads, except where it says otherwise. What is computed for an instance depends on that instance
/// only, to the bit; nothing is allocated per call.
/// </remarks>
public interface INonlinearOperator
{
    /// <summary>The number n of unknowns and of equations.</summary>
    int Components { get; }

    /// <summary>How many operators this is: 1 when one <c>F</c> serves any number of instances.</summary>
    int Instances { get; }

    /// <summary>How many numbers per instance <see cref="Linearize"/> leaves for the products; 0 where the point itself is enough.</summary>
    int LinearizationComponents => 0;

    /// <summary>What <see cref="Linearize"/> costs, in evaluations.</summary>
    int LinearizationCost => 0;

    /// <summary>The positions of J that can be nonzero, by rows; null where nothing better than dense is known.</summary>
    SparsityPattern? JacobianPattern => null;

    /// <summary>What <see cref="JacobianEntries"/> costs, in Jacobian products.</summary>
    int JacobianCost => 1;

    /// <summary><c>destination = F(x)</c>. The destination must not be <paramref name="x"/>.</summary>
    void Evaluate(Batch x, Batch destination);

    /// <summary>Computes what products with <c>J(x)</c> share: (<see cref="LinearizationComponents"/>, instances) numbers.</summary>
    void Linearize(Batch x, Batch linearization)
    {
    }

    /// <summary><c>destination = J(x) v</c>, exact to rounding. The destination must not be one of the others.</summary>
    /// <param name="x">The point.</param>
    /// <param name="linearization">What <see cref="Linearize"/> left for this point.</param>
    /// <param name="v">The direction.</param>
    /// <param name="destination">Receives the product.</param>
    void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination);

    /// <summary>Whether <see cref="ApplyJacobianAdjoint"/> can be called.</summary>
    bool HasAdjoint => false;

    /// <summary><c>destination = J(x)^T u</c>, exact to rounding.</summary>
    /// <exception cref="NotSupportedException">The operator has no adjoint.</exception>
    void ApplyJacobianAdjoint(Batch x, Batch linearization, Batch u, Batch destination) =>
        throw new NotSupportedException($"{GetType().Name} has no adjoint");

    /// <summary>The entries of <c>J(x)</c> in the order of <see cref="JacobianPattern"/>: (entries, instances) numbers.</summary>
    /// <exception cref="NotSupportedException">The operator has no pattern.</exception>
    void JacobianEntries(Batch x, Batch linearization, Batch entries) =>
        throw new NotSupportedException($"{GetType().Name} does not know the entries of its Jacobian");

    /// <summary>The operator for the named instances of the batch, in that order; a shared operator returns itself.</summary>
    INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null);
}
