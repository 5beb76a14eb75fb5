using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>A Runge-Kutta step that is one kernel; see <see cref="RungeKuttaStep"/>.</summary>
internal sealed class FusedStep(Kernel kernel, ScaledTableau scaled, FixedStepChunk chunk) : FixedStepper
{
    /// <inheritdoc/>
    public override unsafe void Step(int n)
    {
        double t = chunk.Time(n);
        BatchPointer y = new(chunk.State.Pointer, chunk.Lanes);
        BatchPointer* inputs = stackalloc BatchPointer[]
        {
            y, new(chunk.Parameters.Pointer, chunk.Lanes), new(&t, 1), new(scaled.D.Pointer, scaled.D.Instances), new(scaled.W.Pointer, scaled.W.Instances),
        };
        kernel.Run(inputs, &y, chunk.Lanes);
    }
}
