using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>The chain rule of a recurrence, for many instances at once.</summary>
internal static class SensitivityKernels
{
    /// <summary>
    /// <c>g[d, q] += sum_e m[d, e] s[e, q]</c> for every instance: with m the derivative of a step with respect to the state, g that
    /// with respect to the parameters and s the sensitivity before the step, g becomes the sensitivity after it.
    /// </summary>
    /// <param name="m">(states, states, instances).</param>
    /// <param name="s">(states, parameters, instances).</param>
    /// <param name="g">(states, parameters, instances).</param>
    /// <param name="states">The number of states.</param>
    /// <param name="parameters">The number of parameters.</param>
    /// <param name="instances">The number of instances, a multiple of eight.</param>
    public static void Propagate(ReadOnlySpan<double> m, ReadOnlySpan<double> s, Span<double> g, int states, int parameters, int instances)
    {
        ref double m0 = ref Kernels.Start(m, states * states * instances);
        ref double s0 = ref Kernels.Start(s, states * parameters * instances);
        ref double g0 = ref Kernels.Start((ReadOnlySpan<double>)g, states * parameters * instances);
        nuint lanes = (nuint)Vector512<double>.Count, n = (nuint)instances, row = (nuint)parameters * n;
        for (int d = 0; d < states; d++)
        {
            // Two columns of the sum at a time: g is loaded and stored half as often.
            int e = 0;
            for (; e + 2 <= states; e += 2)
            {
                nuint a = (nuint)((d * states) + e) * n, gRow = (nuint)d * row, sRow = (nuint)e * row;
                for (nuint i = 0; i < n; i += lanes)
                {
                    Vector512<double> m1 = Vector512.LoadUnsafe(ref m0, a + i), m2 = Vector512.LoadUnsafe(ref m0, a + n + i);
                    for (nuint q = i; q < row; q += n)
                    {
                        Vector512<double> sum = Lanes.MultiplyAdd(
                            m1, Vector512.LoadUnsafe(ref s0, sRow + q), Vector512.LoadUnsafe(ref g0, gRow + q));
                        Lanes.MultiplyAdd(m2, Vector512.LoadUnsafe(ref s0, sRow + row + q), sum).StoreUnsafe(ref g0, gRow + q);
                    }
                }
            }

            for (; e < states; e++)
            {
                nuint a = (nuint)((d * states) + e) * n, gRow = (nuint)d * row, sRow = (nuint)e * row;
                for (nuint i = 0; i < n; i += lanes)
                {
                    Vector512<double> m1 = Vector512.LoadUnsafe(ref m0, a + i);
                    for (nuint q = i; q < row; q += n)
                    {
                        Lanes.MultiplyAdd(m1, Vector512.LoadUnsafe(ref s0, sRow + q), Vector512.LoadUnsafe(ref g0, gRow + q))
                            .StoreUnsafe(ref g0, gRow + q);
                    }
                }
            }
        }
    }
}
