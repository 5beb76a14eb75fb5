using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>The steps of a multistep method on one chunk; see <see cref="FixedStepMultistep"/>. Past derivatives live in a ring of vectors.</summary>
internal sealed class MultistepStep : FixedStepper
{
    private readonly Kernel? _kernel;
    private readonly MultistepStart _start;
    private readonly StageCombination _combination;
    private readonly FixedStepChunk _chunk;
    private readonly RightHandSideEvaluator _f;
    private readonly double[] _weights;
    private readonly Batch _w;
    private readonly Batch[] _ring;
    private readonly Batch[] _newestFirst;

    public MultistepStep(Kernel? kernel, double[] w, MultistepStart start, StageCombination combination, FixedStepChunk chunk)
    {
        (_kernel, _start, _combination, _chunk, _weights) = (kernel, start, combination, chunk, w);
        _f = new(chunk.Problem, chunk.Lanes);
        _ring = new Batch[w.Length];
        _newestFirst = new Batch[w.Length];
        for (int j = 0; j < w.Length; j++)
        {
            _ring[j] = chunk.Arena.Take(chunk.State.Components, chunk.Lanes);
        }

        _w = chunk.Uniform(w);
    }

    /// <summary>The step as a function: y, p, t, w and the past derivatives f1, f2, ... to y_new and the newest derivative f0.</summary>
    public static Function Compose(Function f, int steps)
    {
        FunctionBuilder builder = new();
        Expression[] y = builder.Input(f.Inputs[0] with { Name = "y" }), p = builder.Input(f.Inputs[1] with { Name = "p" });
        Expression t = builder.Uniform("t");
        Expression[] w = builder.Uniform("w", steps);
        Expression[] newest = f.Apply(y, p, t);
        (Expression, Expression[])[] terms =
            [.. Enumerable.Range(0, steps).Select(j => (w[j], j == 0 ? newest : builder.Input($"f{j}", y.Length)))];
        return builder.Output("y_new", RungeKuttaStep.Displace(y, terms)).Output("f0", newest).Build();
    }

    /// <inheritdoc/>
    public override unsafe void Step(int n)
    {
        int k = _ring.Length;
        if (n < k - 1)
        {
            _start.Step(n, _ring[n % k]);
            return;
        }

        for (int j = 0; j < k; j++)
        {
            _newestFirst[j] = _ring[(n - j) % k];
        }

        double t = _chunk.Time(n);
        if (_kernel is null)
        {
            _f.Evaluate(_chunk.State, _chunk.Parameters, t, _newestFirst[0]);
            _combination.ApplyAll(_chunk.State, _weights.Length, _w.Pointer, _newestFirst, _chunk.State);
            return;
        }

        int lanes = _chunk.Lanes;
        BatchPointer y = new(_chunk.State.Pointer, lanes);
        BatchPointer* inputs = stackalloc BatchPointer[k + 3];
        inputs[0] = y;
        inputs[1] = new(_chunk.Parameters.Pointer, lanes);
        inputs[2] = new(&t, 1);
        inputs[3] = new(_w.Pointer, 1);
        for (int j = 1; j < k; j++)
        {
            inputs[j + 3] = new(_newestFirst[j].Pointer, lanes);
        }

        BatchPointer* outputs = stackalloc BatchPointer[] { y, new(_newestFirst[0].Pointer, lanes) };
        _kernel.Run(inputs, outputs, lanes);
    }
}
