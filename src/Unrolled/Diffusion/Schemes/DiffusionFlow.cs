using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// The semi-discrete flow <c>du/dt = -F(u)</c>, <c>F(u) = M K^T Phi(K u)</c>, of one <see cref="SymmetricStep{T}"/>, with what implicit and
/// frozen schemes need besides: <c>F</c> with its diffusivity held, the Jacobian and the gradients of <c>&lt;p, F(u)&gt;</c>.
/// </summary>
/// <remarks>
/// <para><c>M</c> is the identity, or zero at pixels that are known (inpainting): those keep their values under every scheme. The
/// masked flow is the gradient of the same energy in the unknown pixels, so every stability result holds for it.</para>
/// <para>The frozen operator is <c>A(w) v = M K^T diag(g) K v</c> with <c>g = Phi(K w)/(K w)</c>, so <c>A(w) w = F(w)</c>; the Jacobian is
/// <c>J(w) v = M K^T Phi'(K w) K v</c>. Both are symmetric on vectors that vanish at known pixels.</para>
/// <para>Holds three fields of responses and the scratch of the convolutions. One thread at a time. <see cref="Evaluations"/> counts every application of any of these
/// operators, which all cost one <c>K</c>, one pass over the responses and one <c>K^T</c>; linearizing counts as one too.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class DiffusionFlow<T>
    where T : struct, IFloatingPointIeee754<T>
{
    // Where K u is exactly 0 the diffusivity is the limit Phi(s)/s, taken at an s whose square is 0 or nearly so.
    private static readonly T TinySlope = T.CreateChecked(1e-30);

    private readonly Field<T> _responses;
    private readonly Field<T> _products;
    private readonly Field<T> _values;
    private readonly ConvolutionMemory<T> _memory;
    private readonly bool[]? _known;
    private readonly T[] _unusedGradient;
    private readonly (int Instances, int Channels, int Rows, int Columns) _extents;

    /// <summary>Creates the flow for fields of given extents.</summary>
    /// <param name="block">The convolutions and the flux; its own step size is not used.</param>
    /// <param name="shape">A field with the extents of the states.</param>
    /// <param name="known">True where a value of the state is known and must stay, in the order of <see cref="Field{T}.Values"/>; null for nowhere.</param>
    /// <exception cref="ArgumentException">The channels or the mask do not fit.</exception>
    public DiffusionFlow(SymmetricStep<T> block, Field<T> shape, bool[]? known = null)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(shape);
        Guard.Equal(shape.Channels, block.Bank.Channels, "the number of channels of the state", "that of the bank");
        if (known is not null)
        {
            Guard.Equal(known.Length, shape.Values.Length, "the length of the mask", "the number of values of the state");
        }

        Block = block;
        _known = known;
        _extents = (shape.Instances, shape.Channels, shape.Rows, shape.Columns);
        _responses = new Field<T>(shape.Instances, block.Bank.Filters, shape.Rows, shape.Columns);
        _products = _responses.ZerosLike();
        _values = _responses.ZerosLike();
        _memory = new ConvolutionMemory<T>(block.Bank, shape.Rows, shape.Columns);
        _unusedGradient = new T[block.Flux.ParameterCount];
    }

    /// <summary>The convolutions and the flux.</summary>
    public SymmetricStep<T> Block { get; }

    /// <summary>How many times an operator of the size of <c>F</c> was applied.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether a value of the state is known; empty where none is.</summary>
    public ReadOnlySpan<bool> Known => _known;

    /// <summary>A field of zeros with the extents of the states.</summary>
    public Field<T> NewState() => new(_extents.Instances, _extents.Channels, _extents.Rows, _extents.Columns);

    /// <summary><c>flow = F(u)</c>.</summary>
    public void Evaluate(Field<T> u, Field<T> flow)
    {
        Convolve(u, _products);
        Activate(_products, _products);
        Finish(_products, flow);
    }

    /// <summary>Holds the diffusivity <c>g = Phi(K u)/(K u)</c> for <see cref="ApplyFrozen"/>.</summary>
    public void Freeze(Field<T> u)
    {
        Convolve(u, _responses);
        Span<T> s = _responses.Values;
        FlowKernels.Lift(s, TinySlope);
        Activate(_responses, _products);
        FlowKernels.DivideInto<T>(_products.Values, s);
        Evaluations++;
    }

    /// <summary>The held diffusivity, (instances, filters, rows, columns).</summary>
    public Field<T> Diffusivity => _responses;

    /// <summary><c>product = A v</c> with the diffusivity held by <see cref="Freeze"/>.</summary>
    public void ApplyFrozen(Field<T> v, Field<T> product)
    {
        Convolve(v, _products);
        Kernels.Multiply<T>(_products.Values, _responses.Values, _products.Values);
        Finish(_products, product);
    }

    /// <summary>Holds <c>K u</c> for <see cref="ApplyJacobian"/>.</summary>
    public void Linearize(Field<T> u)
    {
        Convolve(u, _responses);
        Evaluations++;
    }

    /// <summary><c>product = J v</c> at the state held by <see cref="Linearize"/>. <c>J</c> is its own adjoint.</summary>
    public void ApplyJacobian(Field<T> v, Field<T> product)
    {
        Convolve(v, _products);
        Differentiate(_unusedGradient);
        Finish(_products, product);
    }

    /// <summary>
    /// Adds <c>scale</c> times the gradients of <c>&lt;p, F(u)&gt;</c> with respect to the kernels and to the parameters of the flux.
    /// </summary>
    /// <param name="u">The state.</param>
    /// <param name="p">The weights; they must vanish at known pixels.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="kernelGradient">In the order of the kernels of the bank.</param>
    /// <param name="fluxGradient">One number per parameter of the flux.</param>
    public void AccumulateGradients(Field<T> u, Field<T> p, T scale, Span<T> kernelGradient, Span<T> fluxGradient)
    {
        // <p, K^T Phi(K u)> = <K p, Phi(K u)>: K stands in two places.
        Convolve(u, _responses);
        Convolve(p, _products);
        Kernels.Multiply(scale, _products.Values, _products.Values);
        Differentiate(fluxGradient);
        AccumulateKernelGradient(u, _products, kernelGradient);
        Kernels.Multiply(scale, _values.Values, _values.Values);
        AccumulateKernelGradient(p, _values, kernelGradient);
        Evaluations += 2;
    }

    private void Convolve(Field<T> u, Field<T> responses)
    {
        for (int n = 0; n < u.Instances; n++)
        {
            Block.Bank.Apply(u.Instance(n), responses.Instance(n), _memory);
        }
    }

    private void AccumulateKernelGradient(Field<T> u, Field<T> weights, Span<T> gradient)
    {
        for (int n = 0; n < u.Instances; n++)
        {
            Block.Bank.AccumulateKernelGradient(u.Instance(n), weights.Instance(n), gradient, _memory);
        }
    }

    private void Activate(Field<T> s, Field<T> value)
    {
        for (int n = 0; n < s.Instances; n++)
        {
            Block.Flux.Apply(s.Instance(n), value.Instance(n), Block.Bank.Filters);
        }
    }

    private void Differentiate(Span<T> fluxGradient)
    {
        for (int n = 0; n < _responses.Instances; n++)
        {
            Block.Flux.Linearize(_responses.Instance(n), _products.Instance(n), _values.Instance(n), _products.Instance(n), Block.Bank.Filters, fluxGradient);
        }
    }

    private void Finish(Field<T> responses, Field<T> state)
    {
        for (int n = 0; n < state.Instances; n++)
        {
            Block.Bank.ApplyAdjoint(responses.Instance(n), state.Instance(n), _memory);
        }

        ClearKnown(state);
        Evaluations++;
    }

    /// <summary>Sets the values at known pixels to 0.</summary>
    internal void ClearKnown(Field<T> state) => FlowKernels.Clear(Known, state.Values);
}
