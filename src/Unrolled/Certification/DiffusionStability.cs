using Unrolled.Deployment;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Certification;

/// <summary>
/// Certificates of a chain of symmetric steps, <c>u_(k+1) = (1 - gamma_k) S_k(u_k) + gamma_k f</c> with <c>S u = u - tau K^T Phi(K u)</c>, recomputed from kernels, fluxes
/// and step sizes alone.
/// </summary>
/// <remarks>
/// <para><c>f</c> is the datum and <c>u_0 = f</c>; without data weights all <c>gamma_k</c> are 0. All norms are Euclidean. The channels of <c>Phi</c> have their own
/// constants, which are taken into the bank: with <c>D_c &gt;= 0</c>, <c>||D^(1/2) K||</c> is the norm of the bank whose filter <c>c</c> is multiplied with <c>sqrt(D_c)</c>
/// (<see cref="OperatorNorm.Bound"/>, for signals and images of every size).</para>
/// <para><b>Norm decrease.</b> <c>Phi(K u) = G K u</c> with symmetric <c>0 &lt;= G &lt;= D = diag(g_max)</c>. So <c>0 &lt;= tau K^T G K &lt;= tau ||D^(1/2) K||^2 &lt;= 2</c>
/// makes <c>1 - tau K^T G K</c> a symmetric matrix of norm at most 1; <c>Phi</c> need not be monotone. With data weights <c>||u_k|| &lt;= ||f||</c> follows by convexity.</para>
/// <para><b>Bounded growth.</b> Where <c>Phi</c> also flows backward, <c>Phi = Phi_+ + Phi_-</c> with <c>Phi_+(s) = G s</c>, <c>0 &lt;= G &lt;= D</c>, and
/// <c>|Phi_-(s)_c| &lt;= M_c</c>. The forward part does not increase the norm, and for any <c>v</c> of <c>N</c> pixels
/// <c>&lt;v, K^T Phi_-&gt; = &lt;M^(1/2) K v, M^(-1/2) Phi_-&gt; &lt;= ||M^(1/2) K|| ||v|| (N sum over c of M_c)^(1/2)</c>. So a block adds at most
/// <c>a = tau ||M^(1/2) K|| (sum over c of M_c)^(1/2)</c> to the root mean square over pixels, whatever the state is, and <c>b_(k+1) = (1 - gamma_k)(b_k + a_k)</c> from
/// <c>b_0 = 0</c> bounds by how much the state exceeds the datum.</para>
/// <para><b>Differences.</b> The derivative of <c>S</c> is <c>1 - tau K^T Phi' K</c> with symmetric <c>-B &lt;= Phi' &lt;= L</c>, so its eigenvalues lie in
/// <c>[1 - tau ||L^(1/2) K||^2, 1 + tau ||B^(1/2) K||^2]</c>, and by the mean value theorem <c>S</c> expands differences at most by the larger size of both ends.
/// For monotone fluxes and <c>tau ||L^(1/2) K||^2 &lt;= 2</c> that is 1.</para>
/// <para>None of this is a maximum principle.</para>
/// </remarks>
public static class DiffusionStability
{
    // a step size that was chosen as the limit itself may exceed it by rounding, which a certificate does not bound
    private const double Rounding = 1e-13;

    /// <summary>No block makes the norm larger than the largest of those of the state and the datum: <c>max over k of tau_k ||D^(1/2) K_k||^2 &lt;= 2</c>.</summary>
    /// <param name="steps">The blocks.</param>
    /// <param name="dataWeights">One weight <c>gamma_k</c> in [0, 1] per block, or none.</param>
    public static Certificate NormDecrease(IReadOnlyList<SymmetricStep<double>> steps, ReadOnlySpan<double> dataWeights = default)
    {
        bool valid = Check(steps, dataWeights);
        bool forward = steps.All(step => Enumerable.Range(0, step.Bank.Filters).All(c => Of(step).LargestBackwardFlux(c) == 0));
        double largest = LargestForwardReach(steps);
        string claim = dataWeights.IsEmpty
            ? "no block increases the Euclidean norm of the signal or image"
            : "the Euclidean norm of the state never exceeds that of the datum";
        return new Certificate(claim, Finite(largest), 2, valid && forward && Within(largest, 2), Assumptions(steps));
    }

    /// <summary>
    /// The root mean square of the state over the pixels never exceeds that of the datum by more than the value, however large the datum is: <c>max over k of tau_k
    /// ||D^(1/2) K_k||^2 &lt;= 2</c> for the forward part of the fluxes, and the backward part is bounded.
    /// </summary>
    /// <param name="steps">The blocks.</param>
    /// <param name="bound">What the excess must not exceed, in the unit of the state.</param>
    /// <param name="dataWeights">One weight <c>gamma_k</c> in [0, 1] per block, or none.</param>
    public static Certificate BoundedGrowth(IReadOnlyList<SymmetricStep<double>> steps, double bound, ReadOnlySpan<double> dataWeights = default)
    {
        bool valid = Check(steps, dataWeights);
        double excess = 0, largest = 0;
        for (int k = 0; k < steps.Count; k++)
        {
            excess = (1 - (dataWeights.IsEmpty ? 0 : dataWeights[k])) * (excess + BackwardGain(steps[k]));
            largest = excess <= largest ? largest : excess;
        }

        return new Certificate(
            "the root mean square of the state never exceeds that of the datum by more than the bound", Finite(largest), bound,
            valid && Within(LargestForwardReach(steps), 2) && Within(largest, bound), Assumptions(steps));
    }

    /// <summary>
    /// The chain moves two inputs no further apart: every flux is monotone and <c>max over k of tau_k ||L^(1/2) K_k||^2 &lt;= 2</c>. Refused for a flux that is not monotone.
    /// </summary>
    /// <param name="steps">The blocks.</param>
    /// <param name="dataWeights">One weight <c>gamma_k</c> in [0, 1] per block, or none.</param>
    public static Certificate Nonexpansive(IReadOnlyList<SymmetricStep<double>> steps, ReadOnlySpan<double> dataWeights = default)
    {
        bool valid = Check(steps, dataWeights);
        bool monotone = steps.All(step => Enumerable.Range(0, step.Bank.Filters).All(c => Of(step).SmallestSlope(c) >= 0));
        double largest = steps.Max(step => Reach(step, Of(step).LargestSlope));
        return new Certificate(
            "the network is nonexpansive: two inputs are never moved further apart", Finite(largest), 2, valid && monotone && Within(largest, 2), Assumptions(steps));
    }

    /// <summary>Every block expands the distance of two states by at most the value, which must not exceed the bound.</summary>
    /// <param name="steps">The blocks.</param>
    /// <param name="bound">What the largest expansion must not exceed.</param>
    public static Certificate BlockExpansion(IReadOnlyList<SymmetricStep<double>> steps, double bound)
    {
        bool valid = Check(steps, default);
        double largest = steps.Max(Expansion);
        return new Certificate(
            "no block expands the Euclidean distance of two states by more than the bound", Finite(largest), bound, valid && Within(largest, bound), Assumptions(steps));
    }

    /// <summary>
    /// The whole chain expands the distance of two inputs by at most the value: <c>c_(k+1) = (1 - gamma_k) e_k c_k + gamma_k</c> from <c>c_0 = 1</c> with the expansions
    /// <c>e_k</c> of the blocks, their product if there is no datum.
    /// </summary>
    /// <param name="steps">The blocks.</param>
    /// <param name="bound">What the expansion must not exceed.</param>
    /// <param name="dataWeights">One weight <c>gamma_k</c> in [0, 1] per block, or none.</param>
    public static Certificate ChainExpansion(IReadOnlyList<SymmetricStep<double>> steps, double bound, ReadOnlySpan<double> dataWeights = default)
    {
        bool valid = Check(steps, dataWeights);
        double expansion = 1;
        for (int k = 0; k < steps.Count; k++)
        {
            double gamma = dataWeights.IsEmpty ? 0 : dataWeights[k];
            expansion = ((1 - gamma) * Expansion(steps[k]) * expansion) + gamma;
        }

        return new Certificate(
            "the network expands the Euclidean distance of two inputs by at most the bound", Finite(expansion), bound, valid && Within(expansion, bound), Assumptions(steps));
    }

    /// <summary>
    /// Every block keeps the mean of every channel: <c>K 1 = 0</c>, so the entries of every kernel sum to zero, up to a tolerance relative to the sum of their sizes.
    /// Refused where zeros stand outside: there constants are not continued as constants.
    /// </summary>
    /// <param name="steps">The blocks.</param>
    /// <param name="tolerance">What rounding of the kernels may leave.</param>
    public static Certificate MeanPreservation(IReadOnlyList<SymmetricStep<double>> steps, double tolerance = 1e-12)
    {
        Check(steps, default);
        double largest = steps.Any(step => step.Bank.Boundary == Boundary.Zero) ? double.PositiveInfinity : 0;
        foreach (SymmetricStep<double> step in steps)
        {
            for (int k = 0; k < step.Bank.Filters * step.Bank.Channels; k++)
            {
                double sum = 0, size = 0;
                foreach (double entry in step.Bank.Kernel(k / step.Bank.Channels, k % step.Bank.Channels))
                {
                    sum += entry;
                    size += Math.Abs(entry);
                }

                double part = size == 0 ? 0 : Math.Abs(sum) / size;
                largest = part <= largest ? largest : double.IsNaN(part) ? double.PositiveInfinity : part;
            }
        }

        return new Certificate("every block preserves the mean of every channel", Finite(largest), tolerance, largest <= tolerance, ["exact arithmetic in the step"]);
    }

    private static double LargestForwardReach(IReadOnlyList<SymmetricStep<double>> steps) => steps.Max(step => Reach(step, Of(step).LargestDiffusivity));

    /// <summary>What the backward flux of a block can add to the root mean square: <c>tau ||M^(1/2) K|| (sum of M_c)^(1/2)</c>.</summary>
    private static double BackwardGain(SymmetricStep<double> step)
    {
        ICertifiedActivation<double> flux = Of(step);
        double sum = Enumerable.Range(0, step.Bank.Filters).Sum(flux.LargestBackwardFlux);
        return sum == 0 ? 0 : Math.Sqrt(Reach(step, flux.LargestBackwardFlux) * step.Tau * sum);
    }

    /// <summary>A bound of what one block does to the distance of two states.</summary>
    private static double Expansion(SymmetricStep<double> step)
    {
        ICertifiedActivation<double> flux = Of(step);
        double up = Reach(step, c => Math.Max(flux.LargestSlope(c), 0)), down = Reach(step, c => Math.Max(-flux.SmallestSlope(c), 0));
        return Math.Max(Math.Max(up - 1, 1 + down), 1);
    }

    /// <summary><c>tau ||D^(1/2) K||^2</c>; infinite for a negative step.</summary>
    private static double Reach(SymmetricStep<double> step, Func<int, double> constant)
    {
        ConvolutionBank<double> bank = step.Bank;
        double[] kernels = bank.Kernels.ToArray();
        int length = kernels.Length / bank.Filters;
        for (int c = 0; c < bank.Filters; c++)
        {
            double factor = Math.Sqrt(constant(c));
            foreach (ref double k in kernels.AsSpan(c * length, length))
            {
                k = k == 0 ? 0 : k * factor;
            }
        }

        double norm = OperatorNorm.Bound(new ConvolutionBank<double>(kernels, bank.Filters, bank.Channels, bank.KernelRows, bank.KernelColumns, bank.Boundary));
        double reach = step.Tau * norm * norm;
        return step.Tau >= 0 && !double.IsNaN(reach) ? reach : double.PositiveInfinity;
    }

    private static ICertifiedActivation<double> Of(SymmetricStep<double> step) => step.Flux as ICertifiedActivation<double>
        ?? throw new ArgumentException($"{step.Flux.GetType().Name} does not know the bounds of its diffusivity and slope");

    private static bool Check(IReadOnlyList<SymmetricStep<double>> steps, ReadOnlySpan<double> dataWeights)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            throw new ArgumentException("there is no block to certify", nameof(steps));
        }

        if (!dataWeights.IsEmpty)
        {
            Guard.Equal(dataWeights.Length, steps.Count, "the number of data weights", "the number of blocks");
        }

        foreach (SymmetricStep<double> step in steps)
        {
            Guard.Equal(Of(step).Channels, step.Bank.Filters, "the number of channels of a flux", "the number of filters of its bank");
        }

        bool valid = true;
        foreach (double gamma in dataWeights)
        {
            valid &= gamma >= 0 && gamma <= 1;
        }

        return valid;
    }

    private static IReadOnlyList<string> Assumptions(IReadOnlyList<SymmetricStep<double>> steps) =>
    [
        "exact arithmetic in the step",
        steps.Any(step => step.Bank.Boundary == Boundary.Reflecting)
            ? "images are continued by half-sample reflection, or periodically where the bank says so, with the exact adjoint"
            : "images are continued periodically, with the exact adjoint",
    ];

    private static bool Within(double value, double bound) => double.IsFinite(value) && value <= bound * (1 + Rounding);

    private static double Finite(double value) => double.IsFinite(value) ? value : double.MaxValue;
}
