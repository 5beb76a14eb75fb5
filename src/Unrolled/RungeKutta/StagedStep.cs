using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>A Runge-Kutta step taken stage by stage, for right-hand sides that are methods or too large to compile with the step.</summary>
internal sealed class StagedStep : FixedStepper
{
    private readonly ButcherTableau _tableau;
    private readonly StageCombination _combination;
    private readonly FixedStepChunk _chunk;
    private readonly RightHandSideEvaluator _f;
    private readonly double[] _d;
    private readonly Batch _w;
    private readonly Batch _point;
    private readonly Batch[] _k;

    public StagedStep(ButcherTableau tableau, StageCombination combination, double[] w, double[] d, FixedStepChunk chunk)
    {
        (_tableau, _combination, _chunk, _d) = (tableau, combination, chunk, d);
        _f = new(chunk.Problem, chunk.Lanes);
        _w = chunk.Uniform(w);
        _point = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        _k = new Batch[tableau.Stages];
        for (int i = 0; i < _k.Length; i++)
        {
            _k[i] = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        }
    }

    /// <inheritdoc/>
    public override unsafe void Step(int n)
    {
        double t = _chunk.Time(n);
        double* w = _w.Pointer;
        for (int i = 0; i <= _tableau.Stages; i++)
        {
            ReadOnlySpan<double> row = _tableau.Row(i);
            bool last = i == _tableau.Stages;
            if (row.ContainsAnyExcept(0.0))
            {
                _combination.Apply(_chunk.State, row, w, _k, last ? _chunk.State : _point);
                w += row.Length - row.Count(0.0);
            }
            else
            {
                _chunk.State.CopyTo(_point);
            }

            if (!last)
            {
                _f.Evaluate(_point, _chunk.Parameters, i == 0 ? t : t + _d[i], _k[i]);
            }
        }
    }
}
