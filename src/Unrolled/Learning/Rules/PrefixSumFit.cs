using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Trains a <see cref="PrefixSumNetwork"/> on short random strings by Adam and progressive loss; the running mean of the weights that does best on
/// much longer strings is kept.
/// </summary>
/// <remarks>
/// <para>Progressive loss: a random number of iterations without a gradient, then a random number with one; so the block learns to go
/// on from any state it comes to, and more iterations do no harm. Accuracy on long strings changes much from one round to the next, which
/// the running mean calms and the validation decides.</para>
/// <para>Deterministic: updates are counted, no clock takes part, and threads do not change a bit. An update whose gradient is not finite is left out.</para>
/// </remarks>
public sealed class PrefixSumFit : IFitRounds
{
    private readonly PrefixSumNetwork _network;
    private readonly PrefixSumFitOptions _options;
    private readonly PrefixSumLoss _loss;
    private readonly double[] _theta;
    private readonly double[] _mean;
    private readonly double[] _gradient;
    private readonly Adam _adam;
    private double[] _best;
    private bool _enough;

    /// <summary>Begins at random weights, or goes on where an earlier fit was left.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public PrefixSumFit(PrefixSumNetwork network, PrefixSumFitOptions? options = null, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        (_network, _options) = (network, options ?? new());
        int count = network.ParameterCount;
        int saved = (4 * count) + 2;
        if (state is not null && state.Parameters.Length != saved)
        {
            throw new ArgumentException($"the state has {state.Parameters.Length} numbers, a network of {count} weights needs {saved}", nameof(state));
        }

        _loss = new PrefixSumLoss(network, _options);
        _gradient = new double[count];
        _adam = new Adam(count);
        if (state is null)
        {
            _theta = network.InitialParameters(_options.Seed).Values.ToArray();
            (_mean, _best, BestError) = ([.. _theta], [.. _theta], double.PositiveInfinity);
            return;
        }

        _theta = state.Parameters[..count];
        _mean = state.Parameters[count..(2 * count)];
        _adam.State = state.Parameters[(2 * count)..^1];
        _enough = state.Parameters[^1] > 0;
        (_best, BestError, Rounds) = (state.Best, state.BestError, state.Rounds);
    }

    /// <inheritdoc/>
    public int Rounds { get; private set; }

    /// <inheritdoc/>
    public bool Finished => _enough || Rounds >= _options.Rounds;

    /// <inheritdoc/>
    /// <remarks>The mean over the validation lengths of the part of the strings with an error plus the part of wrong prefixes; from 0 to 2.</remarks>
    public double BestError { get; private set; }

    /// <summary>The mean loss of the last round, in nats per prefix; not a number before the first.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <inheritdoc/>
    /// <remarks>The parameters are the weights, their running mean, the state of Adam, and whether the validation says enough.</remarks>
    public FitState State => new([.. _theta, .. _mean, .. _adam.State, _enough ? 1 : 0], 0, [.. _best], BestError, Rounds, 0);

    /// <inheritdoc/>
    public double[] BestCoefficients() => [.. _best];

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        RandomStream stream = new RandomStream(_options.Seed).Split("batches");
        int first = FirstUpdate(Rounds), last = FirstUpdate(Rounds + 1);
        double loss = 0;
        for (int i = first; i < last; i++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return true; // the state before this round is the one to go on from
            }

            loss += _loss.Evaluate(_theta, Length(i), stream.Split((ulong)i), _gradient);
            Update(Rate(i));
        }

        Loss = loss / Math.Max(1, last - first);
        Rounds++;
        Validate();
        return !Finished;
    }

    /// <inheritdoc/>
    public void Dispose() => _loss.Dispose();

    private int FirstUpdate(int round) => (int)((long)_options.Updates * round / _options.Rounds);

    private int Length(int update)
    {
        double part = Math.Min(1, update / Math.Max(1, _options.Growth * _options.Updates));
        return _options.FirstBits + (int)(part * (_options.Bits - _options.FirstBits));
    }

    private double Rate(int update)
    {
        double rise = Math.Min(1, (update + 1.0) / Math.Max(1, _options.WarmUp));
        double fall = Math.Max(0, update - _options.WarmUp) / (double)Math.Max(1, _options.Updates - _options.WarmUp);
        return _options.LearningRate * rise * (_options.FinalRate + ((1 - _options.FinalRate) * (1 + Math.Cos(Math.PI * fall)) / 2));
    }

    private void Update(double rate)
    {
        if (!_adam.Step(_theta, _gradient, rate, _options.GradientNorm))
        {
            return;
        }

        Kernels.Multiply<double>(_options.Averaging, _mean, _mean);
        Kernels.MultiplyAdd<double>(1 - _options.Averaging, _theta, _mean, _mean);
    }

    /// <summary>Lengths are tried in order; one of which nothing is right spares the longer ones, which then count as guesses.</summary>
    private void Validate()
    {
        Parameters parameters = _network.CreateParameters();
        _mean.CopyTo(parameters.Values);
        double error = 0, least = 1;
        foreach (int bits in _options.ValidationBits)
        {
            PrefixSumAccuracy accuracy = least == 0
                ? new(0, 0.5)
                : _network.Accuracy(
                    parameters, bits, (int)Math.Ceiling(_options.IterationsPerBit * bits), _options.ValidationStrings, _options.Seed + 1, _options.Threads);
            least = Math.Min(least, accuracy.Strings);
            error += (2 - accuracy.Strings - accuracy.Bits) / _options.ValidationBits.Count;
        }

        _enough = least >= _options.Enough;
        if (error < BestError)
        {
            (BestError, _best) = (error, [.. _mean]);
        }
    }
}
