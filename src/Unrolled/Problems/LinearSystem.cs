using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems;

/// <summary>A batch of linear systems <c>A x = b</c>, with <c>f(x) = A x - b</c>.</summary>
/// <remarks>Immutable; sizes are checked once, here.</remarks>
public sealed class LinearSystem : IProblem<LinearSystem>
{
    /// <summary>Creates the systems.</summary>
    /// <param name="a">The square operator, shared by all instances or one per instance.</param>
    /// <param name="rightHandSide">The right-hand sides, one per instance.</param>
    /// <exception cref="ArgumentException">The operator is not square, or its size or number of instances does not fit.</exception>
    public LinearSystem(ILinearOperator a, Batch rightHandSide)
    {
        ArgumentNullException.ThrowIfNull(a);
        if (a.Rows != a.Columns)
        {
            throw new ArgumentException($"A has {a.Rows} rows and {a.Columns} columns; a linear system needs a square operator");
        }

        if (rightHandSide.Components != a.Rows)
        {
            throw new ArgumentException($"b has {rightHandSide.Components} rows, A has {a.Rows}");
        }

        CheckInstances(a, rightHandSide.Instances, "A");
        Operator = a;
        RightHandSide = rightHandSide;
    }

    /// <summary>Creates one system from a right-hand side given as a vector.</summary>
    public LinearSystem(ILinearOperator a, ReadOnlySpan<double> rightHandSide)
        : this(a, Batch.Of(rightHandSide))
    {
    }

    /// <summary>Creates one system of a sparse matrix; what the matrix is (symmetric, definite) is found out.</summary>
    public LinearSystem(SparseMatrix a, ReadOnlySpan<double> rightHandSide)
        : this(new SparseOperator(a, SparseProperties.Of(a)), Batch.Of(rightHandSide))
    {
    }

    private LinearSystem(LinearSystem other, ILinearOperator? preconditioner, Batch? initialIterate)
    {
        Operator = other.Operator;
        RightHandSide = other.RightHandSide;
        Preconditioner = preconditioner;
        InitialIterate = initialIterate;
    }

    private LinearSystem(ILinearOperator a, Batch b, ILinearOperator? preconditioner, Batch? initialIterate)
    {
        Operator = a;
        RightHandSide = b;
        Preconditioner = preconditioner;
        InitialIterate = initialIterate;
    }

    /// <summary><c>A</c>.</summary>
    public ILinearOperator Operator { get; }

    /// <summary><c>b</c>.</summary>
    public Batch RightHandSide { get; }

    /// <summary><c>M^-1</c>, an approximation of <c>A^-1</c> that methods apply to residuals; null for none.</summary>
    public ILinearOperator? Preconditioner { get; }

    /// <inheritdoc/>
    public Batch? InitialIterate { get; }

    /// <inheritdoc/>
    public int Components => RightHandSide.Components;

    /// <inheritdoc/>
    public int Instances => RightHandSide.Instances;

    /// <summary>The same systems with a preconditioner.</summary>
    /// <exception cref="ArgumentException">The preconditioner has another size than <c>A</c>.</exception>
    public LinearSystem PreconditionedBy(ILinearOperator preconditioner)
    {
        ArgumentNullException.ThrowIfNull(preconditioner);
        if (preconditioner.Rows != Components || preconditioner.Columns != Components)
        {
            throw new ArgumentException(
                $"the preconditioner is {preconditioner.Rows} x {preconditioner.Columns}, A is {Components} x {Components}");
        }

        CheckInstances(preconditioner, Instances, "the preconditioner");
        return new LinearSystem(this, preconditioner, InitialIterate);
    }

    /// <inheritdoc/>
    public LinearSystem StartingAt(Batch iterate)
    {
        Guard.SameShape(RightHandSide, iterate);
        return new LinearSystem(this, Preconditioner, iterate);
    }

    /// <inheritdoc/>
    public void Residual(Batch x, Batch destination) => Operator.Residual(x, RightHandSide, destination);

    /// <inheritdoc/>
    public void ReferenceNorm(Span<double> norms) => BatchKernels.Norm(RightHandSide, norms);

    /// <inheritdoc/>
    public LinearSystem Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new(
        Operator.Select(instances, arena), RightHandSide.Select(instances, arena), Preconditioner?.Select(instances, arena), InitialIterate?.Select(instances, arena));

    private static void CheckInstances(ILinearOperator a, int instances, string name)
    {
        if (a.Instances != 1 && a.Instances != instances)
        {
            throw new ArgumentException($"{name} has {a.Instances} instances, b has {instances}");
        }
    }
}
