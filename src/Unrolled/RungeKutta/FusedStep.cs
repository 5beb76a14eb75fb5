using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>A Runge-Kutta step that is one kernel; see <see cref="RungeKuttaStep"/>.</summary>
internal sealed class FusedStep(Kernel kernel, double[] w, double[] d, FixedStepChunk chunk) : FixedStepper
{
    private readonly Batch _w = chunk.Uniform(w);
    private readonly Batch _d = chunk.Uniform(d);

    /// <inheritdoc/>
    public override unsafe void Step(int n)
    {
        double t = chunk.Time(n);
        BatchPointer y = new(chunk.State.Pointer, chunk.Lanes);
        BatchPointer* inputs = stackalloc BatchPointer[]
        {
            y, new(chunk.Parameters.Pointer, chunk.Lanes), new(&t, 1), new(_d.Pointer, 1), new(_w.Pointer, 1),
        };
        kernel.Run(inputs, &y, chunk.Lanes);
    }
}
