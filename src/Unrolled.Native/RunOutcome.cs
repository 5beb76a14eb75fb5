using System.Runtime.InteropServices;

namespace Unrolled.Native;

/// <summary>The members of <c>unrolled_outcome</c> in <c>unrolled.h</c>, in their order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RunOutcome
{
    public int Termination;
    public int Steps;
    public int Evaluations;
    public int Products;
    public int Fallbacks;
    public double Residual;
    public double RelativeResidual;

    public static RunOutcome Of(Outcome outcome, int evaluations, int products) => new()
    {
        Termination = (int)outcome.Termination,
        Steps = outcome.Iterations,
        Evaluations = evaluations,
        Products = products,
        Fallbacks = outcome.Fallbacks,
        Residual = outcome.Residual,
        RelativeResidual = outcome.RelativeResidual,
    };
}
