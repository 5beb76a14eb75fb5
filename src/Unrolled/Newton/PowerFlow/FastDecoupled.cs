using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Newton.PowerFlow;

/// <summary>
/// Fast decoupled power flow (XB): <c>angle -= B'^-1 (dP/V)</c>, then with new mismatches <c>magnitude -= B''^-1 (dQ/V)</c>, with factors
/// that stay the same for all iterations and all variants of a network.
/// </summary>
/// <remarks>
/// Converges linearly where resistances are small against reactances and angles are small; nothing is checked. The factors are those of
/// the intact network unless others are given. Work per step: two evaluations and one solution with each matrix. Storage beside x: 3
/// vectors. For problems whose operator is a <see cref="PowerFlowOperator"/>. Reference: Stott, Alsac, IEEE Trans. Power App. Syst.
/// 93(3), 859-869, 1974, doi:10.1109/TPAS.1974.293985.
/// </remarks>
public sealed class FastDecoupled : IIteration<NonlinearSystem>
{
    private readonly SparseLu _angle;
    private readonly SparseLu _magnitude;

    /// <summary>Factors B' and B'' of a network.</summary>
    public FastDecoupled(PowerNetwork network)
    {
        FastDecoupledMatrices matrices = new(network);
        _angle = SparseLu.Factor(matrices.Angle);
        _magnitude = SparseLu.Factor(matrices.Magnitude);
    }

    /// <inheritdoc/>
    public string Name => "fast decoupled (XB)";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => new(3, 0);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero) => NonlinearSteps.Start(problem, workspace, workspace.Vector(0));

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        if (problem.Operator is not PowerFlowOperator flow)
        {
            throw new ArgumentException($"{Name} is for power flow, the problem's operator is a {problem.Operator.GetType().Name}", nameof(problem));
        }

        int angles = _angle.Order;
        Half(flow, workspace, _angle, 0, angles);
        NonlinearSteps.Function(problem, workspace, workspace.Iterate, workspace.Vector(0));
        Half(flow, workspace, _magnitude, angles, problem.Components - angles);
        NonlinearSteps.Function(problem, workspace, workspace.Iterate, workspace.Vector(0));
        BatchKernels.Norm(workspace.Vector(0), workspace.ResidualNorms);
    }

    private static void Half(PowerFlowOperator flow, Workspace workspace, SparseLu factors, int first, int count)
    {
        if (count == 0)
        {
            return;
        }

        int instances = workspace.Instances;
        Batch scaled = workspace.Vector(1), step = workspace.Vector(2).Part(0, count, instances);
        flow.DivideByMagnitude(workspace.Iterate, workspace.Vector(0), scaled);
        factors.Solve(scaled.Part(first * instances, count, instances), step);
        Span<double> x = workspace.Iterate.Values.Slice(first * instances, count * instances);
        Kernels.Subtract<double>(x, step.Values, x);
    }
}
