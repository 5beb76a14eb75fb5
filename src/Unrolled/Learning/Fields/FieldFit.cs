using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Learning.Fields;

/// <summary>
/// Trains a network for signals or images by Adam on freshly drawn noisy patches, with a rate that rises for a while and falls as a
/// cosine; the parameters with the least validation error are kept.
/// </summary>
/// <remarks>Deterministic: iterations are counted, no clock takes part, and threads do not change a bit. The state is a few vectors.</remarks>
public sealed class FieldFit : IFitRounds
{
    private readonly INetworkVariables _variables;
    private readonly FieldFitOptions _options;
    private readonly FieldLoss _loss;
    private readonly FieldValidation _validation;
    private readonly FieldNetwork _network;
    private readonly double[] _theta;
    private readonly double[] _gradient;
    private readonly Adam _adam;
    private readonly Parameters _parameters;
    private readonly Parameters _parameterGradient;
    private double[] _best;

    /// <summary>Begins at some parameters, or goes on where an earlier fit was left.</summary>
    /// <param name="network">The network.</param>
    /// <param name="variables">What is turned.</param>
    /// <param name="start">The first parameters.</param>
    /// <param name="family">Draws noisy patches.</param>
    /// <param name="validation">Decides which parameters are kept.</param>
    /// <param name="options">How.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public FieldFit(
        FieldNetwork network, INetworkVariables variables, Parameters start, DenoisingFamily family, FieldValidation validation, FieldFitOptions? options = null, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(validation);
        (_network, _variables, _validation, _options) = (network, variables, validation, options ?? new());
        _loss = new FieldLoss(network, family, _options);
        _adam = new Adam(variables.Count);
        _gradient = new double[variables.Count];
        _parameters = network.CreateParameters();
        _parameterGradient = network.CreateParameters();
        _theta = new double[variables.Count];
        if (state is null)
        {
            variables.Invert(start, _theta);
            _best = [.. _theta];
            BestError = double.PositiveInfinity;
            return;
        }

        state.Parameters.AsSpan(0, _theta.Length).CopyTo(_theta);
        _adam.State = state.Parameters[_theta.Length..];
        (_best, BestError, Rounds) = (state.Best, state.BestError, state.Rounds);
    }

    /// <inheritdoc/>
    public int Rounds { get; private set; }

    /// <inheritdoc/>
    public bool Finished => Rounds >= _options.Rounds;

    /// <inheritdoc/>
    public double BestError { get; private set; }

    /// <inheritdoc/>
    public FitState State => new([.. _theta, .. _adam.State], 0, _best, BestError, Rounds, 0);

    /// <inheritdoc/>
    public double[] BestCoefficients()
    {
        _variables.Map(_best, _parameters);
        return _parameters.Values.ToArray();
    }

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        RandomStream stream = new RandomStream(_options.Seed).Split("patches");
        for (int i = FirstIteration(Rounds); i < FirstIteration(Rounds + 1); i++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return true; // the state before this round is the one to go on from
            }

            _variables.Map(_theta, _parameters);
            _loss.Evaluate(_parameters, stream.Split((ulong)i), _parameterGradient);
            _variables.Pull(_theta, _parameterGradient, _gradient);
            _adam.Step(_theta, _gradient, Rate(i), _options.GradientNorm);
        }

        Rounds++;
        _variables.Map(_theta, _parameters);
        double error = _validation.Error(_network, _parameters);
        if (error < BestError)
        {
            BestError = error;
            _best = [.. _theta];
        }

        return !Finished;
    }

    /// <inheritdoc/>
    public void Dispose() => _loss.Dispose();

    private int FirstIteration(int round) => (int)((long)_options.Iterations * round / _options.Rounds);

    private double Rate(int iteration)
    {
        double rising = Math.Max(1, _options.WarmUp * _options.Iterations);
        double fall = (iteration - rising) / Math.Max(1, _options.Iterations - rising);
        return _options.LearningRate * (iteration < rising ? (iteration + 1) / rising : (1 + Math.Cos(Math.PI * fall)) / 2);
    }
}
