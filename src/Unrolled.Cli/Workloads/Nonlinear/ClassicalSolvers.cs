using Unrolled.Newton;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>The classical methods that stand beside every learned one.</summary>
internal static class ClassicalSolvers
{
    public static IReadOnlyList<IIteration<NonlinearSystem>> All { get; } =
    [
        new NewtonMethod(), new NewtonKrylov(3), new NewtonKrylov(10), new Anderson(1), new Anderson(2), new Anderson(3), new Anderson(5),
        new Broyden(), new FixedPointIteration(),
    ];
}
