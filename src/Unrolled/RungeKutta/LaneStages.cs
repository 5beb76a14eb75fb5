using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// Tries a step on lanes that each have a time and a step size of their own: stages, new states, sums of squared scaled
/// errors, and the further stages of dense output.
/// </summary>
internal sealed class LaneStages
{
    private readonly LaneKernels _kernels;
    private readonly ButcherTableau _tableau;
    private readonly InitialValueProblem _problem;
    private readonly Kernel? _f;
    private readonly Batch _tolerances;
    private readonly Batch[] _rows;
    private readonly Batch[] _errorRows;
    private readonly Batch _stageTime;

    public LaneStages(ButcherTableau tableau, LaneKernels kernels, InitialValueProblem problem, int lanes, double absolute, double relative, BatchArena arena)
    {
        (_tableau, _kernels, _problem, Lanes) = (tableau, kernels, problem, lanes);
        _f = problem.Function?.Composition("time per instance", f => f.With(f.Inputs[2].Name, InputKind.PerInstance)).Kernel;
        int n = problem.Components;
        Batch Vector(int components) => arena.Take(components, lanes);
        (State, Next, Point, Parameters) = (Vector(n), Vector(n), Vector(n), Vector(problem.Parameters.Components));
        (Time, StepSize, _stageTime) = (Vector(1), Vector(1), Vector(1));
        K = [.. Enumerable.Range(0, tableau.DenseOutput.Stages).Select(_ => Vector(n))];
        Errors = [.. tableau.ErrorEstimators.ToArray().Select(_ => Vector(1))];
        Batch Pinned(ReadOnlySpan<double> row)
        {
            double[] nonzero = [.. row.ToArray().Where(a => a != 0)];
            Batch pinned = arena.Take(Math.Max(1, nonzero.Length), 1);
            nonzero.CopyTo(pinned.Values);
            return pinned;
        }

        _tolerances = Pinned([1, 1]);
        (_tolerances[0, 0], _tolerances[1, 0]) = (absolute, relative);
        _rows = [.. Enumerable.Range(0, K.Length).Select(i => Pinned(tableau.DenseOutput.Row(i)))];
        _errorRows = [.. tableau.ErrorEstimators.ToArray().Select(e => Pinned(e.Weights))];
    }

    public int Lanes { get; }

    public Batch State { get; }

    public Batch Next { get; }

    public Batch Parameters { get; }

    public Batch Time { get; }

    public Batch StepSize { get; }

    /// <summary>The stages; the first one is the derivative at the start of the step, the one at the end of the step starts the next.</summary>
    public Batch[] K { get; }

    /// <summary>For every estimate and lane the sum over components of the squared scaled error.</summary>
    public Batch[] Errors { get; }

    private Batch Point { get; }

    private DenseOutput Dense => _tableau.DenseOutput;

    /// <summary>Gives sane numbers to lanes that no kernel has written yet: a method sees whole batches.</summary>
    public void Prepare()
    {
        State.CopyTo(Point);
        State.CopyTo(Next);
        Time.CopyTo(_stageTime);
    }

    /// <summary>The derivatives at the states of some lanes; the others keep theirs.</summary>
    public void EvaluateStart(int first, int end)
    {
        Evaluate(State, Time, Point, (end + 7) / 8 * 8);
        for (int i = 0; i < State.Components; i++)
        {
            Point.Row(i)[first..end].CopyTo(K[0].Row(i)[first..]);
        }
    }

    /// <summary>Tries a step with the first <paramref name="count"/> lanes, a multiple of eight.</summary>
    public unsafe void Try(int count)
    {
        for (int i = 1; i <= Dense.EndStage; i++)
        {
            Stage(i, i == Dense.EndStage ? Next : Point, i == Dense.EndStage ? 1 : _tableau.Nodes[i], count);
        }

        BatchPointer* inputs = stackalloc BatchPointer[_tableau.Stages + 6];
        for (int e = 0; e < Errors.Length; e++)
        {
            Errors[e].Values.Clear();
            ReadOnlySpan<double> weights = _tableau.ErrorEstimators[e].Weights;
            int terms = weights.Length - weights.Count(0.0);
            BatchPointer sum = new(Errors[e].Pointer, Lanes);
            for (int i = 0; i < State.Components; i++)
            {
                inputs[0] = sum;
                inputs[1] = Row(State, i);
                inputs[2] = Row(Next, i);
                inputs[3] = Row(StepSize, 0);
                inputs[4] = new(_tolerances.Pointer, 1);
                inputs[5] = new(_errorRows[e].Pointer, 1);
                Terms(weights, i, inputs + 6);
                _kernels.Error(terms).Run(inputs, &sum, count);
            }
        }
    }

    /// <summary>The stages of dense output after the one at the end of the step.</summary>
    public void ComputeFurtherStages(int count)
    {
        for (int i = Dense.EndStage + 1; i < Dense.Stages; i++)
        {
            Stage(i, Point, PackedTriangle.Sum(Dense.Row(i)), count);
        }
    }

    /// <summary>Moves the contents of a lane to another.</summary>
    public void Move(int from, int to)
    {
        foreach (Batch batch in (ReadOnlySpan<Batch>)[State, Parameters, Time, StepSize, K[0]])
        {
            batch.CopyInstanceTo(from, batch, to);
        }
    }

    private unsafe void Stage(int stage, Batch point, double node, int count)
    {
        ReadOnlySpan<double> row = Dense.Row(stage);
        int terms = row.Length - row.Count(0.0);
        BatchPointer* inputs = stackalloc BatchPointer[terms + 3];
        for (int i = 0; i < State.Components; i++)
        {
            inputs[0] = Row(State, i);
            inputs[1] = Row(StepSize, 0);
            inputs[2] = new(_rows[stage].Pointer, 1);
            Terms(row, i, inputs + 3);
            BatchPointer output = Row(point, i);
            _kernels.Displacement(terms).Run(inputs, &output, count);
        }

        BatchPointer* times = stackalloc BatchPointer[] { Row(Time, 0), Row(StepSize, 0), new(&node, 1) };
        BatchPointer time = Row(_stageTime, 0);
        _kernels.Time.Run(times, &time, count);
        Evaluate(point, _stageTime, K[stage], count);
    }

    private unsafe void Evaluate(Batch y, Batch t, Batch dy, int count)
    {
        if (_f is null)
        {
            _problem.RightHandSide!(y, Parameters, t.Values, dy);
            return;
        }

        BatchPointer* inputs = stackalloc BatchPointer[] { Row(y, 0), Row(Parameters, 0), Row(t, 0) };
        BatchPointer output = Row(dy, 0);
        _f.Run(inputs, &output, count);
    }

    private unsafe void Terms(ReadOnlySpan<double> weights, int component, BatchPointer* terms)
    {
        int next = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            if (weights[j] != 0)
            {
                terms[next++] = Row(K[j], component);
            }
        }
    }

    private unsafe BatchPointer Row(Batch batch, int component) => new(batch.Pointer + ((nint)component * Lanes), Lanes);
}
