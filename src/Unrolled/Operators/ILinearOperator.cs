using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A linear map <c>y = A x</c> applied to a batch of vectors: one <c>A</c> shared by all instances, or one per instance.
/// </summary>
/// <remarks>
/// Operators are immutable in value. An operator that keeps scratch memory of its own is used by one thread at a time;
/// <see cref="Select"/> gives each chunk of a batch an operator that it may use alone. What is computed for an instance
/// depends on that instance only, to the bit: a NaN in one instance does not reach another.
/// </remarks>
public interface ILinearOperator
{
    /// <summary>The length of <c>A x</c>.</summary>
    int Rows { get; }

    /// <summary>The length of <c>x</c>.</summary>
    int Columns { get; }

    /// <summary>How many operators this is: 1 when one <c>A</c> serves any number of instances.</summary>
    int Instances { get; }

    /// <summary>What the operator declares of itself.</summary>
    OperatorProperties Properties { get; }

    /// <summary><c>destination = A x</c>. The destination must not be <paramref name="x"/>.</summary>
    void Apply(Batch x, Batch destination);

    /// <summary><c>destination = A^T x</c>. The destination must not be <paramref name="x"/>.</summary>
    /// <exception cref="NotSupportedException">The operator has no adjoint.</exception>
    void ApplyAdjoint(Batch x, Batch destination) =>
        throw new NotSupportedException($"{GetType().Name} has no adjoint");

    /// <summary>
    /// <c>destination = A x - b</c>, the function whose root is the solution. The destination must not be
    /// <paramref name="x"/> or <paramref name="b"/>.
    /// </summary>
    void Residual(Batch x, Batch b, Batch destination)
    {
        Apply(x, destination);
        Kernels.Subtract<double>(destination.Values, b.Values, destination.Values);
    }

    /// <summary>
    /// <c>destination = x + step (A x - b)</c>: one step of Richardson's iteration in one pass where the operator can.
    /// The destination must not be <paramref name="x"/> or <paramref name="b"/>.
    /// </summary>
    void Relax(double step, Batch x, Batch b, Batch destination)
    {
        Residual(x, b, destination);
        Kernels.MultiplyAdd<double>(step, destination.Values, x.Values, destination.Values);
    }

    /// <summary>The diagonal of <c>A</c>, one column per operator.</summary>
    /// <exception cref="NotSupportedException">The operator does not know its entries.</exception>
    Batch Diagonal() => throw new NotSupportedException($"{GetType().Name} does not know its diagonal");

    /// <summary>
    /// The operator for the named instances of the batch, in that order, in memory of its own or of the arena; a shared
    /// operator is its own answer.
    /// </summary>
    ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => this;
}
