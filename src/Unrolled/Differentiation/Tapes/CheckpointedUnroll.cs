using Unrolled.Numerics;

namespace Unrolled.Differentiation;

/// <summary>
/// A recurrence that is recorded for one step and unrolled <c>T</c> times: the loss <c>sum_k scale_k loss(step k)</c> and
/// its gradient, with every <c>K</c>-th state stored and the states between computed again in the backward pass.
/// </summary>
/// <remarks>
/// <para>Memory: that of one step, and <c>ceil(T/K) + K</c> states, least at <c>K = sqrt(T)</c>, against that of <c>T</c>
/// steps on one tape. Work: at most three forward passes and one backward pass.</para>
/// <para>The gradient is that of the whole run on one tape up to rounding.</para>
/// <para>Used by one thread at a time.</para>
/// </remarks>
public sealed class CheckpointedUnroll : IRecordedLoss
{
    private readonly Tape _step;
    private readonly (Variable Before, Variable After)[] _state;
    private readonly Action<IReadOnlyList<Batch>> _start;
    private readonly double[] _lossScales;
    private readonly int _every;
    private readonly Batch[][] _checkpoints;
    private readonly Batch[][] _segment;
    private readonly Batch[] _gradients;

    /// <summary>Closes the tape of the step and takes memory for the states.</summary>
    /// <param name="step">The step, recorded and not closed: from inputs that want gradients to results, with loss terms.</param>
    /// <param name="state">The parts of the state: the input that a step reads and the result that the next step reads in its place.</param>
    /// <param name="lossScales">What the loss terms of each step are multiplied by; as many as there are steps.</param>
    /// <param name="every">The distance <c>K</c> of the stored states.</param>
    /// <param name="start">Writes the state before the first step; called at the beginning of every forward pass.</param>
    public CheckpointedUnroll(
        Tape step, ReadOnlySpan<(Variable Before, Variable After)> state, ReadOnlySpan<double> lossScales, int every, Action<IReadOnlyList<Batch>> start)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfZero(lossScales.Length, nameof(lossScales));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        _step = step;
        _state = state.ToArray();
        _start = start;
        _lossScales = lossScales.ToArray();
        _every = Math.Min(every, lossScales.Length);
        step.Close(Array.ConvertAll(_state, s => s.After));
        _checkpoints = NewStates((_lossScales.Length + _every - 1) / _every);
        _segment = NewStates(_every - 1);
        _gradients = NewStates(1)[0];
    }

    /// <summary>How many batches of memory the run uses, those of the step included.</summary>
    public int Buffers => _step.Buffers + ((_checkpoints.Length + _segment.Length + 1) * _state.Length);

    /// <summary>The gradient with respect to the state before the first step, part by part, after a backward pass.</summary>
    public IReadOnlyList<Batch> StartGradient => _gradients;

    /// <inheritdoc/>
    public double Forward(ReadOnlySpan<double> parameters)
    {
        _start(_checkpoints[0]);
        double loss = 0;
        for (int k = 0; k < _lossScales.Length; k++)
        {
            loss += Run(k, parameters);
            Keep(k + 1);
        }

        return loss;
    }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        foreach (Batch part in _gradients)
        {
            part.Values.Clear();
        }

        for (int k = _lossScales.Length - 1; k >= 0; k--)
        {
            Restore(k, parameters);
            for (int i = 0; i < _state.Length; i++)
            {
                _gradients[i].CopyTo(_step.Gradient(_state[i].After));
            }

            _step.Backward(parameters, gradient);
            for (int i = 0; i < _state.Length; i++)
            {
                _step.Gradient(_state[i].Before).CopyTo(_gradients[i]); // the tape's own memory serves the next forward pass too
            }
        }
    }

    /// <summary>Brings back what the adjoint of a step reads; the last step's still stands there from the forward pass.</summary>
    private void Restore(int k, ReadOnlySpan<double> parameters)
    {
        if (k == _lossScales.Length - 1)
        {
            return;
        }

        if ((k + 1) % _every == 0)
        {
            for (int j = k + 1 - _every; j < k; j++)
            {
                Run(j, parameters);
                Keep(j + 1);
            }
        }

        Run(k, parameters);
    }

    private double Run(int k, ReadOnlySpan<double> parameters)
    {
        Batch[] before = StateBefore(k);
        for (int i = 0; i < _state.Length; i++)
        {
            before[i].CopyTo(_step[_state[i].Before]);
        }

        _step.LossScale = _lossScales[k];
        return _step.Forward(parameters);
    }

    /// <summary>Stores the state that the step before <paramref name="k"/> ended with.</summary>
    private void Keep(int k)
    {
        if (k == _lossScales.Length)
        {
            return;
        }

        Batch[] before = StateBefore(k);
        for (int i = 0; i < _state.Length; i++)
        {
            _step.Value(_state[i].After).CopyTo(before[i]);
        }
    }

    private Batch[] StateBefore(int k) => k % _every == 0 ? _checkpoints[k / _every] : _segment[(k % _every) - 1];

    private Batch[][] NewStates(int count)
    {
        var states = new Batch[count][];
        for (int i = 0; i < count; i++)
        {
            states[i] = Array.ConvertAll(_state, s => Batch.Zeros(_step[s.Before].Components, _step[s.Before].Instances));
        }

        return states;
    }
}
