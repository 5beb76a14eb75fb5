using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>Evaluates a right-hand side for all lanes of a chunk, however it was given.</summary>
internal sealed class RightHandSideEvaluator(InitialValueProblem problem, int lanes)
{
    private readonly Kernel? _kernel = problem.Function?.Kernel;
    private Kernel? _kernelOfTimes;
    private readonly double[] _times = problem.Function is null ? new double[lanes] : [];

    /// <summary><c>dy = f(y, p, t)</c> at one time.</summary>
    public unsafe void Evaluate(Batch y, Batch p, double t, Batch dy)
    {
        if (_kernel is null)
        {
            Array.Fill(_times, t);
            problem.RightHandSide!(y, p, _times, dy);
            return;
        }

        BatchPointer* inputs = stackalloc BatchPointer[] { new(y.Pointer, lanes), new(p.Pointer, lanes), new(&t, 1) };
        BatchPointer output = new(dy.Pointer, lanes);
        _kernel.Run(inputs, &output, lanes);
    }

    /// <summary>The same at one time, or at a time of its own for each lane.</summary>
    public unsafe void Evaluate(Batch y, Batch p, Batch t, Batch dy)
    {
        if (t.Instances == 1)
        {
            Evaluate(y, p, t[0, 0], dy);
            return;
        }

        if (problem.Function is not Function f)
        {
            problem.RightHandSide!(y, p, t.Row(0), dy);
            return;
        }

        _kernelOfTimes ??= f.Composition("a time for each instance", g => g.With(g.Inputs[2].Name, InputKind.PerInstance)).Kernel;
        BatchPointer* inputs = stackalloc BatchPointer[] { new(y.Pointer, lanes), new(p.Pointer, lanes), new(t.Pointer, lanes) };
        BatchPointer output = new(dy.Pointer, lanes);
        _kernelOfTimes.Run(inputs, &output, lanes);
    }
}
