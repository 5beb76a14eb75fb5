using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion;

/// <summary>
/// The block that all diffusion schemes share: an explicit step <c>v = u - tau K^T Phi(K u)</c>, a residual block whose
/// second convolution is the negative transpose of the first.
/// </summary>
/// <remarks>
/// If <c>0 &lt;= Phi(s)/s &lt;= g_max</c> and <c>tau &lt;= 2/(g_max ||K||^2)</c> then <c>||v|| &lt;= ||u||</c> (arXiv 2107.14742, Euclidean
/// stability of the explicit scheme).
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="bank">The convolutions <c>K</c>.</param>
/// <param name="flux">The flux <c>Phi</c>.</param>
/// <param name="tau">The step size.</param>
public sealed class SymmetricStep<T>(ConvolutionBank<T> bank, IActivation<T> flux, T tau)
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The convolutions <c>K</c>.</summary>
    public ConvolutionBank<T> Bank { get; } = bank;

    /// <summary>The flux <c>Phi</c>.</summary>
    public IActivation<T> Flux { get; } = flux;

    /// <summary>The step size <c>tau</c>.</summary>
    public T Tau { get; } = tau;

    /// <summary><c>flow = K^T Phi(K u)</c>.</summary>
    public void Flow(Field<T> u, Field<T> flow)
    {
        Check(u, flow);
        var memory = new SymmetricStepMemory<T>(this, u.Rows, u.Columns);
        for (int n = 0; n < u.Instances; n++)
        {
            Flow(u.Instance(n), flow.Instance(n), memory);
        }
    }

    /// <summary><c>flow = K^T Phi(K u)</c> of one instance, band after band of rows.</summary>
    /// <param name="u">(channels, rows, columns) numbers.</param>
    /// <param name="flow">The same; may be <paramref name="u"/>.</param>
    /// <param name="memory">The scratch.</param>
    public void Flow(ReadOnlySpan<T> u, Span<T> flow, SymmetricStepMemory<T> memory)
    {
        Check(u.Length, flow.Length, memory);
        ConvolutionMemory<T> scratch = memory.Convolution;
        ConvolutionLayout layout = scratch.Layout;
        scratch.Pad(u, scratch.Padded);
        scratch.Sum.Clear();
        if (Flux is IPointwiseActivation<T> pointwise && Bank.PrefersWinograd(layout.Rows, layout.Columns))
        {
            AddFlowByTiles(layout, scratch.Padded, pointwise, memory.Winograd, scratch.Sum);
        }
        else
        {
            AddFlowByBands(layout, scratch);
        }

        scratch.Fold(flow);
    }

    /// <summary><c>next = u - tau K^T Phi(K u)</c>.</summary>
    public void Apply(Field<T> u, Field<T> next)
    {
        Check(u, next);
        var memory = new SymmetricStepMemory<T>(this, u.Rows, u.Columns);
        for (int n = 0; n < u.Instances; n++)
        {
            Apply(u.Instance(n), next.Instance(n), memory);
        }
    }

    /// <summary><c>next = u - tau K^T Phi(K u)</c> of one instance.</summary>
    /// <param name="u">(channels, rows, columns) numbers.</param>
    /// <param name="next">The same; may be <paramref name="u"/>.</param>
    /// <param name="memory">The scratch.</param>
    public void Apply(ReadOnlySpan<T> u, Span<T> next, SymmetricStepMemory<T> memory)
    {
        Check(u.Length, next.Length, memory);
        Flow(u, memory.Flow, memory);
        Kernels.MultiplyAdd(-Tau, memory.Flow, u, next);
    }

    /// <summary>The reverse sweep of <see cref="Apply(Field{T}, Field{T})"/>; see the overload for one instance.</summary>
    public void Backward(Field<T> u, Field<T> p, Field<T> du, Span<T> kernelGradient, Span<T> fluxGradient, ref T tauGradient)
    {
        Check(u, p);
        Check(u, du);
        var memory = new SymmetricStepMemory<T>(this, u.Rows, u.Columns);
        for (int n = 0; n < u.Instances; n++)
        {
            Backward(u.Instance(n), p.Instance(n), du.Instance(n), kernelGradient, fluxGradient, ref tauGradient, memory);
        }
    }

    /// <summary>
    /// The reverse sweep of one instance. With <c>p = dL/d(next)</c>: <c>dL/du = p - tau K^T(Phi'(K u)^T K p)</c>,
    /// <c>dL/dK = -tau (corr(u, Phi'(K u)^T K p) + corr(p, Phi(K u)))</c>, <c>dL/dtheta = -tau sum (K p)^T dPhi(K u)/dtheta</c>,
    /// <c>dL/dtau = -&lt;K p, Phi(K u)&gt;</c>.
    /// </summary>
    /// <remarks>
    /// What an instance contributes to a gradient is summed before it is added, so gradients of instances that are computed apart and added in their order
    /// have the same bits. <c>K u</c> is computed again, which costs less than to read it back.
    /// </remarks>
    /// <param name="u">What the step was applied to: (channels, rows, columns) numbers.</param>
    /// <param name="p">The gradient with respect to the result.</param>
    /// <param name="du">Becomes the gradient with respect to <paramref name="u"/>; may be <paramref name="p"/>.</param>
    /// <param name="kernelGradient">Is added to, in the order of <see cref="ConvolutionBank{T}.Kernels"/>; empty if it is not wanted.</param>
    /// <param name="fluxGradient">Is added to; empty if it is not wanted.</param>
    /// <param name="tauGradient">Is added to.</param>
    /// <param name="memory">The scratch.</param>
    public void Backward(
        ReadOnlySpan<T> u, ReadOnlySpan<T> p, Span<T> du, Span<T> kernelGradient, Span<T> fluxGradient, ref T tauGradient, SymmetricStepMemory<T> memory)
    {
        Check(u.Length, du.Length, memory);
        Check(p.Length, du.Length, memory);
        CheckGradients(kernelGradient, fluxGradient);
        ConvolutionMemory<T> scratch = memory.Convolution;
        SymmetricStepMemory<T>.Reverse reverse = memory.ForReverse;
        ConvolutionLayout layout = scratch.Layout;
        Span<T> kernelSums = kernelGradient.IsEmpty ? [] : scratch.KernelSums;
        scratch.Pad(u, scratch.Padded);
        scratch.Pad(p, reverse.Padded);
        scratch.Sum.Clear();
        kernelSums.Clear();
        memory.FluxGradient.Clear();
        T slope = T.Zero;
        for (int first = 0; first < layout.Rows; first += layout.BandRows)
        {
            int rows = Math.Min(layout.BandRows, layout.Rows - first);
            Bank.Correlate(layout, scratch.Padded, first, rows, scratch.Strips);
            Bank.Correlate(layout, reverse.Padded, first, rows, reverse.Weighted);
            Span<T> s = Strips(layout, scratch.Strips, rows), kp = Strips(layout, reverse.Weighted, rows);
            Span<T> value = Strips(layout, reverse.Value, rows), product = Strips(layout, reverse.Product, rows);
            ClearGaps(layout, s, rows);
            ClearGaps(layout, kp, rows);
            Flux.Linearize(s, kp, value, product, Bank.Filters, memory.FluxGradient);
            ClearGaps(layout, value, rows);
            ClearGaps(layout, product, rows);
            slope += Kernels.Dot<T>(kp, value);
            Bank.Spread(layout, reverse.Product, first, rows, scratch.Parts, scratch.Sum);
            if (!kernelSums.IsEmpty)
            {
                Bank.AccumulateKernelGradient(layout, scratch.Padded, reverse.Product, first, rows, kernelSums);
                Bank.AccumulateKernelGradient(layout, reverse.Padded, reverse.Value, first, rows, kernelSums);
            }
        }

        scratch.Fold(memory.Flow);
        Kernels.MultiplyAdd(-Tau, memory.Flow, p, du);
        tauGradient -= slope;
        if (!kernelSums.IsEmpty)
        {
            KernelGradientKernels.Reduce(kernelSums, Bank.Filters, Bank.Channels, Bank.KernelRows * Bank.KernelColumns, -Tau, kernelGradient);
        }

        if (!fluxGradient.IsEmpty)
        {
            Kernels.Multiply(-Tau, memory.FluxGradient, memory.FluxGradient);
            Kernels.Add(memory.FluxGradient, fluxGradient, fluxGradient);
        }
    }

    private void AddFlowByBands(ConvolutionLayout layout, ConvolutionMemory<T> scratch)
    {
        for (int first = 0; first < layout.Rows; first += layout.BandRows)
        {
            int rows = Math.Min(layout.BandRows, layout.Rows - first);
            Bank.Correlate(layout, scratch.Padded, first, rows, scratch.Strips);
            Span<T> s = Strips(layout, scratch.Strips, rows);
            Flux.Apply(s, s, Bank.Filters);
            ClearGaps(layout, s, rows);
            Bank.Spread(layout, scratch.Strips, first, rows, scratch.Parts, scratch.Sum);
        }
    }

    /// <summary>
    /// By Winograd's algorithm. Responses do not leave the cache of first level: a block of filters goes through convolution, flux and adjoint before the next
    /// one begins.
    /// </summary>
    private void AddFlowByTiles(ConvolutionLayout layout, ReadOnlySpan<T> padded, IPointwiseActivation<T> flux, WinogradMemory<T> memory, Span<T> sum)
    {
        WinogradBank<T> bank = Bank.Winograd;
        Span<T> samples = memory.Samples, tile = memory.Tile, parts = memory.Parts[memory.Lead..];
        int lanes = Vector512<T>.Count, widest = Math.Min(ConvolutionKernels.LargestTile, layout.Stride / lanes);
        for (int row = 0; row < layout.Rows; row += memory.Rows)
        {
            int rows = Math.Min(memory.Rows, layout.Rows - row);
            bank.TransformInput(layout, padded, row, memory);
            for (int next = 0, registers; next < layout.Stride; next += registers * lanes)
            {
                // the last tile ends where the row ends; what it shares with the one before has the same bits
                registers = Math.Min(widest, (layout.Stride - next + lanes - 1) / lanes);
                int width = registers * lanes, column = Math.Min(next, layout.Stride - width);
                foreach (WinogradBank<T>.Block block in bank.Blocks)
                {
                    bank.Respond(block, samples[column..], tile, registers, memory);
                    for (int f = 0; f < block.Size; f++)
                    {
                        Span<T> s = tile.Slice(f * WinogradKernels.Planes * width, rows * width);
                        flux.ApplyChannel(block.First + f, s, s);
                    }

                    bank.Spread(block, tile, parts[column..], registers, rows, layout.Columns - column, memory);
                }
            }

            bank.AddInputAdjoint(layout, memory, row, sum);
        }
    }

    private static Span<T> Strips(ConvolutionLayout layout, Span<T> strips, int rows) =>
        strips.Slice(layout.Lead, (strips.Length - layout.Lead) / layout.StripStride(layout.BandRows) * layout.StripStride(rows));

    private void ClearGaps(ConvolutionLayout layout, Span<T> strips, int rows) =>
        StripKernels.ClearGaps(strips, Bank.Filters, layout.StripStride(rows), rows, layout.Stride, layout.Columns);

    private static void Check(Field<T> u, Field<T> other)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(other);
        if (!u.SameExtents(other))
        {
            throw new ArgumentException($"the fields are {u} and {other}; their extents must agree");
        }
    }

    private void Check(int length, int otherLength, SymmetricStepMemory<T> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ConvolutionLayout layout = memory.Convolution.Layout;
        int plane = layout.Rows * layout.Columns;
        memory.Convolution.Check(Bank, length, Bank.Filters * plane);
        if (otherLength != length)
        {
            throw new ArgumentException($"the states have {length} and {otherLength} numbers");
        }

        if (memory.FluxGradient.Length != Flux.ParameterCount)
        {
            throw new ArgumentException($"the memory is for a flux of {memory.FluxGradient.Length} parameters, the flux has {Flux.ParameterCount}", nameof(memory));
        }
    }

    private void CheckGradients(ReadOnlySpan<T> kernelGradient, ReadOnlySpan<T> fluxGradient)
    {
        if (!kernelGradient.IsEmpty)
        {
            Bank.CheckGradient(kernelGradient);
        }

        if (!fluxGradient.IsEmpty && fluxGradient.Length != Flux.ParameterCount)
        {
            throw new ArgumentException($"the gradient has {fluxGradient.Length} numbers, the flux has {Flux.ParameterCount} parameters", nameof(fluxGradient));
        }
    }
}
