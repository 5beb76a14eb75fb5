using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// The start of a multistep method on one chunk: one large step of a one-step method, and the states between from its dense
/// output. The stages are computed with the first step; every step then takes its state from them.
/// </summary>
internal sealed class MultistepStart
{
    private readonly DenseOutput _dense;
    private readonly int _stages;
    private readonly int _steps;
    private readonly StageCombination _combination;
    private readonly FixedStepChunk _chunk;
    private readonly RightHandSideEvaluator _f;
    private readonly Batch _initial;
    private readonly Batch _point;
    private readonly Batch[] _k;
    private readonly Batch _scaled;
    private readonly double[] _row;

    public MultistepStart(ButcherTableau starter, int steps, StageCombination combination, FixedStepChunk chunk)
    {
        (_dense, _steps, _combination, _chunk) = (starter.DenseOutput, steps, combination, chunk);
        _stages = steps <= 2 ? _dense.EndStage : _dense.Stages;
        _f = new(chunk.Problem, chunk.Lanes);
        _initial = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        _point = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        _k = new Batch[steps == 1 ? 0 : _dense.Stages];
        for (int i = 0; i < _k.Length; i++)
        {
            _k[i] = i < _stages ? chunk.Arena.Take(chunk.State.Components, chunk.Lanes) : _k[0];
        }

        _scaled = chunk.Arena.Take(_dense.Stages, 1);
        _row = new double[_dense.Stages];
    }

    /// <summary>From step <paramref name="n"/> to <paramref name="n"/> + 1; leaves the derivative at the start of it in <paramref name="derivative"/>.</summary>
    public void Step(int n, Batch derivative)
    {
        if (n == 0)
        {
            ComputeStages();
            _k[0].CopyTo(derivative);
        }
        else
        {
            _f.Evaluate(_chunk.State, _chunk.Parameters, _chunk.Time(n), derivative);
        }

        _dense.Weights((n + 1.0) / (_steps - 1), _row);
        Displace(_row, _chunk.State);
    }

    private void ComputeStages()
    {
        _chunk.State.CopyTo(_initial);
        double size = (_steps - 1) * _chunk.StepSize;
        for (int i = 0; i < _stages; i++)
        {
            ReadOnlySpan<double> row = _dense.Row(i);
            Displace(row, _point);
            _f.Evaluate(_point, _chunk.Parameters, _chunk.Problem.StartTime + (PackedTriangle.Sum(row) * size), _k[i]);
        }
    }

    private unsafe void Displace(ReadOnlySpan<double> row, Batch destination)
    {
        int next = 0;
        foreach (double a in row)
        {
            if (a != 0)
            {
                _scaled[next++, 0] = (_steps - 1) * _chunk.StepSize * a;
            }
        }

        _combination.Apply(_initial, row, _scaled.Pointer, _k, destination);
    }
}
