using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// A learned method as a preconditioner: <c>z = P(A) r</c>, the iterate after one step from zero on <c>A z = r</c>. With
/// it CG or FGMRES reaches any tolerance, with a verified residual, while most products need no inner products.
/// </summary>
/// <remarks>
/// <para>With <c>q(t) = 1 - t P(t)</c> it is symmetric where <c>A</c> is, and positive definite where <c>q &lt; 1</c> on the
/// spectrum, as a certified model is. It is linear, so plain GMRES may use it too; FGMRES also takes what changes from
/// step to step.</para>
/// <para>Work: <c>n - 1</c> products per application. It keeps scratch of its own, so it serves one thread;
/// <see cref="Select"/> gives each chunk its own.</para>
/// </remarks>
public sealed class PolynomialPreconditioner : ILinearOperator
{
    private readonly LearnedKrylov _method;
    private readonly ILinearOperator _operator;
    private readonly ILinearOperator? _inner;
    private readonly int _instances;
    private LinearSystem? _system;
    private Workspace? _workspace;

    /// <summary>Creates the preconditioner.</summary>
    /// <param name="method">The learned method.</param>
    /// <param name="a">The operator, scaled as in training.</param>
    /// <param name="inner">The preconditioner that the method was trained with; null for none.</param>
    public PolynomialPreconditioner(LearnedKrylov method, ILinearOperator a, ILinearOperator? inner = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(a);
        _method = method;
        _operator = a;
        _inner = inner;
        _instances = Math.Max(a.Instances, inner?.Instances ?? 1);
    }

    /// <summary>The preconditioner of a user's own matrix, which is scaled as the matrices of the training were.</summary>
    /// <param name="method">The learned method, trained without a preconditioner.</param>
    /// <param name="a">The matrix.</param>
    /// <param name="scaling">How the matrices of the training were scaled.</param>
    /// <exception cref="ArgumentException">The matrix is not square, or the scaling does not fit it.</exception>
    public static ILinearOperator Of(LearnedKrylov method, SparseMatrix a, ScalingKind scaling)
    {
        DiagonalScaling diagonals = DiagonalScaling.Of(a, scaling);
        SparseMatrix scaled = diagonals.Scale(a);
        return new ScaledPreconditioner(diagonals, new PolynomialPreconditioner(method, new SparseOperator(scaled, SparseProperties.Of(scaled))));
    }

    /// <inheritdoc/>
    public int Rows => _operator.Rows;

    /// <inheritdoc/>
    public int Columns => _operator.Columns;

    /// <inheritdoc/>
    public int Instances => _instances;

    /// <summary>The products with <c>A</c> that one application makes.</summary>
    public int ProductsPerApplication => _method.InnerEvaluations - 1;

    /// <inheritdoc/>
    public OperatorProperties Properties => _inner is null ? _operator.Properties & OperatorProperties.Symmetric : OperatorProperties.None;

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        if (_system is null || _system.Instances != x.Instances)
        {
            _system = new LinearSystem(_operator, Batch.Zeros(x.Components, x.Instances));
            _system = _inner is null ? _system : _system.PreconditionedBy(_inner);
            _workspace = new Workspace(_method.Shape(_system), x.Components, x.Instances);
        }

        x.CopyTo(_system.RightHandSide);
        _method.ApplyOnce(_system, _workspace!);
        _workspace!.Iterate.CopyTo(destination);
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        new PolynomialPreconditioner(_method, _operator.Select(instances, arena), _inner?.Select(instances, arena));
}
