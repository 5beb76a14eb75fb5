using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// Richardson's iteration with a cycle of step sizes, as its author proposed it: <c>x += w_k M^-1 (b - A x)</c>, one
/// product a step and no inner products. One step size is the textbook method.
/// </summary>
/// <remarks>
/// <para>After one cycle the residual is <c>q(A M^-1) r</c> with <c>q(t) = prod (1 - w_k t)</c>. It converges where
/// <c>|q| &lt; 1</c> on the spectrum; nothing is checked beforehand.</para>
/// <para>Storage: n beside x, 2n with a preconditioner. Work per step: one product and one update.</para>
/// <para>L. F. Richardson, Phil. Trans. R. Soc. A 210 (1911) 307-357, doi:10.1098/rsta.1911.0009.</para>
/// </remarks>
public sealed class Richardson : IIteration<LinearSystem>
{
    private const int F = 0, Z = 1;
    private const int Cycle = 0;

    private readonly double[] _steps;

    /// <summary>Creates the method.</summary>
    /// <param name="steps">The step sizes of one cycle, in the inverse units of <c>A</c>.</param>
    /// <exception cref="ArgumentException">No step is given, or one is not finite.</exception>
    public Richardson(params ReadOnlySpan<double> steps)
    {
        if (steps.Length == 0)
        {
            throw new ArgumentException("Richardson's iteration needs at least one step size, none is given");
        }

        foreach (double step in steps)
        {
            if (!double.IsFinite(step))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"a step size is {step}; it must be finite"));
            }
        }

        _steps = steps.ToArray();
    }

    /// <inheritdoc/>
    public string Name => _steps.Length == 1 ? "Richardson" : $"Richardson({_steps.Length})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => new(problem.Preconditioner is null ? 1 : 2, 1);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        workspace.Scalar(Cycle).Clear();
        LinearSteps.StartFunction(problem, workspace, startsAtZero, workspace.Vector(F));
        BatchKernels.Norm(workspace.Vector(F), workspace.ResidualNorms);
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        Span<double> cycle = workspace.Scalar(Cycle);
        int k = (int)cycle[0];
        cycle.Fill((k + 1) % _steps.Length);
        Batch x = workspace.Iterate;
        Batch v = LinearSteps.Precondition(problem, workspace, workspace.Vector(F), Z);
        Kernels.MultiplyAdd<double>(-_steps[k], v.Values, x.Values, x.Values);
        LinearSteps.Function(problem, workspace, x, workspace.Vector(F)); // anew each time: rounding errors do not accumulate in it
        BatchKernels.Norm(workspace.Vector(F), workspace.ResidualNorms);
    }
}
