using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems;

/// <summary>A batch of nonlinear systems <c>F(x) = 0</c> with a start <c>x_0</c> for every instance.</summary>
/// <remarks>
/// Immutable; sizes are checked once, here. <c>F</c> has no scale of its own, so a relative tolerance refers to the residual at the
/// start unless <see cref="RelativeTo"/> says otherwise; with a good start ask for an absolute tolerance.
/// </remarks>
public sealed class NonlinearSystem : IProblem<NonlinearSystem>
{
    private readonly Batch _start;

    /// <summary>Creates the systems.</summary>
    /// <param name="f">F, shared by all instances or one per instance.</param>
    /// <param name="start">x_0: (unknowns, instances).</param>
    /// <exception cref="ArgumentException">The size of the start or its number of instances does not fit, or it is not finite.</exception>
    public NonlinearSystem(INonlinearOperator f, Batch start)
        : this(f, start, null, null, null)
    {
        RequireFinite(start);
    }

    /// <summary>Creates one system.</summary>
    /// <exception cref="ArgumentException">The size of the start does not fit, or it is not finite.</exception>
    public NonlinearSystem(INonlinearOperator f, ReadOnlySpan<double> start)
        : this(f, Batch.Of(start))
    {
    }

    private NonlinearSystem(INonlinearOperator f, Batch start, ILinearOperator? preconditioner, Batch? coordinates, Batch? scale)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (start.Components != f.Components)
        {
            throw new ArgumentException($"the start has {start.Components} components, F has {f.Components}");
        }

        CheckInstances(f.Instances, start.Instances, "F");
        (Operator, _start, Preconditioner, Coordinates, Scale) = (f, start, preconditioner, coordinates, scale);
    }

    /// <summary><c>F</c>.</summary>
    public INonlinearOperator Operator { get; }

    /// <summary><c>M^-1</c>, a fixed approximation of <c>J^-1</c> that methods apply to residuals; null for none.</summary>
    public ILinearOperator? Preconditioner { get; }

    /// <summary>
    /// The place of every instance in its family, one coordinate in [-1, 1] per parameter that varies: what learned coefficients may
    /// depend on. Null where the problem comes from no family.
    /// </summary>
    public Batch? Coordinates { get; }

    /// <summary>The norm of every instance that a relative tolerance refers to, (1, instances); null for that of F at the start.</summary>
    public Batch? Scale { get; }

    /// <inheritdoc/>
    public Batch? InitialIterate => _start;

    /// <inheritdoc/>
    public int Components => _start.Components;

    /// <inheritdoc/>
    public int Instances => _start.Instances;

    /// <summary>The same systems with a preconditioner.</summary>
    /// <exception cref="ArgumentException">The preconditioner has another size than <c>F</c>.</exception>
    public NonlinearSystem PreconditionedBy(ILinearOperator preconditioner)
    {
        ArgumentNullException.ThrowIfNull(preconditioner);
        if (preconditioner.Rows != Components || preconditioner.Columns != Components)
        {
            throw new ArgumentException($"the preconditioner is {preconditioner.Rows} x {preconditioner.Columns}, F has {Components} components");
        }

        CheckInstances(preconditioner.Instances, Instances, "the preconditioner");
        return new NonlinearSystem(Operator, _start, preconditioner, Coordinates, Scale);
    }

    /// <summary>The same systems with their coordinates in a family: (coordinates, instances).</summary>
    /// <exception cref="ArgumentException">The number of instances differs.</exception>
    public NonlinearSystem At(Batch coordinates)
    {
        CheckInstances(coordinates.Instances, Instances, "the batch of coordinates");
        return new NonlinearSystem(Operator, _start, Preconditioner, coordinates, Scale);
    }

    /// <summary>The same systems with relative tolerances that refer to these norms, (1, instances).</summary>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    public NonlinearSystem RelativeTo(Batch scale)
    {
        if (scale.Components != 1 || scale.Instances != Instances)
        {
            throw new ArgumentException($"the scale has {scale.Components} x {scale.Instances} numbers; 1 x {Instances} are needed");
        }

        return new NonlinearSystem(Operator, _start, Preconditioner, Coordinates, scale);
    }

    /// <summary>The same systems with relative tolerances that refer to the residual at this start, wherever they are started later.</summary>
    public NonlinearSystem RelativeToStart()
    {
        Batch residual = Batch.Zeros(Components, Instances), scale = Batch.Zeros(1, Instances);
        Residual(_start, residual);
        BatchKernels.Norm(residual, scale.Values);
        return RelativeTo(scale);
    }

    /// <inheritdoc/>
    public NonlinearSystem StartingAt(Batch iterate)
    {
        Guard.SameShape(_start, iterate);
        return new NonlinearSystem(Operator, iterate, Preconditioner, Coordinates, Scale);
    }

    /// <inheritdoc/>
    public void Residual(Batch x, Batch destination) => Operator.Evaluate(x, destination);

    /// <inheritdoc/>
    public void ReferenceNorm(Span<double> norms)
    {
        norms.Clear();
        Scale?.Values.CopyTo(norms);
    }

    /// <inheritdoc/>
    public NonlinearSystem Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new(
        Operator.Select(instances, arena), _start.Select(instances, arena), Preconditioner?.Select(instances, arena), Coordinates?.Select(instances, arena), Scale?.Select(instances, arena));

    private static void CheckInstances(int own, int instances, string name)
    {
        if (own != 1 && own != instances)
        {
            throw new ArgumentException($"{name} has {own} instances, the start has {instances}");
        }
    }

    private static void RequireFinite(Batch start)
    {
        ReadOnlySpan<double> values = start.Values;
        for (int k = 0; k < values.Length; k++)
        {
            if (!double.IsFinite(values[k]))
            {
                throw new ArgumentException($"component {k / start.Instances} of the start of instance {k % start.Instances} is {values[k]}; finite numbers are needed");
            }
        }
    }
}
