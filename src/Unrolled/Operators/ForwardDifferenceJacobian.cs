using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// An operator whose Jacobian products are forward differences: <c>J v = (F(x + h v) - F(x)) / h</c> with
/// <c>h = sqrt(u) max(1, |x|) / |v|</c> for every instance, where u is the unit roundoff.
/// </summary>
/// <remarks>
/// <para>For functions of which nothing is known but their values. About half the digits are right: an error near 1e-8 relative to
/// <c>max(1, |x|) |F''|</c> and to <c>|F|</c>. Where the point may leave the domain of F, or where more digits are needed (several inner
/// iterations near a root), use exact products (<see cref="FunctionOperator"/>) or <see cref="ComplexStepJacobian"/>.</para>
/// <para>Work: one evaluation per product and one per linearization, which keeps <c>F(x)</c>. No adjoint. Entries where the operator has a
/// pattern. Reference: D. A. Knoll and D. E. Keyes, J. Comput. Phys. 193 (2004) 357-397, section 2.3, doi:10.1016/j.jcp.2003.08.010.</para>
/// </remarks>
public sealed class ForwardDifferenceJacobian : INonlinearOperator
{
    private const double RootOfRoundoff = 1.0536712127723509e-8;

    private readonly INonlinearOperator _f;
    private readonly Lazy<ColoredProducts>? _entries;

    /// <summary>Creates the operator.</summary>
    /// <param name="f">The function; its own products are not used.</param>
    public ForwardDifferenceJacobian(INonlinearOperator f)
    {
        ArgumentNullException.ThrowIfNull(f);
        _f = f;
        _entries = f.JacobianPattern is SparsityPattern pattern ? new(() => new ColoredProducts(pattern)) : null;
    }

    private ForwardDifferenceJacobian(INonlinearOperator f, Lazy<ColoredProducts>? entries) => (_f, _entries) = (f, entries);

    /// <inheritdoc/>
    public int Components => _f.Components;

    /// <inheritdoc/>
    public int Instances => _f.Instances;

    /// <summary>F(x), a displaced point, |x| and h.</summary>
    public int LinearizationComponents => (2 * Components) + 2;

    /// <inheritdoc/>
    public int LinearizationCost => 1;

    /// <inheritdoc/>
    public SparsityPattern? JacobianPattern => _f.JacobianPattern;

    /// <inheritdoc/>
    public int JacobianCost => _entries?.Value.Count ?? 1;

    /// <inheritdoc/>
    public void Evaluate(Batch x, Batch destination) => _f.Evaluate(x, destination);

    /// <inheritdoc/>
    public void Linearize(Batch x, Batch linearization)
    {
        Guard.Equal(linearization.Components, LinearizationComponents, "the components of the linearization", "what it needs");
        _f.Evaluate(x, Value(linearization));
        BatchKernels.Norm(x, linearization.Row(2 * Components));
    }

    /// <summary><c>destination = (F(x + h v) - F(x)) / h</c>; zero for a direction of zero.</summary>
    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination)
    {
        Guard.SameShape(x, v);
        Guard.SameShape(x, destination);
        int n = Components;
        Batch point = linearization.Part(n * x.Instances, n, x.Instances);
        ReadOnlySpan<double> norm = linearization.Row(2 * n);
        Span<double> h = linearization.Row((2 * n) + 1);
        BatchKernels.Norm(v, h);
        for (int s = 0; s < h.Length; s++)
        {
            h[s] = h[s] == 0 ? 0 : RootOfRoundoff * Math.Max(1, norm[s]) / h[s];
        }

        BatchKernels.MultiplyAdd(h, v, x, point);
        _f.Evaluate(point, destination);
        Kernels.Subtract<double>(destination.Values, Value(linearization).Values, destination.Values);
        for (int s = 0; s < h.Length; s++)
        {
            h[s] = h[s] == 0 ? 0 : 1 / h[s];
        }

        BatchKernels.Multiply(h, destination, destination);
    }

    /// <inheritdoc/>
    public void JacobianEntries(Batch x, Batch linearization, Batch entries) =>
        (_entries ?? throw new NotSupportedException("the function has no pattern of its Jacobian")).Value.Entries(this, x, linearization, entries);

    /// <inheritdoc/>
    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        new ForwardDifferenceJacobian(_f.Select(instances, arena), _entries);

    private Batch Value(Batch linearization) => linearization.Part(0, Components, linearization.Instances);
}
