using System.Globalization;
using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// The Chebyshev semi-iteration: after <c>k</c> steps the residual is <c>q(A M^-1) r</c> with the polynomial of degree
/// <c>k</c>, <c>q(0) = 1</c>, that is smallest on a given interval. One product a step and no inner products.
/// </summary>
/// <remarks>
/// <para><c>p = z + beta p</c>, <c>x += alpha p</c> with <c>z = M^-1 (b - A x)</c>, <c>theta = (l + L)/2</c>, <c>delta = (L - l)/2</c>;
/// <c>alpha_0 = 1/theta</c>, <c>beta_0 = 0</c>; <c>beta_1 = (delta alpha_0)^2/2</c>, later <c>beta_k = (delta alpha_{k-1}/2)^2</c>;
/// <c>alpha_k = 1/(theta - beta_k/alpha_{k-1})</c>. Stable for any number of steps.</para>
/// <para>Needs the eigenvalues of <c>M^-1 A</c> in <c>[l, L]</c>, <c>l > 0</c>; above <c>L</c> the iteration diverges, below
/// <c>l</c> it is slow.</para>
/// <para>Storage: 2n beside x, 3n with a preconditioner. Work per step: one product, one preconditioner, 2 updates and the
/// norm. The residual is computed anew each time.</para>
/// <para>Not checked: the interval; a wrong one ends in <see cref="Termination.Diverged"/> or <see cref="Termination.Stagnated"/>.</para>
/// <para>Golub and Varga, Numer. Math. 3 (1961) 147-156, doi:10.1007/BF01386013.</para>
/// </remarks>
public sealed class Chebyshev : IIteration<LinearSystem>
{
    private const int F = 0, P = 1, Z = 2;
    private const int Alpha = 0, Taken = 1;

    private readonly double _theta;
    private readonly double _delta;

    /// <summary>Creates the method.</summary>
    /// <param name="smallest"><c>l</c>, positive.</param>
    /// <param name="largest"><c>L</c>, at least <paramref name="smallest"/>.</param>
    /// <exception cref="ArgumentException">The interval is empty, not finite, or not positive.</exception>
    public Chebyshev(double smallest, double largest)
    {
        Check(smallest, largest);
        _theta = (largest + smallest) / 2;
        _delta = (largest - smallest) / 2;
    }

    /// <inheritdoc/>
    public string Name => "Chebyshev";

    /// <summary>
    /// The step sizes <c>1/t_i</c> with which <see cref="Richardson"/> arrives, after one cycle, where this method arrives
    /// after <paramref name="degree"/> steps: <c>t_i</c> are the zeros of the Chebyshev polynomial of the interval.
    /// </summary>
    /// <param name="smallest"><c>l</c>, positive.</param>
    /// <param name="largest"><c>L</c>, at least <paramref name="smallest"/>.</param>
    /// <param name="degree">How many steps.</param>
    /// <remarks>
    /// In Leja's order: each zero is the one farthest, in the product of distances, from those before it. In the order of
    /// their size the partial products grow beyond all bounds and rounding errors with them.
    /// </remarks>
    /// <exception cref="ArgumentException">The interval is empty, not finite, or not positive; the degree is not positive.</exception>
    public static double[] Steps(double smallest, double largest, int degree)
    {
        Check(smallest, largest);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree);
        double theta = (largest + smallest) / 2, delta = (largest - smallest) / 2;
        var zeros = new Complex[degree];
        for (int i = 0; i < degree; i++)
        {
            zeros[i] = theta + (delta * Math.Cos(((2 * i) + 1) * Math.PI / (2 * degree)));
        }

        LejaOrder.Sort(zeros);
        return Array.ConvertAll(zeros, t => 1 / t.Real);
    }

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => new(problem.Preconditioner is null ? 2 : 3, 2);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        workspace.Scalar(Taken).Clear();
        LinearSteps.StartFunction(problem, workspace, startsAtZero, workspace.Vector(F));
        BatchKernels.Norm(workspace.Vector(F), workspace.ResidualNorms);
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        Batch x = workspace.Iterate, f = workspace.Vector(F), p = workspace.Vector(P);
        double taken = workspace.Scalar(Taken)[0], last = workspace.Scalar(Alpha)[0], alpha = 1 / _theta;
        Batch z = LinearSteps.Precondition(problem, workspace, f, Z);
        if (taken == 0)
        {
            Kernels.Multiply(-1.0, z.Values, p.Values);
        }
        else
        {
            double ratio = _delta * last, beta = taken == 1 ? ratio * ratio / 2 : ratio * ratio / 4;
            alpha = 1 / (_theta - (beta / last));
            Kernels.Multiply(beta, p.Values, p.Values);
            Kernels.Subtract<double>(p.Values, z.Values, p.Values);
        }

        Kernels.MultiplyAdd<double>(alpha, p.Values, x.Values, x.Values);
        LinearSteps.Function(problem, workspace, x, f);
        BatchKernels.Norm(f, workspace.ResidualNorms);
        workspace.Scalar(Alpha).Fill(alpha);
        workspace.Scalar(Taken).Fill(Math.Min(taken + 1, 2));
    }

    private static void Check(double smallest, double largest)
    {
        if (!(smallest > 0) || !(largest >= smallest) || !double.IsFinite(largest))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"the spectral interval is [{smallest}, {largest}]; it must be finite, not empty and positive"));
        }
    }
}
