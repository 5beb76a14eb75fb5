using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// The residuals <c>w (y_n(θ) - y*_n)</c> of a rollout at its checkpoints, with the exact Jacobian with respect to the coefficients θ.
/// </summary>
/// <remarks>
/// <para>The sensitivity <c>S_n = dz_n/dθ</c> follows the recursion <c>S_{n+1} = (dStep/dz) S_n + dStep/dθ</c>. Both derivatives come
/// from one reverse sweep through the step per component of z, each of which gives the derivative with respect to all coefficients at
/// once; so a step costs <c>states</c> reverse sweeps and <c>2 states^2</c> operations per coefficient, however many coefficients
/// there are. Rows of <c>[J r]</c> are reduced to a triangle at every checkpoint and never stored.</para>
/// <para>Chunks of instances whose sensitivities fit the second-level cache run through the whole rollout in one thread's memory; a
/// group of chunks fills one triangle, and triangles are joined in the order of the groups, so the bits do not depend on the number of
/// threads.</para>
/// </remarks>
public sealed class RolloutResiduals : IResiduals, IDisposable
{
    private const int GroupWidth = 64;
    private const int CacheBytes = 400 * 1024;

    private readonly Rollout _rollout;
    private readonly RolloutChunk[] _chunks;
    private readonly RolloutWorker[] _workers;
    private readonly int _chunksPerGroup;
    private readonly TriangularFactor[] _factors;
    private readonly double[] _values;
    private readonly double[] _errors;
    private readonly double[] _theta;
    private readonly RankTeam _team;
    private bool _linearize;

    /// <summary>Prepares a rollout; the reverse sweep of the step is compiled at first use.</summary>
    /// <param name="rollout">The trajectories.</param>
    /// <param name="threads">The number of threads; null for all processors.</param>
    /// <param name="ranks">The processes that share the work; null for this one alone.</param>
    /// <exception cref="ArgumentException">The shapes of the rollout do not fit each other.</exception>
    public RolloutResiduals(Rollout rollout, int? threads = null, IRanks? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        rollout.Validate();
        _rollout = rollout;
        ParameterCount = rollout.Step.Inputs[2].Length;
        int bytes = 2 * sizeof(double) * rollout.Step.Inputs[0].Length * ParameterCount;
        int width = Math.Min(Math.Clamp(CacheBytes / bytes & -8, 8, GroupWidth), (rollout.Instances + 7) & -8);
        _chunks = [.. Enumerable.Range(0, (rollout.Instances + width - 1) / width).Select(c => new RolloutChunk(rollout, c * width, width))];
        _chunksPerGroup = Math.Max(1, GroupWidth / width);
        int groups = (_chunks.Length + _chunksPerGroup - 1) / _chunksPerGroup;
        _factors = [.. Enumerable.Range(0, groups).Select(_ => new TriangularFactor(ParameterCount + 1))];
        _values = new double[_chunks.Length];
        _errors = new double[rollout.Weights.Length];
        _theta = new double[ParameterCount];
        Function reverse = Reverse(rollout.Step);
        Function? firstReverse = rollout.FirstStep is null ? null : Reverse(rollout.FirstStep);
        int used = Math.Clamp(threads ?? Environment.ProcessorCount, 1, groups);
        _workers = [.. Enumerable.Range(0, used).Select(_ => new RolloutWorker(rollout, reverse, firstReverse, width))];
        _team = new RankTeam(used, ranks, RunGroup, Exchange);
    }

    /// <inheritdoc/>
    public int ParameterCount { get; }

    /// <summary>The trajectories.</summary>
    public Rollout Rollout => _rollout;

    /// <summary>The distances <c>|y_n - y*_n|</c> of the last call, without weights: (checkpoints, instances).</summary>
    public ReadOnlySpan<double> Errors => _errors;

    /// <summary>Replaces the weights (checkpoints, instances) of the residuals.</summary>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public void Reweight(ReadOnlySpan<double> weights)
    {
        if (weights.Length != _errors.Length)
        {
            throw new ArgumentException($"{weights.Length} weights were given, the rollout has {_errors.Length}", nameof(weights));
        }

        foreach (RolloutChunk chunk in _chunks)
        {
            chunk.Reweight(weights, _rollout.Instances);
        }
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        Run(parameters, linearize: false);
        return Sum();
    }

    /// <inheritdoc/>
    public double Linearize(ReadOnlySpan<double> parameters, TriangularFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        Run(parameters, linearize: true);
        double sum = Sum();
        if (double.IsFinite(sum))
        {
            foreach (TriangularFactor part in _factors)
            {
                factor.Append(part);
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private static Function Reverse(Function step) => step.VectorJacobianProduct("z", "theta").With("u_z_next", InputKind.Uniform);

    private void Run(ReadOnlySpan<double> parameters, bool linearize)
    {
        if (parameters.Length != ParameterCount)
        {
            throw new ArgumentException($"{parameters.Length} coefficients were given, the step has {ParameterCount}", nameof(parameters));
        }

        parameters.CopyTo(_theta);
        _linearize = linearize;
        _team.Run(_factors.Length);
    }

    private void RunGroup(int thread, int group)
    {
        _factors[group].Clear();
        for (int c = group * _chunksPerGroup; c < Math.Min((group + 1) * _chunksPerGroup, _chunks.Length); c++)
        {
            _values[c] = _linearize
                ? _workers[thread].Linearize(_chunks[c], _theta, _errors, _factors[group])
                : _workers[thread].Evaluate(_chunks[c], _theta, _errors);
        }
    }

    private void Exchange(int group, ref ItemStream stream)
    {
        int first = group * _chunksPerGroup, end = Math.Min((group + 1) * _chunksPerGroup, _chunks.Length);
        stream.Pass(_values.AsSpan(first..end));
        for (int c = first; c < end; c++)
        {
            for (int row = 0; row < _errors.Length; row += _rollout.Instances)
            {
                stream.Pass(_errors.AsSpan(row + _chunks[c].First, _chunks[c].Count));
            }
        }

        if (_linearize)
        {
            _factors[group].Exchange(ref stream);
        }
    }

    private double Sum()
    {
        double sum = 0;
        foreach (double value in _values)
        {
            sum += value;
        }

        return sum;
    }
}
