using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Linear combinations <c>y = x + sum_l c_l v_l</c> of whole batches with weights shared by all instances, and their
/// adjoints: the inner loop of every learned step. The sum is one chain of fused operations in the order of the terms.
/// </summary>
internal static unsafe class CombinationKernels
{
    /// <summary><c>y = x + sum_l c_l v_l</c>. <c>y</c> may be <c>x</c>.</summary>
    public static void Combine(double* x, double* c, double** v, int terms, double* y, int length)
    {
        if (terms == 0)
        {
            if (x != y)
            {
                new ReadOnlySpan<double>(x, length).CopyTo(new Span<double>(y, length));
            }

            return;
        }

        while (terms > 4)
        {
            Four(x, c, v, y, (nuint)length);
            x = y;
            c += 4;
            v += 4;
            terms -= 4;
        }

        switch (terms)
        {
            case 1:
                One(x, c, v, y, (nuint)length);
                break;
            case 2:
                Two(x, c, v, y, (nuint)length);
                break;
            case 3:
                Three(x, c, v, y, (nuint)length);
                break;
            default:
                Four(x, c, v, y, (nuint)length);
                break;
        }
    }

    /// <summary>
    /// The adjoint of one term: <c>dv (+)= c g</c>, and returns <c>g . v</c>. The sum runs in lanes <c>i mod 8</c> over the
    /// whole batch.
    /// </summary>
    public static double Adjoint(double* g, double c, double* v, double* dv, bool accumulate, int length)
    {
        Vector512<double> cv = Vector512.Create(c), sum = default;
        nuint i = 0, n = (nuint)length;
        if (accumulate)
        {
            for (; i + 8 <= n; i += 8)
            {
                Vector512<double> gi = Vector512.Load(g + i);
                sum = Lanes.MultiplyAdd(gi, Vector512.Load(v + i), sum);
                Lanes.MultiplyAdd(cv, gi, Vector512.Load(dv + i)).Store(dv + i);
            }
        }
        else
        {
            for (; i + 8 <= n; i += 8)
            {
                Vector512<double> gi = Vector512.Load(g + i);
                sum = Lanes.MultiplyAdd(gi, Vector512.Load(v + i), sum);
                (cv * gi).Store(dv + i);
            }
        }

        for (int lane = 0; i < n; i++, lane++)
        {
            sum = sum.WithElement(lane, Math.FusedMultiplyAdd(g[i], v[i], sum[lane]));
            dv[i] = accumulate ? Math.FusedMultiplyAdd(c, g[i], dv[i]) : c * g[i];
        }

        return Lanes.Sum(sum);
    }

    /// <summary>The adjoint of two accumulated terms in one pass.</summary>
    public static void AdjointOfTwo(double* g, double* c, double* v0, double* v1, double* dv0, double* dv1, double* dc, int length)
    {
        Vector512<double> c0 = Vector512.Create(c[0]), c1 = Vector512.Create(c[1]), sum0 = default, sum1 = default;
        nuint i = 0, n = (nuint)length;
        for (; i + 8 <= n; i += 8)
        {
            Vector512<double> gi = Vector512.Load(g + i);
            sum0 = Lanes.MultiplyAdd(gi, Vector512.Load(v0 + i), sum0);
            sum1 = Lanes.MultiplyAdd(gi, Vector512.Load(v1 + i), sum1);
            Lanes.MultiplyAdd(c0, gi, Vector512.Load(dv0 + i)).Store(dv0 + i);
            Lanes.MultiplyAdd(c1, gi, Vector512.Load(dv1 + i)).Store(dv1 + i);
        }

        for (int lane = 0; i < n; i++, lane++)
        {
            sum0 = sum0.WithElement(lane, Math.FusedMultiplyAdd(g[i], v0[i], sum0[lane]));
            sum1 = sum1.WithElement(lane, Math.FusedMultiplyAdd(g[i], v1[i], sum1[lane]));
            dv0[i] = Math.FusedMultiplyAdd(c[0], g[i], dv0[i]);
            dv1[i] = Math.FusedMultiplyAdd(c[1], g[i], dv1[i]);
        }

        dc[0] += Lanes.Sum(sum0);
        dc[1] += Lanes.Sum(sum1);
    }

    private static void One(double* x, double* c, double** v, double* y, nuint n)
    {
        Vector512<double> c0 = Vector512.Create(c[0]);
        double* v0 = v[0];
        nuint i = 0;
        for (; i + 8 <= n; i += 8)
        {
            Lanes.MultiplyAdd(c0, Vector512.Load(v0 + i), Vector512.Load(x + i)).Store(y + i);
        }

        Rest(x, c, v, 1, y, i, n);
    }

    private static void Two(double* x, double* c, double** v, double* y, nuint n)
    {
        Vector512<double> c0 = Vector512.Create(c[0]), c1 = Vector512.Create(c[1]);
        double* v0 = v[0], v1 = v[1];
        nuint i = 0;
        for (; i + 8 <= n; i += 8)
        {
            Vector512<double> sum = Lanes.MultiplyAdd(c0, Vector512.Load(v0 + i), Vector512.Load(x + i));
            Lanes.MultiplyAdd(c1, Vector512.Load(v1 + i), sum).Store(y + i);
        }

        Rest(x, c, v, 2, y, i, n);
    }

    private static void Three(double* x, double* c, double** v, double* y, nuint n)
    {
        Vector512<double> c0 = Vector512.Create(c[0]), c1 = Vector512.Create(c[1]), c2 = Vector512.Create(c[2]);
        double* v0 = v[0], v1 = v[1], v2 = v[2];
        nuint i = 0;
        for (; i + 8 <= n; i += 8)
        {
            Vector512<double> sum = Lanes.MultiplyAdd(c0, Vector512.Load(v0 + i), Vector512.Load(x + i));
            sum = Lanes.MultiplyAdd(c1, Vector512.Load(v1 + i), sum);
            Lanes.MultiplyAdd(c2, Vector512.Load(v2 + i), sum).Store(y + i);
        }

        Rest(x, c, v, 3, y, i, n);
    }

    private static void Four(double* x, double* c, double** v, double* y, nuint n)
    {
        Vector512<double> c0 = Vector512.Create(c[0]), c1 = Vector512.Create(c[1]), c2 = Vector512.Create(c[2]), c3 = Vector512.Create(c[3]);
        double* v0 = v[0], v1 = v[1], v2 = v[2], v3 = v[3];
        nuint i = 0;
        for (; i + 8 <= n; i += 8)
        {
            Vector512<double> sum = Lanes.MultiplyAdd(c0, Vector512.Load(v0 + i), Vector512.Load(x + i));
            sum = Lanes.MultiplyAdd(c1, Vector512.Load(v1 + i), sum);
            sum = Lanes.MultiplyAdd(c2, Vector512.Load(v2 + i), sum);
            Lanes.MultiplyAdd(c3, Vector512.Load(v3 + i), sum).Store(y + i);
        }

        Rest(x, c, v, 4, y, i, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rest(double* x, double* c, double** v, int terms, double* y, nuint i, nuint n)
    {
        for (; i < n; i++)
        {
            double sum = x[i];
            for (int l = 0; l < terms; l++)
            {
                sum = Math.FusedMultiplyAdd(c[l], v[l][i], sum);
            }

            y[i] = sum;
        }
    }
}
