using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// R2N2 for nonlinear systems, Newton-Krylov form: the inner evaluations are those of the linearized residual <c>g(y) = J(x) y + F(x)</c>,
/// from <c>y = 0</c>, so that a step is Newton's with a frozen polynomial in place of the inner solver.
/// </summary>
/// <remarks>
/// <para><c>v_0 = M^-1 F(x)</c>, <c>v_j = M^-1 g(sum_{l &lt; j} theta_{j,l} v_l)</c>, <c>x+ = x + sum_{l &lt; n} theta_{n,l} v_l</c>. For linear F
/// it equals <see cref="LearnedSolver"/>; elsewhere it cannot see curvature, but products with J may cost less than F.</para>
/// <para>Needs products with J. Rate and proof as with <see cref="LearnedSolver"/>. Work per step: one evaluation, n - 1 products with J,
/// n preconditioners; no inner product but the norm. Storage beside x: n + 4 vectors and what the operator shares between products.</para>
/// <para>arXiv:2211.12386, section 3.2.</para>
/// </remarks>
public sealed class LearnedNewtonKrylov : LearnedStep
{
    /// <summary>Creates the method.</summary>
    /// <param name="coefficients">The weights.</param>
    /// <param name="rate">The part to which the residual must fall in a step; infinite for no demand.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    public LearnedNewtonKrylov(LearnedCoefficients coefficients, double rate = double.PositiveInfinity)
        : base(coefficients, rate)
    {
    }

    /// <inheritdoc/>
    public override string Name => $"R2N2-NK({Coefficients.InnerEvaluations})";

    /// <inheritdoc/>
    public override WorkspaceShape Shape(NonlinearSystem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new(Memory.Vectors, Memory.Scalars + problem.Operator.LinearizationComponents);
    }

    /// <inheritdoc/>
    private protected override void Run<TWatch>(NonlinearSystem problem, Workspace workspace, TWatch watch)
    {
        LinearizedSteps<TWatch> steps = new(problem, workspace, Memory, watch);
        steps.Start();
        Plan.Run(steps, relaxes: false);
    }

    /// <summary>Runs the rows of the step with evaluations of the linearized residual; displaced points are displacements here.</summary>
    private readonly struct LinearizedSteps<TWatch>(NonlinearSystem problem, Workspace workspace, LearnedMemory memory, TWatch watch) : IResidualSteps
        where TWatch : IStepWatch
    {
        private Batch Linearization => workspace.Scalars(memory.Scalars, problem.Operator.LinearizationComponents);

        public void Start()
        {
            NonlinearSteps.Linearize(problem, workspace, Linearization);
            memory.Precondition(problem, workspace, workspace.Vector(LearnedMemory.F), 0);
            watch.Started();
        }

        public void Function(int point, int term)
        {
            Batch value = problem.Preconditioner is null ? memory.Term(workspace, term) : memory.Point(workspace, 3 - point);
            problem.Operator.ApplyJacobian(workspace.Iterate, Linearization, memory.Point(workspace, point), value);
            workspace.Products++;
            Kernels.Add<double>(value.Values, workspace.Vector(LearnedMemory.F).Values, value.Values);
            if (problem.Preconditioner is not null)
            {
                memory.Precondition(problem, workspace, value, term);
            }

            watch.Evaluated(point, term);
        }

        public void Combine(int start, int firstWeight, int firstTerm, int terms, int destination)
        {
            Batch to = memory.Point(workspace, destination);
            if (destination != 0)
            {
                to.Values.Clear();
            }

            memory.Combine(workspace, to, firstWeight, firstTerm, terms, to);
            watch.Combined(destination, firstWeight, terms);
        }

        public void Relax(int point, int weight, int destination) => throw new NotSupportedException("evaluations are kept for the update");
    }
}
