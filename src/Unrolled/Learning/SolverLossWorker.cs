using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>The memory of one thread for a <see cref="SolverLoss"/>.</summary>
internal sealed unsafe class SolverLossWorker
{
    private const int Width = SolverLossChunk.Width;
    private const int Stride = Width + 8; // an odd number of cache lines: rows spread over all sets of the cache

    private readonly SolverLossKernels _kernels;
    private readonly double[] _stepWeights; // from that of the start on
    private readonly Batch _iterates, _saved, _adjoint, _gradient, _loss;

    public SolverLossWorker(SolverLossKernels kernels, double[] stepWeights)
    {
        (_kernels, _stepWeights) = (kernels, stepWeights);
        int steps = stepWeights.Length - 1;
        _iterates = Batch.Zeros(steps * kernels.Unknowns, Stride);
        _saved = Batch.Zeros(steps * kernels.Saved, Stride);
        _adjoint = Batch.Zeros(kernels.Unknowns, Stride);
        _gradient = Batch.Zeros(kernels.Weights, Stride);
        _loss = Batch.Zeros(1, Stride);
    }

    /// <summary>Forwards through all steps and back.</summary>
    public void Run(SolverLossChunk chunk, double[] theta)
    {
        int count = chunk.Start.Instances, steps = _stepWeights.Length - 1;
        _gradient.Values.Clear();
        _loss.Values.Clear();
        BatchPointer loss = new(_loss.Pointer, Stride), adjoint = new(_adjoint.Pointer, Stride), gradient = new(_gradient.Pointer, Stride);
        BatchPointer parameters = new(chunk.Parameters.Pointer, count);
        fixed (double* coefficients = theta, weights = _stepWeights)
        {
            BatchPointer* inputs = stackalloc BatchPointer[] { default, parameters, new(coefficients, 1), default, loss, default, adjoint, gradient };
            BatchPointer* outputs = stackalloc BatchPointer[] { default, loss, default };
            for (int k = 0; k < steps; k++)
            {
                inputs[0] = Iterate(chunk, k);
                inputs[3] = new(weights + k, 1);
                outputs[0] = Iterate(chunk, k + 1);
                outputs[2] = Saved(k);
                _kernels.Forward.Run(inputs, outputs, count);
            }

            BatchPointer* last = stackalloc BatchPointer[] { Iterate(chunk, steps), parameters, new(weights + steps, 1), loss };
            BatchPointer* results = stackalloc BatchPointer[] { adjoint, loss };
            _kernels.End.Run(last, results, count);
            results[1] = gradient;
            for (int k = steps - 1; k >= 0; k--)
            {
                inputs[0] = Iterate(chunk, k);
                inputs[3] = new(weights + k, 1);
                inputs[5] = Saved(k);
                _kernels.Backward.Run(inputs, results, count);
            }
        }

        chunk.Loss = RowOperations.Sum(_loss.Row(0)[..count]);
        for (int w = 0; w < chunk.Gradient.Length; w++)
        {
            chunk.Gradient[w] = RowOperations.Sum(_gradient.Row(w)[..count]);
        }
    }

    private BatchPointer Iterate(SolverLossChunk chunk, int step) => step == 0
        ? new(chunk.Start.Pointer, chunk.Start.Instances)
        : new(_iterates.Pointer + ((step - 1) * _kernels.Unknowns * Stride), Stride);

    private BatchPointer Saved(int step) => new(_saved.Pointer + (step * _kernels.Saved * Stride), Stride);
}
