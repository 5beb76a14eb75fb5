using System.Globalization;
using System.Numerics;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// R2N2 for linear systems: a stationary iteration whose step evaluates <c>f(x) = A x - b</c> at <c>n</c> displaced
/// points and assembles the update from the evaluations with learned weights.
/// </summary>
/// <remarks>
/// <para><c>v_0 = f(x)</c>, <c>v_j = f(x + sum_{l &lt; j} theta_{j,l} v_l)</c> for <c>j = 1..n-1</c>,
/// <c>x+ = x + sum_{l &lt; n} theta_{n,l} v_l</c>; with a preconditioner every <c>f</c> becomes <c>M^-1 f</c>. Row <c>j</c>
/// of the weights stands at <c>[j(j-1)/2, j(j+1)/2)</c>.</para>
/// <para>For linear <c>f</c> one step multiplies the residual by <c>q(A M^-1)</c>, a polynomial of degree <c>n</c> with
/// <c>q(0) = 1</c> (<see cref="ResidualPolynomial"/>). It converges where <c>|q| &lt; 1</c> on the spectrum; nothing is
/// checked at run time, so certify a model before it is trusted, or use it as a preconditioner.</para>
/// <para>Richardson's iteration with steps <c>w_i</c> is the point <c>theta_{j,l} = -w_l</c> for all <c>j</c>
/// (<see cref="FromSteps"/>); Chebyshev's is the same with its own steps.</para>
/// <para>Work per step: <c>n</c> products and no inner product but the norm of <c>v_0</c>. Storage beside x: <c>n + 2</c>
/// vectors, or 3 and 4 where rows extend the rows before them; one more with a preconditioner.</para>
/// <para>Doncevic, Mitsos, Guo, Li, Dietrich, Dahmen and Kevrekidis, SIAM J. Sci. Comput. 46 (2024) A719-A743,
/// arXiv:2211.12386, equations 9 and 10.</para>
/// </remarks>
public sealed class LearnedKrylov : IIteration<LinearSystem>
{
    private readonly double[] _weights;
    private readonly RowPlan _plan;

    /// <summary>Creates the method from its weights.</summary>
    /// <param name="weights">The <c>n (n + 1) / 2</c> weights, row by row.</param>
    /// <exception cref="ArgumentException">The number of weights is not of that form, or a weight is not finite.</exception>
    public LearnedKrylov(ReadOnlySpan<double> weights)
    {
        InnerEvaluations = (int)((Math.Sqrt((8.0 * weights.Length) + 1) - 1) / 2);
        if (weights.Length == 0 || WeightCount(InnerEvaluations) != weights.Length)
        {
            throw new ArgumentException($"there are {weights.Length} weights; n evaluations need n (n + 1) / 2: 1, 3, 6, 10, ...");
        }

        for (int i = 0; i < weights.Length; i++)
        {
            if (!double.IsFinite(weights[i]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"weight {i} is {weights[i]}; weights must be finite"));
            }
        }

        _weights = weights.ToArray();
        _plan = RowPlan.For(_weights, InnerEvaluations);
    }

    /// <summary>How many times a step evaluates <c>f</c>: the degree <c>n</c> of the residual polynomial.</summary>
    public int InnerEvaluations { get; }

    /// <summary>The weights, row by row.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>How the rows are evaluated.</summary>
    internal RowPlan Plan => _plan;

    /// <inheritdoc/>
    public string Name => $"R2N2({InnerEvaluations})";

    /// <summary>The number of weights of a method with this many evaluations a step.</summary>
    public static int WeightCount(int innerEvaluations) => innerEvaluations * (innerEvaluations + 1) / 2;

    /// <summary>The method that takes Richardson steps of the given sizes: a classical point of the weight space.</summary>
    public static LearnedKrylov FromSteps(params ReadOnlySpan<double> steps)
    {
        double[] weights = new double[WeightCount(steps.Length)];
        for (int j = 1, at = 0; j <= steps.Length; j++)
        {
            for (int l = 0; l < j; l++)
            {
                weights[at++] = -steps[l];
            }
        }

        return new LearnedKrylov(weights);
    }

    /// <summary>
    /// The method whose residual polynomial has the given roots: <c>q(t) = prod (1 - t/z_i)</c>. Real roots become
    /// Richardson steps, conjugate pairs two evaluations that share their start; the order of the roots is chosen so that
    /// rounding errors do not grow.
    /// </summary>
    /// <exception cref="ArgumentException">A root is 0 or not finite, or complex without its conjugate.</exception>
    public static LearnedKrylov FromRoots(ReadOnlySpan<Complex> roots)
    {
        Complex[] z = roots.ToArray();
        LejaOrder.Sort(z);
        double[] weights = new double[WeightCount(z.Length)], row = new double[z.Length];
        for (int j = 0, at = 0; j < z.Length; j++)
        {
            if (!Complex.IsFinite(z[j]) || z[j] == Complex.Zero)
            {
                throw new ArgumentException($"a root is {z[j]}; roots must be finite and not 0");
            }

            if (z[j].Imaginary == 0)
            {
                row[j] = -1 / z[j].Real;
            }
            else if (z[j].Imaginary > 0 && j + 1 < z.Length && z[j + 1].Imaginary < 0)
            {
                row[j] = -1 / Complex.Abs(z[j]);
            }
            else if (z[j].Imaginary < 0 && j > 0 && z[j - 1].Imaginary > 0)
            {
                // (1 - t/z)(1 - t/z') = 1 - c1 t + c2 t^2, with A v = (v' - v)/theta from the evaluation before
                double modulus = Complex.Abs(z[j]), c1 = 2 * z[j].Real / (modulus * modulus);
                row[j] = -1 / modulus;
                row[j - 1] = -c1 - row[j];
            }
            else
            {
                throw new ArgumentException($"the root {z[j]} comes without its conjugate");
            }

            row.AsSpan(0, j + 1).CopyTo(weights.AsSpan(at));
            at += j + 1;
        }

        return new LearnedKrylov(weights);
    }

    /// <summary>The factor <c>q(t)</c> by which one step multiplies the residual in the direction of an eigenvector to <c>t</c>.</summary>
    public TNumber ResidualPolynomial<TNumber>(TNumber t)
        where TNumber : INumberBase<TNumber>
    {
        TNumber[] v = new TNumber[InnerEvaluations];
        for (int j = 0, at = 0; j <= InnerEvaluations; j++)
        {
            TNumber sum = TNumber.Zero;
            for (int l = 0; l < j; l++)
            {
                sum += TNumber.CreateChecked(_weights[at++]) * v[l];
            }

            TNumber value = TNumber.One + (t * sum);
            if (j == InnerEvaluations)
            {
                return value;
            }

            v[j] = value;
        }

        return TNumber.One;
    }

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => new(WorkspaceSteps.Vectors(problem, _plan.Window), 0);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        Batch residual = Steps(problem, workspace).Residual;
        LinearSteps.StartFunction(problem, workspace, startsAtZero, residual);
        BatchKernels.Norm(residual, workspace.ResidualNorms);
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        WorkspaceSteps steps = Steps(problem, workspace);
        steps.Start();
        _plan.Run(steps, relaxes: problem.Preconditioner is null);
        LinearSteps.Function(problem, workspace, workspace.Iterate, steps.Residual);
        BatchKernels.Norm(steps.Residual, workspace.ResidualNorms);
    }

    /// <summary>One step from zero without the evaluation that only the next step needs: <c>n - 1</c> products.</summary>
    internal void ApplyOnce(LinearSystem problem, Workspace workspace)
    {
        workspace.Iterate.Values.Clear();
        WorkspaceSteps steps = Steps(problem, workspace);
        LinearSteps.StartFunction(problem, workspace, startsAtZero: true, steps.Residual);
        steps.Start();
        _plan.Run(steps, relaxes: problem.Preconditioner is null);
    }

    /// <summary>
    /// Records the loss <c>sum_k lossWeights[k-1] ||f(x_k)||^2</c> of an unrolled run from zero, summed over the instances
    /// of the system in the slot, with the weights of the method as the tape's parameters. To train for a preconditioner,
    /// precondition the operator itself.
    /// </summary>
    internal static Tape Record(LinearSystemSlot slot, int innerEvaluations, ReadOnlySpan<double> lossWeights)
    {
        var tape = new Tape(slot.System.Components, slot.System.Instances);
        var steps = new TapeSteps(tape, slot, innerEvaluations);
        RowPlan plan = RowPlan.Independent(innerEvaluations);
        steps.StartAtZero();
        foreach (double weight in lossWeights)
        {
            plan.Run(steps, relaxes: false);
            steps.Function(0, 0);
            tape.AddSumOfSquares(steps.Residual, weight);
        }

        tape.Close();
        return tape;
    }

    /// <summary>The same loss with one recorded step and every <paramref name="every"/>-th state stored: for long runs and large systems.</summary>
    internal static CheckpointedUnroll RecordCheckpointed(LinearSystemSlot slot, int innerEvaluations, ReadOnlySpan<double> lossWeights, int every)
    {
        var tape = new Tape(slot.System.Components, slot.System.Instances);
        var steps = new TapeSteps(tape, slot, innerEvaluations);
        steps.StartAtState();
        (Variable x, Variable residual) = (steps.Iterate, steps.Residual);
        RowPlan.Independent(innerEvaluations).Run(steps, relaxes: false);
        steps.Function(0, 0);
        tape.AddSumOfSquares(steps.Residual, 1);
        return new CheckpointedUnroll(tape, [(x, steps.Iterate), (residual, steps.Residual)], lossWeights, every, start =>
        {
            start[0].Values.Clear();
            Kernels.Multiply(-1.0, slot.System.RightHandSide.Values, start[1].Values);
        });
    }

    private WorkspaceSteps Steps(LinearSystem problem, Workspace workspace) => new(problem, workspace, _weights, _plan.Window);
}
