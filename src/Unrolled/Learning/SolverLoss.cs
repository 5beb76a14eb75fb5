using Unrolled.Differentiation;
using Unrolled.Newton;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// The loss <c>1/N sum_i sum_k w_k ||F(x_k)||^2</c> of a learned nonlinear solver with its exact gradient with respect to constant
/// weights, by reverse mode through all steps: for optimizers that need gradients only, at a fraction of the cost of
/// <see cref="SolverResiduals"/>.
/// </summary>
/// <remarks>
/// <para>A step is compiled forwards and backwards; forwards it keeps what the way back needs, so that nothing is computed twice, and F at
/// an iterate serves the loss and the next step: <c>K n + 1</c> evaluations in all. In Newton-Krylov form derivatives go through J(x_k),
/// which <see cref="SolverResiduals"/> leaves out. For systems of a few unknowns: F is inlined at every evaluation of a step.</para>
/// <para>Work: about two and a half times that of the steps alone. Storage: that of one chunk per thread, which fits the second-level cache.
/// Sums of chunks are added in the order of the chunks, so the bits do not depend on the number of threads. An evaluation allocates
/// nothing. One evaluation at a time. No preconditioner.</para>
/// </remarks>
public sealed class SolverLoss : IObjective, IDisposable
{
    private readonly SolverLossChunk[] _chunks;
    private readonly SolverLossWorker[] _workers;
    private readonly double[] _theta;
    private readonly double _scale;
    private readonly RankTeam _team;

    /// <summary>Composes and compiles the loss.</summary>
    /// <param name="f">F(x, p), or F(x, p, t), which is taken at t = 0.</param>
    /// <param name="parameters">p: (parameters, instances).</param>
    /// <param name="start">x_0: (unknowns, instances).</param>
    /// <param name="form">The form of the step.</param>
    /// <param name="innerEvaluations">n.</param>
    /// <param name="stepWeights">w_1 .. w_K: one for every step.</param>
    /// <param name="threads">The number of threads; null for all processors.</param>
    /// <param name="ranks">The processes that share the work; null for this one alone.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is no step or no instance.</exception>
    public SolverLoss(
        Function f, Batch parameters, Batch start, LearnedForm form, int innerEvaluations, ReadOnlySpan<double> stepWeights, int? threads = null, IRanks? ranks = null)
    {
        LearnedStepFunctions.RequireSystem(f);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerEvaluations);
        Guard.Equal(start.Components, f.Inputs[0].Length, "the number of components of the start", "that of the unknowns of F");
        Guard.Equal(parameters.Components, f.Inputs[1].Length, "the number of parameters", "that of F");
        Guard.Equal(parameters.Instances, start.Instances, "the number of instances of the parameters", "that of the start");
        if (stepWeights.IsEmpty || start.Instances == 0)
        {
            throw new ArgumentException($"there are {stepWeights.Length} step weights and {start.Instances} instances; at least one of each is needed", nameof(stepWeights));
        }

        ParameterCount = innerEvaluations * (innerEvaluations + 1) / 2;
        _scale = 1.0 / start.Instances;
        _theta = GC.AllocateArray<double>(ParameterCount, pinned: true);
        _chunks = SolverLossChunk.Of(parameters, start, ParameterCount);
        SolverLossKernels kernels = new(f, form, innerEvaluations);
        double[] weights = [0, .. stepWeights]; // nothing is asked of the start
        int used = Math.Clamp(threads ?? Environment.ProcessorCount, 1, _chunks.Length);
        _workers = [.. Enumerable.Range(0, used).Select(_ => new SolverLossWorker(kernels, weights))];
        _team = new RankTeam(used, ranks, (thread, chunk) => _workers[thread].Run(_chunks[chunk], _theta), Exchange);
    }

    /// <inheritdoc/>
    public int ParameterCount { get; }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Guard.Equal(parameters.Length, ParameterCount, "the number of weights given", "that of the step");
        Guard.Equal(gradient.Length, ParameterCount, "the length of the gradient", "the number of weights");
        parameters.CopyTo(_theta);
        _team.Run(_chunks.Length);
        gradient.Clear();
        double loss = 0;
        foreach (SolverLossChunk chunk in _chunks)
        {
            loss += chunk.Loss;
            for (int w = 0; w < gradient.Length; w++)
            {
                gradient[w] += _scale * chunk.Gradient[w];
            }
        }

        return _scale * loss;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private void Exchange(int chunk, ref ItemStream stream)
    {
        stream.Pass(ref _chunks[chunk].Loss);
        stream.Pass<double>(_chunks[chunk].Gradient);
    }
}
