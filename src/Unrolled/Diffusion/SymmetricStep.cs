using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion;

/// <summary>
/// The block that all diffusion schemes share: an explicit step <c>v = u - tau K^T Phi(K u)</c>, a residual block whose
/// second convolution is the negative transpose of the first.
/// </summary>
/// <remarks>
/// If <c>0 &lt;= Phi(s)/s &lt;= g_max</c> and <c>tau &lt;= 2/(g_max ||K||^2)</c> then <c>||v|| &lt;= ||u||</c> (arXiv 2107.14742, Euclidean
/// stability of the explicit scheme).
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="bank">The convolutions <c>K</c>.</param>
/// <param name="flux">The flux <c>Phi</c>.</param>
/// <param name="tau">The step size.</param>
public sealed class SymmetricStep<T>(ConvolutionBank<T> bank, IActivation<T> flux, T tau)
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The convolutions <c>K</c>.</summary>
    public ConvolutionBank<T> Bank { get; } = bank;

    /// <summary>The flux <c>Phi</c>.</summary>
    public IActivation<T> Flux { get; } = flux;

    /// <summary>The step size <c>tau</c>.</summary>
    public T Tau { get; } = tau;

    /// <summary><c>flow = K^T Phi(K u)</c>.</summary>
    public void Flow(Field<T> u, Field<T> flow)
    {
        ArgumentNullException.ThrowIfNull(u);
        var responses = new Field<T>(u.Instances, Bank.Filters, u.Rows, u.Columns);
        Bank.Apply(u, responses);
        for (int n = 0; n < u.Instances; n++)
        {
            Flux.Apply(responses.Instance(n), responses.Instance(n), Bank.Filters);
        }

        Bank.ApplyAdjoint(responses, flow);
    }
}
