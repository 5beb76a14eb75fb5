using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// Broyden's good method with limited memory: <c>x+ = x + s</c>, <c>s = -B^-1 F(x)</c>, where B begins as M and learns from every step by
/// the least change that makes <c>B s = F(x+) - F(x)</c>; after m steps it begins anew. One evaluation a step, no derivative.
/// </summary>
/// <remarks>
/// <para>Converges superlinearly near a root when M is near J; locally only. Where an update divides by zero an instance takes the step
/// without it. Work per step: one evaluation, one preconditioner, 2 k dots and updates for k kept steps. Storage beside x: m + 2
/// vectors.</para>
/// <para>C. T. Kelley, Solving Nonlinear Equations with Newton's Method, SIAM (2003), chapter 4 (the recursion for the inverse),
/// doi:10.1137/1.9780898718898.</para>
/// </remarks>
public sealed class Broyden : IIteration<NonlinearSystem>
{
    private const int F = 0, Z = 1, FirstStep = 2;
    private const int Kept = 0, Product = 1, Scale = 2, FirstSquare = 3;
    private const double LeastDenominator = 1e-3;

    private readonly int _memory;

    /// <summary>Creates the method.</summary>
    /// <param name="memory">m, after how many steps B begins anew.</param>
    /// <exception cref="ArgumentOutOfRangeException">m is not positive.</exception>
    public Broyden(int memory = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memory);
        _memory = memory;
    }

    /// <inheritdoc/>
    public string Name => $"Broyden({_memory})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => new(FirstStep + _memory, FirstSquare + _memory);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        NonlinearSteps.Start(problem, workspace, workspace.Vector(F));
        workspace.Scalar(Kept).Clear();
    }

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch f = workspace.Vector(F), z = workspace.Vector(Z);
        int kept = (int)workspace.Scalar(Kept)[0];
        Kernels.Multiply(-1.0, NonlinearSteps.Precondition(problem, workspace, f, Z).Values, z.Values);
        Span<double> product = workspace.Scalar(Product), scale = workspace.Scalar(Scale);
        for (int j = 0; j + 1 < kept; j++)
        {
            Project(workspace, j, z, product);
            BatchKernels.MultiplyAdd(product, workspace.Vector(FirstStep + j + 1), z, z);
        }

        if (kept > 0)
        {
            Project(workspace, kept - 1, z, product);
            for (int s = 0; s < scale.Length; s++)
            {
                double denominator = 1 - product[s];
                scale[s] = Math.Abs(denominator) > LeastDenominator ? 1 / denominator : 1;
            }

            BatchKernels.Multiply(scale, z, z);
        }

        int slot = kept < _memory ? kept : 0;
        z.CopyTo(workspace.Vector(FirstStep + slot));
        BatchKernels.Dot(z, z, workspace.Scalar(FirstSquare + slot));
        workspace.Scalar(Kept).Fill(slot + 1);
        Kernels.Add<double>(workspace.Iterate.Values, z.Values, workspace.Iterate.Values);
        NonlinearSteps.Function(problem, workspace, workspace.Iterate, f);
        BatchKernels.Norm(f, workspace.ResidualNorms);
    }

    /// <summary>s_j . z / |s_j|^2.</summary>
    private static void Project(Workspace workspace, int j, Batch z, Span<double> product)
    {
        BatchKernels.Dot(workspace.Vector(FirstStep + j), z, product);
        ReadOnlySpan<double> square = workspace.Scalar(FirstSquare + j);
        for (int s = 0; s < product.Length; s++)
        {
            product[s] = square[s] > 0 ? product[s] / square[s] : 0;
        }
    }
}
