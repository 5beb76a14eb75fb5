using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// The loss <c>1/N sum_i sum_c w_ci^2 |y_ci(θ) - y*_ci|^2</c> of a rollout with its gradient with respect to the coefficients, by
/// reverse mode through all steps: for optimizers that need gradients only, at a fraction of the cost of a Jacobian.
/// </summary>
/// <remarks>
/// <para>Forwards every state is stored; backwards one compiled function per step turns the adjoint of the state after the step into
/// that before it and adds the step's part of the gradient, <c>λ_n = (dStep/dz)' λ_{n+1}</c>, <c>g += (dStep/dθ)' λ_{n+1}</c>; stages
/// are computed again instead of stored. Work: about three rollouts, however many coefficients there are.</para>
/// <para>What a step of a chunk of instances touches stays in the first-level cache, its states of all steps in the second. Sums of chunks
/// are added in the order of the chunks, so the bits do not depend on the number of threads. An evaluation allocates nothing. One
/// evaluation at a time.</para>
/// </remarks>
public sealed class RolloutLoss : IObjective, IDisposable
{
    private const int FirstLevelBytes = 24 * 1024;
    private const int SecondLevelBytes = 256 * 1024;
    private const int ChunksAtATime = 4;

    private readonly RolloutChunk[] _chunks;
    private readonly RolloutGradient[] _workers;
    private readonly double[][] _gradients;
    private readonly double[] _losses;
    private readonly double[] _theta;
    private readonly double _scale;
    private readonly RankTeam _team;

    /// <summary>Compiles the reverse sweep of a rollout.</summary>
    /// <param name="rollout">The trajectories; a first step of its own is not supported.</param>
    /// <param name="threads">The number of threads; null for all processors.</param>
    /// <param name="ranks">The processes that share the work; null for this one alone.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is a first step of its own.</exception>
    public RolloutLoss(Rollout rollout, int? threads = null, IRanks? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        rollout.Validate();
        if (rollout.FirstStep is not null || rollout.StepsBefore > 0)
        {
            throw new ArgumentException("the loss of a rollout with a start-up is not supported; use its residuals", nameof(rollout));
        }

        ParameterCount = rollout.Step.Inputs[2].Length;
        _scale = 1.0 / rollout.Instances;
        int width = ChunkWidth(rollout);
        _chunks = [.. Enumerable.Range(0, (rollout.Instances + width - 1) / width).Select(c => new RolloutChunk(rollout, c * width, width))];
        _gradients = [.. _chunks.Select(_ => new double[ParameterCount])];
        _losses = new double[_chunks.Length];
        _theta = GC.AllocateArray<double>(ParameterCount, pinned: true);
        int used = Math.Clamp(threads ?? Environment.ProcessorCount, 1, _chunks.Length);
        _workers = [.. Enumerable.Range(0, used).Select(_ => new RolloutGradient(rollout, width))];
        _team = new RankTeam(used, ranks, (thread, index) => _losses[index] = _workers[thread].Evaluate(_chunks[index], _theta, _gradients[index]), Exchange);
    }

    /// <inheritdoc/>
    public int ParameterCount { get; }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        if (parameters.Length != ParameterCount || gradient.Length != ParameterCount)
        {
            throw new ArgumentException($"{parameters.Length} coefficients and a gradient of {gradient.Length} were given, the step has {ParameterCount}");
        }

        parameters.CopyTo(_theta);
        _team.Run(_chunks.Length);
        gradient.Clear();
        double loss = 0;
        for (int c = 0; c < _chunks.Length; c++)
        {
            loss += _losses[c];
            for (int q = 0; q < gradient.Length; q++)
            {
                gradient[q] += _scale * _gradients[c][q];
            }
        }

        return _scale * loss;
    }

    /// <summary>The number of threads has no part in it: the order of the sums follows from the width.</summary>
    private static int ChunkWidth(Rollout rollout)
    {
        int states = rollout.Step.Inputs[0].Length, others = rollout.Step.Inputs[1].Length + rollout.Step.Inputs[2].Length + 2;
        int perStep = (3 * states) + others, inAll = ((rollout.Steps + 2) * states) + others;
        int most = Math.Max(32, Math.Min(FirstLevelBytes / perStep, SecondLevelBytes / inAll) / sizeof(double));
        int chunks = (rollout.Instances + most - 1) / most;
        chunks = (chunks + ChunksAtATime - 1) / ChunksAtATime * ChunksAtATime; // as many for every thread
        return ((rollout.Instances + chunks - 1) / chunks + 31) & -32;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private void Exchange(int chunk, ref ItemStream stream)
    {
        stream.Pass(ref _losses[chunk]);
        stream.Pass<double>(_gradients[chunk]);
    }
}
