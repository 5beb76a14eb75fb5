using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>
/// A fully connected ReLU network of d inputs and one output, with exact gradients: what one would train on labeled bits who does not know what a parity is.
/// It stands in reports beside networks that run a learning algorithm.
/// </summary>
/// <remarks>
/// <para>Layer k: <c>y_k = W_k r(y_(k-1)) + b_k</c>, the first one without r, and <c>+ y_(k-2)</c> where a residual block ends. Bits are +1 for 0 and
/// -1 for 1; the label is that of the output's sign.</para>
/// <para>Parameters are one array: per layer W row after row, then b. Immutable; safe for use by several threads.</para>
/// </remarks>
public sealed class FullyConnectedNetwork
{
    private const int Blocks = 2;

    private readonly Layer[] _layers;

    /// <summary>A network of a shape.</summary>
    /// <param name="shape">How its layers are connected.</param>
    /// <param name="bits">d.</param>
    /// <param name="width">The width of the hidden layers.</param>
    public FullyConnectedNetwork(FullyConnectedShape shape, int bits, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Shape, Bits, Width) = (shape, bits, width);
        int hidden = shape == FullyConnectedShape.Perceptron ? 1 : 2 * Blocks;
        _layers = new Layer[hidden + 2];
        for (int k = 0, start = 0; k < _layers.Length; start += _layers[k++].Length)
        {
            bool endsBlock = shape == FullyConnectedShape.Residual && k is > 0 && k <= hidden && k % 2 == 0;
            _layers[k] = new Layer(start, k == 0 ? bits : width, k > hidden ? 1 : width, endsBlock);
        }
    }

    /// <summary>How the layers are connected.</summary>
    public FullyConnectedShape Shape { get; }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>The width of the hidden layers.</summary>
    public int Width { get; }

    /// <summary>The number of parameters.</summary>
    public int Parameters => _layers[^1].Start + _layers[^1].Length;

    /// <summary>The narrowest network with at least so many parameters.</summary>
    public static FullyConnectedNetwork WithParameters(FullyConnectedShape shape, int bits, int parameters)
    {
        int width = 1;
        FullyConnectedNetwork network;
        while ((network = new FullyConnectedNetwork(shape, bits, width)).Parameters < parameters)
        {
            width++;
        }

        return network;
    }

    /// <summary>Random parameters: weights normal with variance 2 / inputs, those that end a residual block divided by the number of blocks; biases 0.</summary>
    public double[] Start(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        double[] parameters = new double[Parameters];
        foreach (Layer layer in _layers)
        {
            double deviation = Math.Sqrt(2.0 / layer.Inputs / (layer.EndsBlock ? Blocks : 1));
            for (int n = 0; n < layer.Weights; n++)
            {
                parameters[layer.Start + n] = deviation * stream.NextNormal();
            }
        }

        return parameters;
    }

    /// <summary>Half of the mean squared difference between outputs and labels (+1 and -1), and its gradient.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="gradient">Overwritten; as the parameters.</param>
    /// <exception cref="ArgumentException">A length does not fit, or there are no examples.</exception>
    public double Loss(ReadOnlySpan<double> parameters, LabeledExamples examples, Span<double> gradient)
    {
        Guard.Equal(gradient.Length, parameters.Length, "the length of the gradient", "the number of parameters");
        Batch[] values = Evaluate(parameters, examples?.Inputs!);
        Batch outputs = values[^1], adjoint = Batch.Zeros(1, outputs.Instances);
        double loss = 0, weight = 1.0 / outputs.Instances;
        for (int i = 0; i < outputs.Instances; i++)
        {
            double difference = outputs[0, i] - (examples!.Labels[i] ? -1 : 1);
            loss += 0.5 * weight * difference * difference;
            adjoint[0, i] = weight * difference;
        }

        Back(parameters, values, adjoint, gradient);
        return loss;
    }

    /// <summary>The part of the labels that the outputs' signs give right.</summary>
    public double Accuracy(ReadOnlySpan<double> parameters, LabeledExamples examples)
    {
        Batch outputs = Evaluate(parameters, examples?.Inputs!)[^1];
        int right = 0;
        for (int i = 0; i < outputs.Instances; i++)
        {
            right += outputs[0, i] < 0 == examples!.Labels[i] ? 1 : 0;
        }

        return (double)right / outputs.Instances;
    }

    /// <summary>The inputs of the first layer and of every further one after r, and the output.</summary>
    private Batch[] Evaluate(ReadOnlySpan<double> parameters, BitRows inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs, "examples");
        Guard.Equal(parameters.Length, Parameters, "the number of parameters", "that of the network");
        Guard.Equal(inputs.Width, Bits, "the number of bits of the examples", "that of the network");
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs.Count, 1, "examples");
        Batch[] sums = new Batch[_layers.Length + 1];
        Batch x = sums[0] = Batch.Zeros(Bits, inputs.Count);
        for (int n = 0; n < x.Length; n++)
        {
            x.Values[n] = inputs[n % inputs.Count, n / inputs.Count] ? -1 : 1;
        }

        for (int k = 0; k < _layers.Length; k++)
        {
            Layer layer = _layers[k];
            Batch y = sums[k + 1] = Batch.Zeros(layer.Outputs, inputs.Count);
            MatrixKernels.Multiply(parameters.Slice(layer.Start, layer.Weights), layer.Outputs, layer.Inputs, k == 0 ? x : Rectified(sums[k]), y);
            for (int i = 0; i < layer.Outputs; i++)
            {
                Span<double> row = y.Row(i);
                double bias = parameters[layer.Start + layer.Weights + i];
                for (int s = 0; s < row.Length; s++)
                {
                    row[s] += bias;
                }
            }

            if (layer.EndsBlock)
            {
                Kernels.Add<double>(y.Values, sums[k - 1].Values, y.Values);
            }
        }

        return sums;
    }

    private void Back(ReadOnlySpan<double> parameters, Batch[] sums, Batch output, Span<double> gradient)
    {
        Batch[] adjoints = new Batch[sums.Length];
        for (int k = 0; k < sums.Length - 1; k++)
        {
            adjoints[k] = Batch.Zeros(sums[k].Components, sums[k].Instances);
        }

        adjoints[^1] = output;
        for (int k = _layers.Length - 1; k >= 0; k--)
        {
            Layer layer = _layers[k];
            Batch dy = adjoints[k + 1], x = k == 0 ? sums[0] : Rectified(sums[k]), dx = Batch.Zeros(layer.Inputs, dy.Instances);
            for (int i = 0; i < layer.Outputs; i++)
            {
                double bias = 0;
                foreach (double d in dy.Row(i))
                {
                    bias += d;
                }

                gradient[layer.Start + layer.Weights + i] = bias;
                for (int j = 0; j < layer.Inputs; j++)
                {
                    int at = layer.Start + (i * layer.Inputs) + j;
                    gradient[at] = Kernels.Dot<double>(dy.Row(i), x.Row(j));
                    Kernels.MultiplyAdd(parameters[at], dy.Row(i), dx.Row(j), dx.Row(j));
                }
            }

            for (int n = 0; k > 0 && n < dx.Length; n++)
            {
                adjoints[k].Values[n] += sums[k].Values[n] > 0 ? dx.Values[n] : 0;
            }

            if (layer.EndsBlock)
            {
                Kernels.Add<double>(adjoints[k - 1].Values, dy.Values, adjoints[k - 1].Values);
            }
        }
    }

    private static Batch Rectified(Batch values)
    {
        Batch rectified = Batch.Zeros(values.Components, values.Instances);
        for (int n = 0; n < values.Length; n++)
        {
            rectified.Values[n] = Math.Max(values.Values[n], 0);
        }

        return rectified;
    }

    private readonly record struct Layer(int Start, int Inputs, int Outputs, bool EndsBlock)
    {
        public int Weights => Inputs * Outputs;

        public int Length => Weights + Outputs;
    }
}
