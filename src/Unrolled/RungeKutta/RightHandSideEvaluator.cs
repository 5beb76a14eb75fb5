using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>Evaluates a right-hand side for all lanes of a chunk, however it was given.</summary>
internal sealed class RightHandSideEvaluator(InitialValueProblem problem, int lanes)
{
    private readonly Kernel? _kernel = problem.Function?.Kernel;
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
}
