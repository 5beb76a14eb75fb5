using System.Diagnostics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>Integrates a group of instances adaptively, as many at a time as there are lanes.</summary>
internal sealed class AdaptiveRun
{
    private const int RoundsBetweenLooks = 8;

    private readonly AdaptiveRungeKutta _method;
    private readonly InitialValueProblem _problem;
    private readonly LaneStages _stages;
    private readonly AdaptiveResults _results;
    private readonly IntegrationOptions _options;
    private readonly long _started;
    private readonly int _end;
    private readonly double _endTime;
    private readonly AdaptiveLane[] _lanes;
    private readonly double[] _weights;
    private readonly DenseOutput _dense;
    private int _next;
    private int _active;

    public AdaptiveRun(AdaptiveRungeKutta method, InitialValueProblem problem, LaneStages stages, AdaptiveResults results, IntegrationOptions options,
        long started, int first, int count)
    {
        (_method, _problem, _stages, _results, _options, _started) = (method, problem, stages, results, options, started);
        (_next, _end, _endTime) = (first, first + count, problem.StartTime + problem.Horizon);
        _lanes = new AdaptiveLane[stages.Lanes];
        _dense = method.Tableau.DenseOutput;
        _weights = new double[_dense.Stages];
        for (int lane = 0; lane < stages.Lanes; lane++)
        {
            // Lanes without an instance hold a copy of one.
            Fill(lane, Math.Min(first + lane, _end - 1));
        }

        stages.Prepare();
    }

    /// <summary>Steps until every instance has ended.</summary>
    public void ToEnd(CancellationToken cancellationToken)
    {
        while (_active < _stages.Lanes && _next < _end)
        {
            Fill(_active++, _next++);
        }

        Start(0, _active);
        for (int round = 0; _active > 0; round++)
        {
            if (round % RoundsBetweenLooks == 0 && OutOfTime(cancellationToken) is IntegrationTermination reason)
            {
                EndAll(reason);
                return;
            }

            int count = (_active + 7) / 8 * 8;
            _stages.Try(count);
            ComputeFurtherStagesWhereNeeded(count);
            for (int lane = _active - 1; lane >= 0; lane--)
            {
                if (Judge(lane) is IntegrationTermination ended)
                {
                    Replace(lane, ended);
                }
            }
        }
    }

    private IntegrationTermination? OutOfTime(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? IntegrationTermination.Canceled
        : _options.TimeLimit is TimeSpan limit && Stopwatch.GetElapsedTime(_started) > limit ? IntegrationTermination.TimeLimit
        : null;

    private void EndAll(IntegrationTermination reason)
    {
        while (_active > 0)
        {
            End(--_active, reason);
        }

        for (; _next < _end; _next++)
        {
            Fill(0, _next);
            End(0, reason);
        }
    }

    private void Fill(int lane, int instance)
    {
        _problem.InitialValues.CopyInstanceTo(instance, _stages.State, lane);
        _problem.Parameters.CopyInstanceTo(instance, _stages.Parameters, lane);
        _stages.Time[0, lane] = _problem.StartTime;
        _stages.StepSize[0, lane] = 0;
        _lanes[lane] = new AdaptiveLane { Instance = instance, PreviousError = 1 };
    }

    /// <summary>Derivatives and first steps of newly filled lanes.</summary>
    private void Start(int first, int count)
    {
        _stages.EvaluateStart(first, first + count);
        for (int lane = first; lane < first + count; lane++)
        {
            _lanes[lane].Evaluations = 1;
            double size = 0, slope = 0;
            for (int i = 0; i < _problem.Components; i++)
            {
                double y = _stages.State[i, lane], dy = _stages.K[0][i, lane];
                double scale = _method.AbsoluteTolerance + (_method.RelativeTolerance * Math.Abs(y));
                size += y / scale * (y / scale);
                slope += dy / scale * (dy / scale);
            }

            // A hundredth of the time in which the state would change by its own size, as in Hairer's codes.
            double guess = size < 1e-10 || slope < 1e-10 || !double.IsFinite(size + slope) ? 1e-6 : 0.01 * Math.Sqrt(size / slope);
            _lanes[lane].Proposed = Math.Min(_method.FirstStep ?? guess, _problem.Horizon);
            Aim(lane);
        }
    }

    /// <summary>The proposed step, shortened or stretched so that the end (or a checkpoint) is met exactly.</summary>
    private void Aim(int lane)
    {
        double t = _stages.Time[0, lane], h = _lanes[lane].Proposed;
        double goal = _method.CheckpointHandling == CheckpointHandling.Stepped ? _results.Times[_lanes[lane].Checkpoint] : _endTime;
        _stages.StepSize[0, lane] = t + (1.01 * h) >= goal ? goal - t : h;
    }

    private double TimeAfter(int lane)
    {
        double t = _stages.Time[0, lane], h = _stages.StepSize[0, lane];
        double goal = _method.CheckpointHandling == CheckpointHandling.Stepped ? _results.Times[_lanes[lane].Checkpoint] : _endTime;
        return h == goal - t ? goal : t + h;
    }

    private double Error(int lane)
    {
        double first = _stages.Errors[0][0, lane];
        if (_stages.Errors.Length == 1)
        {
            return Math.Sqrt(first / _problem.Components);
        }

        double both = first + (0.01 * _stages.Errors[1][0, lane]);
        return both == 0 ? 0 : first / Math.Sqrt(_problem.Components * both);
    }

    private bool IsAccepted(int lane) => Error(lane) <= 1;

    private void ComputeFurtherStagesWhereNeeded(int count)
    {
        if (_dense.Stages == _dense.EndStage + 1 || _method.CheckpointHandling == CheckpointHandling.Stepped)
        {
            return;
        }

        bool any = false;
        for (int lane = 0; lane < _active; lane++)
        {
            if (IsAccepted(lane) && _results.Times[_lanes[lane].Checkpoint] < TimeAfter(lane))
            {
                _lanes[lane].Evaluations += _dense.Stages - _dense.EndStage - 1;
                any = true;
            }
        }

        if (any)
        {
            _stages.ComputeFurtherStages(count);
        }
    }

    /// <summary>Accepts or rejects the attempt of a lane; says when the instance has ended.</summary>
    private IntegrationTermination? Judge(int lane)
    {
        ref AdaptiveLane own = ref _lanes[lane];
        own.Evaluations += _dense.EndStage;
        double error = Error(lane), h = _stages.StepSize[0, lane];
        if (IsAccepted(lane))
        {
            double after = TimeAfter(lane);
            own.Steps++;
            own.NonFinite = false;
            SaveCheckpoints(lane, after);
            for (int i = 0; i < _problem.Components; i++)
            {
                _stages.State[i, lane] = _stages.Next[i, lane];
                _stages.K[0][i, lane] = _stages.K[_dense.EndStage][i, lane];
            }

            _stages.Time[0, lane] = after;
            double factor = _method.Controller.AfterAccepted(error, own.PreviousError);

            bool cut = h < own.Proposed;

            // A step that was cut to end somewhere says little about the next one: keep the longer proposal.
            own.Proposed = Math.Max((own.RejectedBefore ? Math.Min(factor, 1) : factor) * h, cut ? own.Proposed : 0);
            own.RejectedBefore = false;
            own.PreviousError = cut ? own.PreviousError : error;
            if (after >= _endTime)
            {
                return IntegrationTermination.Completed;
            }
        }
        else
        {
            own.Rejected++;
            own.RejectedBefore = true;
            own.NonFinite = !double.IsFinite(error);
            own.Proposed = _method.Controller.AfterRejected(error) * h;
        }

        if (own.Steps + own.Rejected >= _method.MaximumSteps)
        {
            return IntegrationTermination.StepLimit;
        }

        double scale = Math.Max(Math.Abs(_stages.Time[0, lane]), 1e-6 * _problem.Horizon);
        if (scale + (0.1 * own.Proposed) == scale)
        {
            return own.NonFinite ? IntegrationTermination.NonFinite : IntegrationTermination.StepTooSmall;
        }

        Aim(lane);
        return null;
    }

    private void SaveCheckpoints(int lane, double after)
    {
        ref AdaptiveLane own = ref _lanes[lane];
        for (; own.Checkpoint < _results.Times.Length && _results.Times[own.Checkpoint] <= after; own.Checkpoint++)
        {
            double time = _results.Times[own.Checkpoint], h = _stages.StepSize[0, lane];
            int row = own.Checkpoint * _problem.Components;
            bool atEnd = time == after;
            if (!atEnd)
            {
                _dense.Weights((time - _stages.Time[0, lane]) / h, _weights);
            }

            for (int i = 0; i < _problem.Components; i++)
            {
                double sum = 0;
                for (int j = 0; !atEnd && j < _weights.Length; j++)
                {
                    sum += _weights[j] * _stages.K[j][i, lane];
                }

                _results.States[row + i, own.Instance] = atEnd ? _stages.Next[i, lane] : _stages.State[i, lane] + (h * sum);
            }

            _options.Observer?.Invoke(new IntegrationReport(own.Checkpoint, time, own.Instance, 1));
        }
    }

    private void End(int lane, IntegrationTermination reason)
    {
        ref AdaptiveLane own = ref _lanes[lane];
        _stages.State.CopyInstanceTo(lane, _results.Last, own.Instance);
        _results.Outcomes[own.Instance] = new(reason, _stages.Time[0, lane], own.Evaluations, own.Steps, own.Rejected);
    }

    /// <summary>Ends the instance of a lane and gives the lane to the next one, or to the last lane.</summary>
    private void Replace(int lane, IntegrationTermination reason)
    {
        End(lane, reason);
        if (_next < _end)
        {
            Fill(lane, _next++);
            Start(lane, 1);
            return;
        }

        _active--;
        if (lane < _active)
        {
            _stages.Move(_active, lane);
            _lanes[lane] = _lanes[_active];
        }
    }
}
