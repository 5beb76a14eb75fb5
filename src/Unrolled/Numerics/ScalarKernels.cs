using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>The two halves of an R2N2 inner evaluation for scalar equations <c>a_s x_s = b_s</c>, fused, one equation per instance.</summary>
/// <typeparam name="L">The number of terms of the combination, at most 4.</typeparam>
internal static unsafe class ScalarKernels<L>
    where L : struct, IConstant
{
    /// <summary><c>y = a (x + sum_l theta_l v_l) - b</c>.</summary>
    public static void Evaluate(double* a, double* x, double* theta, double** v, double* b, double* y, nuint instances)
    {
        Vector512<double> t0 = Weight(theta, 0), t1 = Weight(theta, 1), t2 = Weight(theta, 2), t3 = Weight(theta, 3);
        double* v0 = Term(v, 0), v1 = Term(v, 1), v2 = Term(v, 2), v3 = Term(v, 3);
        nuint s = 0;
        for (; s + 8 <= instances; s += 8)
        {
            Vector512<double> point = Vector512.Load(x + s);
            point = L.Value > 0 ? Lanes.MultiplyAdd(t0, Vector512.Load(v0 + s), point) : point;
            point = L.Value > 1 ? Lanes.MultiplyAdd(t1, Vector512.Load(v1 + s), point) : point;
            point = L.Value > 2 ? Lanes.MultiplyAdd(t2, Vector512.Load(v2 + s), point) : point;
            point = L.Value > 3 ? Lanes.MultiplyAdd(t3, Vector512.Load(v3 + s), point) : point;
            ((Vector512.Load(a + s) * point) - Vector512.Load(b + s)).Store(y + s);
        }

        for (; s < instances; s++)
        {
            double point = x[s];
            for (int l = 0; l < L.Value; l++)
            {
                point = Math.FusedMultiplyAdd(theta[l], v[l][s], point);
            }

            y[s] = (a[s] * point) - b[s];
        }
    }

    /// <summary>Given <c>dy</c>: <c>dp = a dy</c>, <c>dx (+)= dp</c>, <c>dv_l (+)= theta_l dp</c>, <c>dtheta_l += dp . v_l</c>.</summary>
    public static void Adjoint(double* a, double* dy, double* theta, double** v, double** dv, bool* accumulates, double* dx,
        bool dxAccumulates, double* dtheta, nuint instances)
    {
        Vector512<double> t0 = Weight(theta, 0), t1 = Weight(theta, 1), t2 = Weight(theta, 2), t3 = Weight(theta, 3);
        double* v0 = Term(v, 0), v1 = Term(v, 1), v2 = Term(v, 2), v3 = Term(v, 3);
        double* dv0 = Term(dv, 0), dv1 = Term(dv, 1), dv2 = Term(dv, 2), dv3 = Term(dv, 3);
        bool add0 = L.Value > 0 && accumulates[0], add1 = L.Value > 1 && accumulates[1];
        bool add2 = L.Value > 2 && accumulates[2], add3 = L.Value > 3 && accumulates[3];
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        nuint s = 0;
        for (; s + 8 <= instances; s += 8)
        {
            Vector512<double> dp = Vector512.Load(a + s) * Vector512.Load(dy + s);
            if (dx != null)
            {
                (dxAccumulates ? dp + Vector512.Load(dx + s) : dp).Store(dx + s);
            }

            sum0 = L.Value > 0 ? Pass(dp, t0, v0, dv0, add0, s, sum0) : sum0;
            sum1 = L.Value > 1 ? Pass(dp, t1, v1, dv1, add1, s, sum1) : sum1;
            sum2 = L.Value > 2 ? Pass(dp, t2, v2, dv2, add2, s, sum2) : sum2;
            sum3 = L.Value > 3 ? Pass(dp, t3, v3, dv3, add3, s, sum3) : sum3;
        }

        if (L.Value > 0)
        {
            dtheta[0] += Lanes.Sum(sum0);
        }

        if (L.Value > 1)
        {
            dtheta[1] += Lanes.Sum(sum1);
        }

        if (L.Value > 2)
        {
            dtheta[2] += Lanes.Sum(sum2);
        }

        if (L.Value > 3)
        {
            dtheta[3] += Lanes.Sum(sum3);
        }

        for (; s < instances; s++)
        {
            double dp = a[s] * dy[s];
            if (dx != null)
            {
                dx[s] = dxAccumulates ? dp + dx[s] : dp;
            }

            for (int l = 0; l < L.Value; l++)
            {
                dtheta[l] += dp * v[l][s];
                if (dv[l] != null)
                {
                    dv[l][s] = accumulates[l] ? Math.FusedMultiplyAdd(theta[l], dp, dv[l][s]) : theta[l] * dp;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Weight(double* theta, int l) => L.Value > l ? Vector512.Create(theta[l]) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double* Term(double** v, int l) => L.Value > l ? v[l] : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pass(Vector512<double> dp, Vector512<double> t, double* v, double* dv, bool add, nuint s, Vector512<double> sum)
    {
        if (dv != null)
        {
            (add ? Lanes.MultiplyAdd(t, dp, Vector512.Load(dv + s)) : t * dp).Store(dv + s);
        }

        return Lanes.MultiplyAdd(dp, Vector512.Load(v + s), sum);
    }
}
