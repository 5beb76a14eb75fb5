using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>The steps of a two-step Runge-Kutta method on one chunk; see <see cref="FixedStepTwoStep"/>. The remembered stages are two sets in turn.</summary>
internal sealed class TwoStepStep : FixedStepper
{
    private readonly TwoStepFormula _formula;
    private readonly (Kernel? First, Kernel? Next) _kernels;
    private readonly StageCombination _combination;
    private readonly FixedStepChunk _chunk;
    private readonly RightHandSideEvaluator _f;
    private readonly Batch[] _w;
    private readonly Batch[] _d;
    private readonly Batch[][] _memory;
    private readonly Batch[] _vectors;
    private readonly Batch _point;

    public TwoStepStep(TwoStepFormula formula, (Kernel? First, Kernel? Next) kernels, StageCombination combination, FixedStepChunk chunk)
    {
        (_formula, _kernels, _combination, _chunk) = (formula, kernels, combination, chunk);
        _f = new(chunk.Problem, chunk.Lanes);
        double h = chunk.StepSize;
        _w = [chunk.Uniform(TwoStepFormula.Scaled(formula.FirstRows, h)), chunk.Uniform(TwoStepFormula.Scaled(formula.Rows, h))];
        _d = [chunk.Uniform(TwoStepFormula.ScaledNodes(formula.FirstRows, h)), chunk.Uniform(TwoStepFormula.ScaledNodes(formula.Rows, h))];
        _memory = [Vectors(formula.Memory), Vectors(formula.Memory)];
        bool staged = kernels.First is null;
        _vectors = new Batch[formula.Stages + formula.Memory];
        Vectors(staged ? formula.Stages : 0).CopyTo(_vectors, 0);
        _point = staged ? Vectors(1)[0] : default;
    }

    /// <inheritdoc/>
    public override unsafe void Step(int n)
    {
        Batch[] old = _memory[n % 2], fresh = _memory[(n + 1) % 2];
        int set = n == 0 ? 0 : 1;
        if (_kernels.First is null)
        {
            StepInStages(n, set, old, fresh);
            return;
        }

        int lanes = _chunk.Lanes, m = _formula.Memory;
        double t = _chunk.Time(n);
        BatchPointer y = new(_chunk.State.Pointer, lanes);
        BatchPointer* inputs = stackalloc BatchPointer[5 + m], outputs = stackalloc BatchPointer[1 + m];
        inputs[0] = y;
        inputs[1] = new(_chunk.Parameters.Pointer, lanes);
        inputs[2] = new(&t, 1);
        inputs[3] = new(_d[set].Pointer, 1);
        inputs[4] = new(_w[set].Pointer, 1);
        outputs[0] = y;
        for (int j = 0; j < m; j++)
        {
            inputs[5 + j] = new(old[j].Pointer, lanes);
            outputs[1 + j] = new(fresh[j].Pointer, lanes);
        }

        (n == 0 ? _kernels.First : _kernels.Next)!.Run(inputs, outputs, lanes);
    }

    private unsafe void StepInStages(int n, int set, Batch[] old, Batch[] fresh)
    {
        IReadOnlyList<double[]> rows = n == 0 ? _formula.FirstRows : _formula.Rows;
        double t = _chunk.Time(n);
        double* w = _w[set].Pointer;
        int s = _formula.Stages;
        Batch[] vectors = new Batch[_vectors.Length];
        for (int i = 0; i <= s; i++)
        {
            Batch destination = i == s ? _chunk.State : _point;
            int terms = rows[i].Length;
            if (terms == 0)
            {
                _chunk.State.CopyTo(destination);
            }
            else
            {
                _vectors.AsSpan(0, i).CopyTo(vectors);
                old.AsSpan(0, terms - i).CopyTo(vectors.AsSpan(i));
                _combination.ApplyAll(_chunk.State, terms, w, vectors, destination);
                w += terms;
            }

            if (i < s)
            {
                _f.Evaluate(_point, _chunk.Parameters, i == 0 ? t : t + _d[set][i, 0], _vectors[i]);
            }
        }

        for (int j = 0; j < fresh.Length; j++)
        {
            _vectors[s - fresh.Length + j].CopyTo(fresh[j]);
        }
    }

    private Batch[] Vectors(int count)
    {
        Batch[] vectors = new Batch[count];
        for (int j = 0; j < count; j++)
        {
            vectors[j] = _chunk.Arena.Take(_chunk.State.Components, _chunk.Lanes);
        }

        return vectors;
    }
}
