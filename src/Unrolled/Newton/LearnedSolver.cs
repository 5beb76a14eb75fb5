using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// R2N2 for nonlinear systems, direct form: a step evaluates <c>v = M^-1 F</c> at the iterate and at n - 1 displaced points and assembles
/// the update from the evaluations with learned weights.
/// </summary>
/// <remarks>
/// <para><c>v_0 = M^-1 F(x)</c>, <c>v_j = M^-1 F(x + sum_{l &lt; j} theta_{j,l} v_l)</c>, <c>x+ = x + sum_{l &lt; n} theta_{n,l} v_l</c>. The
/// evaluations see the curvature of F, as secants do. With the one weight -omega it is <see cref="FixedPointIteration"/> bit for bit.</para>
/// <para>Needs F only. Nothing is proven about its convergence: with a rate the residual must fall to that part in every step, else the
/// step is taken back and the instance ends with <see cref="Termination.RateNotMet"/>; <see cref="SafeguardedSolver"/> goes on
/// classically. Work per step: n evaluations and n preconditioners, no inner product but the norm. Storage beside x: n + 4 vectors.</para>
/// <para>Doncevic, Mitsos, Guo, Li, Dietrich, Dahmen and Kevrekidis, SIAM J. Sci. Comput. 46 (2024) A719-A743, arXiv:2211.12386.</para>
/// </remarks>
public sealed class LearnedSolver : LearnedStep
{
    /// <summary>Creates the method.</summary>
    /// <param name="coefficients">The weights.</param>
    /// <param name="rate">The part to which the residual must fall in a step; infinite for no demand.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    public LearnedSolver(LearnedCoefficients coefficients, double rate = double.PositiveInfinity)
        : base(coefficients, rate)
    {
    }

    /// <inheritdoc/>
    public override string Name => $"R2N2({Coefficients.InnerEvaluations})";

    /// <inheritdoc/>
    private protected override void Run<TWatch>(NonlinearSystem problem, Workspace workspace, TWatch watch)
    {
        DirectSteps<TWatch> steps = new(problem, workspace, Memory, watch);
        steps.Start();
        Plan.Run(steps, relaxes: false);
    }

    /// <summary>Runs the rows of the step with evaluations of F.</summary>
    private readonly struct DirectSteps<TWatch>(NonlinearSystem problem, Workspace workspace, LearnedMemory memory, TWatch watch) : IResidualSteps
        where TWatch : IStepWatch
    {
        public void Start()
        {
            memory.Precondition(problem, workspace, workspace.Vector(LearnedMemory.F), 0);
            watch.Started();
        }

        public void Function(int point, int term)
        {
            // F at the iterate is not needed before the step ends: its place serves for F at displaced points.
            Batch value = problem.Preconditioner is null ? memory.Term(workspace, term) : workspace.Vector(LearnedMemory.F);
            NonlinearSteps.Function(problem, workspace, memory.Point(workspace, point), value);
            if (problem.Preconditioner is not null)
            {
                memory.Precondition(problem, workspace, value, term);
            }

            watch.Evaluated(point, term);
        }

        public void Combine(int start, int firstWeight, int firstTerm, int terms, int destination)
        {
            memory.Combine(workspace, memory.Point(workspace, start), firstWeight, firstTerm, terms, memory.Point(workspace, destination));
            watch.Combined(destination, firstWeight, terms);
        }

        public void Relax(int point, int weight, int destination) => throw new NotSupportedException("evaluations are kept for the update");
    }
}
