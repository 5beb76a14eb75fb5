using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion.Networks;

/// <summary>How a convolution of an unconstrained network ends.</summary>
internal enum Rectification
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>With <c>max(x, 0)</c>.</summary>
    Relu,
}

/// <summary>A layer of an unconstrained network: <c>K x + b</c>, rectified or not.</summary>
/// <param name="input">What it reads.</param>
/// <param name="shape">Its convolutions.</param>
/// <param name="kernels">Where its kernels begin among the weights: (filters, channels, rows, columns) numbers.</param>
/// <param name="biases">Where its biases begin, one per filter.</param>
/// <param name="end">How it ends.</param>
internal sealed class ConvolutionNode(int input, BankShape shape, int kernels, int biases, Rectification end) : FieldNode([input], shape.Filters)
{
    /// <summary>Its convolutions.</summary>
    public BankShape Shape { get; } = shape;

    /// <summary>Where its kernels begin among the weights.</summary>
    public int Kernels { get; } = kernels;

    /// <summary>Where its biases begin among the weights.</summary>
    public int Biases { get; } = biases;

    /// <summary>How it ends.</summary>
    public Rectification End { get; } = end;

    public override int Radius => Math.Max(Shape.KernelRows, Shape.KernelColumns) / 2;

    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>(
        Shape.Create(weights.Slice(Kernels, Shape.KernelCount)), weights.Slice(Biases, Shape.Filters).ToArray(), Kernels, Biases, End);

    private sealed class Operation<T>(ConvolutionBank<T> bank, T[] bias, int kernels, int biases, Rectification end) : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public object CreateScratch(int rows, int columns) => new Scratch(bank, rows, columns);

        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch)
        {
            bank.Apply(inputs[0].Values, value.Values, ((Scratch)scratch!).Memory);
            for (int c = 0; c < bank.Filters; c++)
            {
                Span<T> plane = value.Plane(0, c);
                if (end == Rectification.Relu)
                {
                    LayerKernels.AddBiasAndRectify(bias[c], plane);
                }
                else
                {
                    LayerKernels.AddBias(bias[c], plane);
                }
            }
        }

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch)
        {
            var own = (Scratch)scratch!;
            Field<T> responses = adjoint;
            if (end == Rectification.Relu)
            {
                responses = own.Responses;
                LayerKernels.RectifyAdjoint<T>(value.Values, adjoint.Values, responses.Values);
            }

            for (int c = 0; c < bank.Filters; c++)
            {
                gradient[biases + c] += LayerKernels.Sum<T>(responses.Plane(0, c));
            }

            bank.AccumulateKernelGradient(inputs[0].Values, responses.Values, gradient.Slice(kernels, bank.Kernels.Length), own.Memory);
            bank.ApplyAdjoint(responses.Values, inputAdjoints[0].Values, own.Memory);
        }

        private sealed class Scratch(ConvolutionBank<T> bank, int rows, int columns)
        {
            public ConvolutionMemory<T> Memory { get; } = new(bank, rows, columns);

            public Field<T> Responses { get; } = new(1, bank.Filters, rows, columns);
        }
    }
}
