using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>
/// Chandrasekhar's H-equation for scattering in a plane atmosphere, by the midpoint rule:
/// <c>F(H)_i = H_i - 1 / (1 - (c/(2m)) sum_j mu_i H_j / (mu_i + mu_j))</c>, <c>mu_i = (i - 1/2)/m</c>.
/// </summary>
/// <remarks>
/// The sum is one dense matrix for all instances: an evaluation costs m² fused operations, a product with J or its adjoint as many.
/// Reference: C. T. Kelley, Iterative Methods for Linear and Nonlinear Equations, SIAM (1995), section 5.6, doi:10.1137/1.9781611970944.
/// </remarks>
public sealed class ChandrasekharOperator : INonlinearOperator
{
    private readonly DenseOperator _kernel;
    private readonly Batch _c;

    /// <summary>Creates the operator.</summary>
    /// <param name="nodes">m, the number of nodes.</param>
    /// <param name="c">The albedo of every instance, (1, instances).</param>
    /// <exception cref="ArgumentException">There is not one albedo per instance.</exception>
    public ChandrasekharOperator(int nodes, Batch c)
        : this(Kernel(nodes), c)
    {
    }

    private ChandrasekharOperator(DenseOperator kernel, Batch c)
    {
        Guard.Equal(c.Components, 1, "the number of parameters", "the one that the equation has");
        (_kernel, _c) = (kernel, c);
    }

    /// <inheritdoc/>
    public int Components => _kernel.Rows;

    /// <inheritdoc/>
    public int Instances => _c.Instances;

    /// <summary><c>c / (1 - c w)^2</c> for the sums w, and as much for the adjoint.</summary>
    public int LinearizationComponents => 2 * Components;

    /// <inheritdoc/>
    public bool HasAdjoint => true;

    /// <summary>The same equation with other albedos, (1, instances).</summary>
    public ChandrasekharOperator With(Batch c) => new(_kernel, c);

    /// <inheritdoc/>
    public void Evaluate(Batch x, Batch destination)
    {
        Guard.Equal(x.Instances, Instances, "the point's instances", "the parameters' instances");
        _kernel.Apply(x, destination);
        for (int i = 0; i < Components; i++)
        {
            ReadOnlySpan<double> c = _c.Row(0), h = x.Row(i);
            Span<double> w = destination.Row(i);
            for (int s = 0; s < w.Length; s++)
            {
                w[s] = h[s] - (1 / (1 - (c[s] * w[s])));
            }
        }
    }

    /// <inheritdoc/>
    public void Linearize(Batch x, Batch linearization)
    {
        Batch slope = Slope(linearization);
        _kernel.Apply(x, slope);
        for (int i = 0; i < Components; i++)
        {
            ReadOnlySpan<double> c = _c.Row(0);
            Span<double> w = slope.Row(i);
            for (int s = 0; s < w.Length; s++)
            {
                double d = 1 - (c[s] * w[s]);
                w[s] = c[s] / (d * d);
            }
        }
    }

    /// <inheritdoc/>
    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination)
    {
        _kernel.Apply(v, destination);
        Kernels.Multiply<double>(Slope(linearization).Values, destination.Values, destination.Values);
        Kernels.Subtract<double>(v.Values, destination.Values, destination.Values);
    }

    /// <inheritdoc/>
    public void ApplyJacobianAdjoint(Batch x, Batch linearization, Batch u, Batch destination)
    {
        Batch weighted = linearization.Part(Components * u.Instances, Components, u.Instances);
        Kernels.Multiply<double>(Slope(linearization).Values, u.Values, weighted.Values);
        _kernel.ApplyAdjoint(weighted, destination);
        Kernels.Subtract<double>(u.Values, destination.Values, destination.Values);
    }

    /// <inheritdoc/>
    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => With(_c.Select(instances, arena));

    private Batch Slope(Batch linearization) => linearization.Part(0, Components, linearization.Instances);

    private static DenseOperator Kernel(int m)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(m, "nodes");
        Batch a = Batch.Zeros(m * m, 1);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < m; j++)
            {
                // mu_i / (mu_i + mu_j) = (i + 1/2) / (i + j + 1), exact numbers.
                a[(i * m) + j, 0] = (i + 0.5) / (i + j + 1) / (2 * m);
            }
        }

        return new DenseOperator(m, m, a);
    }
}
