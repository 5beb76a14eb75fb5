using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Learning.Fields;

/// <summary>
/// The mean squared error of a network on a batch of noisy patches, and its gradient by reverse mode through the whole network.
/// </summary>
/// <remarks>
/// Every patch is a work item with a random stream, memory and gradient of its own; gradients are added in the order of the patches, so
/// that neither loss nor gradient depends on the number of threads or processes. In single precision, sums over patches in double.
/// </remarks>
internal sealed class FieldLoss : IDisposable
{
    private readonly FieldNetwork _network;
    private readonly DenoisingFamily _family;
    private readonly FieldFitOptions _options;
    private readonly RankTeam _team;
    private readonly Worker[] _workers;
    private readonly float[][] _gradients;
    private readonly double[] _sigmas;
    private readonly double[] _losses;
    private readonly double[] _weightGradient;
    private Parameters? _parameters;
    private BoundGraph<float>? _shared;
    private RandomStream? _stream;

    public FieldLoss(FieldNetwork network, DenoisingFamily family, FieldFitOptions options)
    {
        (_network, _family, _options) = (network, family, options);
        int weights = network.Graph.WeightCount;
        _gradients = [.. Enumerable.Range(0, options.BatchSize).Select(_ => new float[weights])];
        _sigmas = new double[options.BatchSize];
        _losses = new double[options.BatchSize];
        _weightGradient = new double[weights];
        _workers = [.. Enumerable.Range(0, options.Threads).Select(_ => new Worker(options))];
        _team = new RankTeam(options.Threads, options.Ranks, Evaluate, Exchange);
    }

    /// <summary>The loss of a batch that the stream draws; the gradient with respect to the parameters of the network is written.</summary>
    public double Evaluate(Parameters parameters, RandomStream stream, Parameters gradient)
    {
        (_parameters, _stream) = (parameters, stream);
        (double least, double largest) = _family.Noise.Sigma;
        _shared = least == largest ? _network.Bind<float>(parameters, least) : null;
        _team.Run(_options.BatchSize);
        gradient.Values.Clear();
        double loss = 0;
        for (int i = 0; i < _options.BatchSize; i++)
        {
            for (int k = 0; k < _weightGradient.Length; k++)
            {
                _weightGradient[k] = _gradients[i][k];
            }

            _network.AddGradient(_weightGradient, _sigmas[i], gradient);
            loss += _losses[i];
        }

        return loss / _options.BatchSize;
    }

    public void Dispose() => _team.Dispose();

    private void Evaluate(int thread, int item)
    {
        Worker worker = _workers[thread];
        _family.DrawInstance(worker.Batch, 0, _stream!.Split((ulong)item));
        double sigma = _sigmas[item] = worker.Batch.Sigma[0];
        BoundGraph<float> graph = _shared ?? _network.Bind<float>(_parameters!, sigma);
        FieldGraphMemory<float> memory = worker.Memory ??= graph.CreateMemory(_options.PatchRows, _options.PatchColumns);
        worker.Batch.Noisy.CopyTo(memory.Input);
        graph.Run(memory);
        _losses[item] = worker.Residual(memory.Output, _options.Margin, _options.BatchSize);
        Span<float> gradient = _gradients[item];
        gradient.Clear();
        graph.Backward(memory, worker.Adjoint, gradient);
    }

    private void Exchange(int item, ref ItemStream stream)
    {
        stream.Pass(ref _losses[item]);
        stream.Pass(ref _sigmas[item]);
        stream.Pass<float>(_gradients[item]);
    }

    private sealed class Worker(FieldFitOptions options)
    {
        public NoisyFields Batch { get; } = new(1, options.PatchRows, options.PatchColumns);

        public Field<float> Adjoint { get; } = new(1, 1, options.PatchRows, options.PatchColumns);

        public FieldGraphMemory<float>? Memory { get; set; }

        /// <summary>The mean squared error inside the margin; its gradient over the whole batch becomes the adjoint.</summary>
        public double Residual(Field<float> output, int margin, int batch)
        {
            int rowMargin = Math.Min(margin, (output.Rows - 1) / 2), columnMargin = Math.Min(margin, (output.Columns - 1) / 2);
            int count = (output.Rows - (2 * rowMargin)) * (output.Columns - (2 * columnMargin));
            float scale = 2f / ((float)count * batch);
            Adjoint.Values.Clear();
            double sum = 0;
            for (int i = rowMargin; i < output.Rows - rowMargin; i++)
            {
                int start = (i * output.Columns) + columnMargin, length = output.Columns - (2 * columnMargin);
                ReadOnlySpan<float> u = output.Values.Slice(start, length), clean = Batch.Clean.Values.Slice(start, length);
                Span<float> adjoint = Adjoint.Values.Slice(start, length);
                Kernels.Subtract(u, clean, adjoint);
                sum += Kernels.Dot<float>(adjoint, adjoint);
                Kernels.Multiply(scale, adjoint, adjoint);
            }

            return sum / count;
        }
    }
}
