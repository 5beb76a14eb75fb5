using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>A Runge-Kutta step taken stage by stage, for right-hand sides that are methods or too large to compile with the step.</summary>
internal sealed class StagedStep : FixedStepper
{
    private readonly ButcherTableau _tableau;
    private readonly StageCombination _combination;
    private readonly FixedStepChunk _chunk;
    private readonly RightHandSideEvaluator _f;
    private readonly ScaledTableau _scaled;
    private readonly Batch _times;
    private readonly Batch _point;
    private readonly Batch[] _k;

    public StagedStep(ButcherTableau tableau, StageCombination combination, ScaledTableau scaled, FixedStepChunk chunk)
    {
        (_tableau, _combination, _chunk, _scaled) = (tableau, combination, chunk, scaled);
        _f = new(chunk.Problem, chunk.Lanes);
        _times = chunk.Arena.Take(1, scaled.D.Instances);
        _point = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        _k = new Batch[tableau.Stages];
        for (int i = 0; i < _k.Length; i++)
        {
            _k[i] = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        }
    }

    /// <inheritdoc/>
    public override void Step(int n)
    {
        double t = _chunk.Time(n);
        int next = 0;
        for (int i = 0; i <= _tableau.Stages; i++)
        {
            ReadOnlySpan<double> row = _tableau.Row(i);
            bool last = i == _tableau.Stages;
            if (row.ContainsAnyExcept(0.0))
            {
                _combination.Apply(_chunk.State, row, _scaled.W, next, _k, last ? _chunk.State : _point);
                next += row.Length - row.Count(0.0);
            }
            else
            {
                _chunk.State.CopyTo(_point);
            }

            if (!last)
            {
                Span<double> times = _times.Values;
                ReadOnlySpan<double> shifts = _scaled.D.Row(i);
                for (int s = 0; s < times.Length; s++)
                {
                    times[s] = i == 0 ? t : t + shifts[s];
                }

                _f.Evaluate(_point, _chunk.Parameters, _times, _k[i]);
            }
        }
    }
}
