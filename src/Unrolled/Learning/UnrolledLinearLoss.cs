using Unrolled.Differentiation;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>
/// The R2N2 loss <c>1/N sum_i sum_{k=1..T} w_k ||f_i(x_{i,k})||^2</c> of an unrolled run of <see cref="LearnedKrylov"/>
/// from zero over a set of linear systems, with its gradient by reverse mode through the whole run.
/// </summary>
/// <remarks>
/// <para>Systems go in chunks through one set of buffers per thread, small enough to stay in the cache where the
/// systems are small; chunk sums are added in the order of the chunks, so the bits do not depend on the number of
/// threads. An evaluation allocates nothing.</para>
/// <para>Work: <c>n T</c> products forwards, <c>n T - 1</c> products with the adjoint backwards, and about
/// <c>3 T n (n + 1) / 2</c> updates.</para>
/// <para>Loss: arXiv:2211.12386, section 4, with <c>w_k = 4^k</c>.</para>
/// </remarks>
public sealed class UnrolledLinearLoss : IObjective, IDisposable
{
    private const int CacheBytes = 90 * 1024;
    private const int NarrowestChunk = 24; // three registers side by side, what the dense kernel likes best

    private readonly LinearSystem[] _chunks;
    private readonly Worker[] _workers;
    private readonly double[][] _gradients;
    private readonly double[] _losses;
    private readonly double[] _parameters;
    private readonly RankTeam _team;
    private readonly double _scale;

    /// <summary>Records the run.</summary>
    /// <param name="systems">The training set.</param>
    /// <param name="innerEvaluations">The number of evaluations a step, <c>n</c>.</param>
    /// <param name="lossWeights">The weights <c>w_1 ... w_T</c>.</param>
    /// <param name="samples">What the sum is divided by; the number of systems unless they stand for more.</param>
    /// <param name="threads">The number of threads; null for all processors.</param>
    /// <param name="checkpointEvery">Stores only the iterates after this many iterations and computes the others again: for runs of many
    /// iterations on large systems; null to record the whole run.</param>
    /// <param name="ranks">The processes that share the work; null for this one alone.</param>
    /// <exception cref="ArgumentException">The systems have a preconditioner, which belongs into their operator here, or there are no loss weights.</exception>
    public UnrolledLinearLoss(LinearSystem systems, int innerEvaluations, ReadOnlySpan<double> lossWeights, double? samples = null, int? threads = null,
        int? checkpointEvery = null, IRanks? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(systems);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerEvaluations);
        ArgumentOutOfRangeException.ThrowIfZero(lossWeights.Length, nameof(lossWeights));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(checkpointEvery ?? 1, nameof(checkpointEvery));
        if (systems.Preconditioner is not null)
        {
            throw new ArgumentException("the systems have a preconditioner; precondition their operator and right-hand sides instead");
        }

        ParameterCount = LearnedKrylov.WeightCount(innerEvaluations);
        _scale = 1 / (samples ?? systems.Instances);
        int width = Math.Min(systems.Instances, ChunkWidth(systems.Components, innerEvaluations, lossWeights.Length, checkpointEvery));
        _chunks = [.. Enumerable.Range(0, (systems.Instances + width - 1) / width)
            .Select(c => systems.Select([.. Enumerable.Range(c * width, Math.Min(width, systems.Instances - (c * width)))]))];
        int used = Math.Clamp(threads ?? Environment.ProcessorCount, 1, _chunks.Length);
        _gradients = [.. _chunks.Select(_ => new double[ParameterCount])];
        _losses = new double[_chunks.Length];
        _parameters = new double[ParameterCount];
        _workers = new Worker[used];
        for (int i = 0; i < used; i++)
        {
            _workers[i] = new Worker(_chunks, innerEvaluations, lossWeights, checkpointEvery);
        }

        _team = new RankTeam(used, ranks, RunChunk, Exchange);
    }

    /// <inheritdoc/>
    public int ParameterCount { get; }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        parameters.CopyTo(_parameters);
        _team.Run(_chunks.Length);
        double loss = 0;
        gradient.Clear();
        for (int c = 0; c < _chunks.Length; c++)
        {
            loss += _losses[c];
            double[] part = _gradients[c];
            for (int p = 0; p < part.Length; p++)
            {
                gradient[p] += part[p];
            }
        }

        for (int p = 0; p < gradient.Length; p++)
        {
            gradient[p] *= _scale;
        }

        return loss * _scale;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private static int ChunkWidth(int components, int innerEvaluations, int outerIterations, int? checkpointEvery)
    {
        int recorded = checkpointEvery is int every ? innerEvaluations + (2 * ((outerIterations / every) + every)) : innerEvaluations * outerIterations;
        int buffers = recorded + (2 * innerEvaluations) + 4;
        int fits = CacheBytes / (sizeof(double) * components * buffers);
        return Math.Max(NarrowestChunk, fits / 16 * 16);
    }

    private void RunChunk(int thread, int chunk)
    {
        IRecordedLoss run = _workers[thread].For(_chunks[chunk]);
        double[] gradient = _gradients[chunk];
        Array.Clear(gradient);
        _losses[chunk] = run.Forward(_parameters);
        run.Backward(_parameters, gradient);
    }

    private void Exchange(int chunk, ref ItemStream stream)
    {
        stream.Pass(ref _losses[chunk]);
        stream.Pass<double>(_gradients[chunk]);
    }

    /// <summary>The recorded runs of one thread: one for whole chunks, one for a narrower last chunk.</summary>
    private sealed class Worker
    {
        private readonly LinearSystemSlot _whole;
        private readonly LinearSystemSlot _last;
        private readonly IRecordedLoss _wholeRun;
        private readonly IRecordedLoss _lastRun;

        public Worker(LinearSystem[] chunks, int innerEvaluations, ReadOnlySpan<double> lossWeights, int? checkpointEvery)
        {
            _whole = new LinearSystemSlot(chunks[0]);
            _wholeRun = Record(_whole, innerEvaluations, lossWeights, checkpointEvery);
            bool same = chunks[^1].Instances == chunks[0].Instances;
            _last = same ? _whole : new LinearSystemSlot(chunks[^1]);
            _lastRun = same ? _wholeRun : Record(_last, innerEvaluations, lossWeights, checkpointEvery);
        }

        public IRecordedLoss For(LinearSystem chunk)
        {
            bool whole = chunk.Instances == _whole.System.Instances;
            (whole ? _whole : _last).System = chunk;
            return whole ? _wholeRun : _lastRun;
        }

        private static IRecordedLoss Record(LinearSystemSlot slot, int innerEvaluations, ReadOnlySpan<double> lossWeights, int? checkpointEvery) =>
            checkpointEvery is int every
                ? LearnedKrylov.RecordCheckpointed(slot, innerEvaluations, lossWeights, every)
                : LearnedKrylov.Record(slot, innerEvaluations, lossWeights);
    }
}
