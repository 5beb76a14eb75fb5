using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>The memory of one thread for rollouts, and the recurrences of states and sensitivities in it.</summary>
internal sealed class RolloutWorker
{
    private readonly Rollout _rollout;
    private readonly Kernel _step;
    private readonly Kernel _reverse;
    private readonly Kernel _firstStep;
    private readonly Kernel _firstReverse;
    private readonly int _states;
    private readonly int _coefficients;
    private readonly int _width;
    private readonly Batch _z;
    private readonly Batch _transition;
    private Batch _sensitivity;
    private Batch _next;
    private readonly Batch _block;
    private readonly double[] _theta;
    private readonly double[] _h = new double[1];
    private readonly double[] _t = new double[1];
    private readonly double[][] _units;
    private readonly Memory<double>[] _stepInputs;
    private readonly Memory<double>[] _stepOutputs;
    private readonly Memory<double>[] _reverseInputs;
    private readonly Memory<double>[] _reverseOutputs = new Memory<double>[2];

    public RolloutWorker(Rollout rollout, Function reverse, Function? firstReverse, int width)
    {
        _rollout = rollout;
        _step = rollout.Step.Kernel;
        _reverse = reverse.Kernel;
        _firstStep = (rollout.FirstStep ?? rollout.Step).Kernel;
        _firstReverse = (firstReverse ?? reverse).Kernel;
        _states = rollout.Step.Inputs[0].Length;
        _coefficients = rollout.Step.Inputs[2].Length;
        _width = width;
        _z = Batch.Zeros(_states, width);
        _transition = Batch.Zeros(_states * _states, width);
        _sensitivity = Batch.Zeros(_states * _coefficients, width);
        _next = Batch.Zeros(_states * _coefficients, width);
        _block = Batch.Zeros(rollout.Observed * (_coefficients + 1), width);
        _theta = new double[_coefficients];
        _units = [.. Enumerable.Range(0, _states).Select(d => Enumerable.Range(0, _states).Select(e => e == d ? 1.0 : 0.0).ToArray())];
        _stepInputs = [_z.Memory, default, _theta, _h, _t];
        _stepOutputs = [_z.Memory];
        _reverseInputs = [_z.Memory, default, _theta, _h, _t, default];
    }

    /// <summary>The weighted sum of squares; distances are written to <paramref name="errors"/>.</summary>
    public double Evaluate(RolloutChunk chunk, double[] theta, double[] errors)
    {
        Start(chunk, theta);
        double sum = 0;
        for (int n = 1; n <= _rollout.Steps; n++)
        {
            Advance(n);
            sum += Checkpoint(n) is { } c ? Compare(chunk, c, errors, block: false) : 0;
        }

        return sum;
    }

    /// <summary>The same, and the rows of [J r].</summary>
    public double Linearize(RolloutChunk chunk, double[] theta, double[] errors, TriangularFactor factor)
    {
        Start(chunk, theta);
        _sensitivity.Values.Clear();
        double sum = 0;
        for (int n = 1; n <= _rollout.Steps; n++)
        {
            Differentiate(n);
            Advance(n);
            if (Checkpoint(n) is { } c)
            {
                sum += Compare(chunk, c, errors, block: true);
                if (!double.IsFinite(sum))
                {
                    return sum;
                }

                factor.Append(_block.Values, _rollout.Observed * _width);
            }
        }

        return sum;
    }

    private void Start(RolloutChunk chunk, double[] theta)
    {
        chunk.InitialState.CopyTo(_z.Values);
        theta.CopyTo(_theta, 0);
        _h[0] = _rollout.StepSize;
        _stepInputs[1] = chunk.EquationParameters;
        _reverseInputs[1] = chunk.EquationParameters;
    }

    /// <summary>The number of the checkpoint after step n; null where there is none.</summary>
    private int? Checkpoint(int n) =>
        (n + _rollout.StepsBefore) % _rollout.CheckpointEvery == 0 ? ((n + _rollout.StepsBefore) / _rollout.CheckpointEvery) - 1 : null;

    private void Advance(int n)
    {
        _t[0] = _rollout.StartTime + ((n - 1) * _rollout.StepSize);
        (n == 1 ? _firstStep : _step).Run(_stepInputs, _stepOutputs, new InstanceRange(_width));
    }

    /// <summary>S becomes (dStep/dz) S + dStep/dθ at the state before the step.</summary>
    private void Differentiate(int n)
    {
        _t[0] = _rollout.StartTime + ((n - 1) * _rollout.StepSize);
        int row = _states * _width, coefficientRow = _coefficients * _width;
        for (int d = 0; d < _states; d++)
        {
            _reverseInputs[5] = _units[d];
            _reverseOutputs[0] = _transition.Memory.Slice(d * row, row);
            _reverseOutputs[1] = _next.Memory.Slice(d * coefficientRow, coefficientRow);
            (n == 1 ? _firstReverse : _reverse).Run(_reverseInputs, _reverseOutputs, new InstanceRange(_width));
        }

        SensitivityKernels.Propagate(_transition.Values, _sensitivity.Values, _next.Values, _states, _coefficients, _width);
        (_sensitivity, _next) = (_next, _sensitivity);
    }

    private double Compare(RolloutChunk chunk, int checkpoint, double[] errors, bool block)
    {
        int observed = _rollout.Observed, rows = observed * _width;
        ReadOnlySpan<double> weights = chunk.Weights.AsSpan(checkpoint * _width, _width);
        double sum = 0;
        Span<double> residuals = _block.Values.Slice(_coefficients * rows, rows);
        for (int d = 0; d < observed; d++)
        {
            Span<double> row = residuals.Slice(d * _width, _width);
            Kernels.Subtract<double>(
                _z.Values.Slice(d * _width, _width), chunk.References.AsSpan(((checkpoint * observed) + d) * _width, _width), row);
        }

        for (int i = 0; i < chunk.Count; i++)
        {
            double square = 0;
            for (int d = 0; d < observed; d++)
            {
                square += residuals[(d * _width) + i] * residuals[(d * _width) + i];
            }

            errors[(checkpoint * _rollout.Instances) + chunk.First + i] = Math.Sqrt(square);
            sum += weights[i] == 0 ? 0 : weights[i] * weights[i] * square;
        }

        for (int d = 0; d < observed && block; d++)
        {
            Span<double> row = residuals.Slice(d * _width, _width);
            Kernels.Multiply<double>(weights, row, row);
            ClearWeightless(weights, row);
            for (int q = 0; q < _coefficients; q++)
            {
                Span<double> column = _block.Values.Slice((q * rows) + (d * _width), _width);
                Kernels.Multiply<double>(weights, _sensitivity.Values.Slice(((d * _coefficients) + q) * _width, _width), column);
                ClearWeightless(weights, column);
            }
        }

        return sum;
    }

    /// <summary>What has no weight does not count, even where a lost trajectory is no number: 0 times NaN is not 0.</summary>
    private static void ClearWeightless(ReadOnlySpan<double> weights, Span<double> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = weights[i] == 0 ? 0 : row[i];
        }
    }
}
