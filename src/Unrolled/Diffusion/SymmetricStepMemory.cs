using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion;

/// <summary>
/// The scratch of a <see cref="SymmetricStep{T}"/> on planes of one size, taken once, so that a step and its reverse sweep allocate nothing. It
/// serves every step whose bank has the same extents and whose flux has as many parameters.
/// </summary>
/// <remarks>
/// Used by one thread at a time. It is little more than one instance and a band of rows of its responses, which stays in the caches next to the
/// core; what only the reverse sweep needs is taken when it first runs.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class SymmetricStepMemory<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly Field<T> _flow;
    private readonly T[] _fluxGradient;
    private Reverse? _reverse;
    private WinogradMemory<T>? _winograd;

    /// <summary>Takes the memory.</summary>
    /// <param name="step">A step of the extents.</param>
    /// <param name="rows">The height of the planes.</param>
    /// <param name="columns">The width of the planes.</param>
    public SymmetricStepMemory(SymmetricStep<T> step, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(step);
        Convolution = new ConvolutionMemory<T>(step.Bank, rows, columns);
        _flow = new Field<T>(1, step.Bank.Channels, rows, columns);
        _fluxGradient = new T[step.Flux.ParameterCount];
    }

    /// <summary>The scratch of the convolutions.</summary>
    internal ConvolutionMemory<T> Convolution { get; }

    /// <summary>The scratch of the convolutions by Winograd's algorithm.</summary>
    internal WinogradMemory<T> Winograd => _winograd ??= new WinogradMemory<T>(Convolution.Layout, _flow.Channels);

    /// <summary>The flow of one instance.</summary>
    internal Span<T> Flow => _flow.Values;

    /// <summary>The gradient of one instance with respect to the parameters of the flux.</summary>
    internal Span<T> FluxGradient => _fluxGradient;

    /// <summary>What the reverse sweep needs besides.</summary>
    internal Reverse ForReverse => _reverse ??= new Reverse(Convolution);

    /// <summary>More scratch for the reverse sweep.</summary>
    internal sealed class Reverse(ConvolutionMemory<T> memory)
    {
        private readonly Field<T> _padded = new(1, 1, 1, memory.Padded.Length);
        private readonly Field<T> _weighted = memory.NewStrips();
        private readonly Field<T> _value = memory.NewStrips();
        private readonly Field<T> _product = memory.NewStrips();

        /// <summary>The padded planes of the incoming gradient <c>p</c>.</summary>
        public Span<T> Padded => _padded.Values;

        /// <summary>Strips for <c>K p</c>.</summary>
        public Span<T> Weighted => _weighted.Values;

        /// <summary>Strips for <c>Phi(K u)</c>.</summary>
        public Span<T> Value => _value.Values;

        /// <summary>Strips for <c>Phi'(K u)^T K p</c>.</summary>
        public Span<T> Product => _product.Values;
    }
}
