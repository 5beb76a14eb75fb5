using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>The symmetric residual block <c>u - tau K^T Phi(K u)</c>.</summary>
/// <param name="input">What it reads.</param>
/// <param name="shape">Its convolutions.</param>
/// <param name="flux">Its flux.</param>
/// <param name="kernels">Where its kernels begin among the weights.</param>
/// <param name="fluxNumbers">Where the numbers of its flux begin.</param>
/// <param name="step">Where its step size stands.</param>
internal sealed class SymmetricStepNode(int input, BankShape shape, FluxShape flux, int kernels, int fluxNumbers, int step) : FieldNode([input], shape.Channels)
{
    /// <summary>Its convolutions.</summary>
    public BankShape Shape { get; } = shape;

    /// <summary>Its flux.</summary>
    public FluxShape Flux { get; } = flux;

    /// <summary>Where its kernels begin among the weights.</summary>
    public int Kernels { get; } = kernels;

    /// <summary>Where the numbers of its flux begin among the weights.</summary>
    public int FluxNumbers { get; } = fluxNumbers;

    /// <summary>Where its step size stands among the weights.</summary>
    public int Step { get; } = step;

    public override int Radius
    {
        get
        {
            int extent = Math.Max(Shape.KernelRows, Shape.KernelColumns), radius = 2 * (extent / 2);
            return WinogradKernels.Suits(Shape.Filters, Shape.Channels, Shape.KernelRows, Shape.KernelColumns) ? Math.Max(radius, WinogradKernels.RowReach) : radius;
        }
    }

    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>(
        new SymmetricStep<T>(
            Shape.Create(weights.Slice(Kernels, Shape.KernelCount)), Flux.Create(weights.Slice(FluxNumbers, Flux.NumbersFor(Shape.Filters)), Shape.Filters), weights[Step]),
        Kernels,
        FluxNumbers,
        Step);

    private sealed class Operation<T>(SymmetricStep<T> block, int kernels, int fluxNumbers, int step) : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public object CreateScratch(int rows, int columns) => new SymmetricStepMemory<T>(block, rows, columns);

        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch) =>
            block.Apply(inputs[0].Values, value.Values, (SymmetricStepMemory<T>)scratch!);

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch) =>
            block.Backward(
                inputs[0].Values,
                adjoint.Values,
                inputAdjoints[0].Values,
                gradient.Slice(kernels, block.Bank.Kernels.Length),
                gradient.Slice(fluxNumbers, block.Flux.ParameterCount),
                ref gradient[step],
                (SymmetricStepMemory<T>)scratch!);
    }
}
