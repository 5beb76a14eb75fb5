using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// The two halves of an R2N2 inner evaluation for one small dense matrix shared by all instances, fused: the displaced
/// point and its adjoint live in registers only. 16 instances go through at once. The forward bits are those of
/// <see cref="CombinationKernels"/> followed by <see cref="MatrixKernels"/>.
/// </summary>
/// <typeparam name="M">The order of the matrix, at most 8.</typeparam>
/// <typeparam name="L">The number of terms of the combination, at most 4.</typeparam>
internal static unsafe class SmallMatrixKernels<M, L>
    where M : struct, IConstant
    where L : struct, IConstant
{
    /// <summary><c>y = A (x + sum_l theta_l v_l) - b</c>, with <c>A</c> stored by columns.</summary>
    public static void Evaluate(double* columns, double* x, double* theta, double** v, double* b, double* y, nuint instances)
    {
        Vector512<double> t0 = L.Value > 0 ? Vector512.Create(theta[0]) : default, t1 = L.Value > 1 ? Vector512.Create(theta[1]) : default;
        Vector512<double> t2 = L.Value > 2 ? Vector512.Create(theta[2]) : default, t3 = L.Value > 3 ? Vector512.Create(theta[3]) : default;
        double* v0 = L.Value > 0 ? v[0] : null, v1 = L.Value > 1 ? v[1] : null, v2 = L.Value > 2 ? v[2] : null, v3 = L.Value > 3 ? v[3] : null;
        for (nuint s = 0; s < instances; s += 16)
        {
            Vector512<double> r0a = default, r0b = default, r1a = default, r1b = default, r2a = default, r2b = default, r3a = default, r3b = default;
            Vector512<double> r4a = default, r4b = default, r5a = default, r5b = default, r6a = default, r6b = default, r7a = default, r7b = default;
            nuint at = s;
            double* column = columns;
            for (int j = 0; j < M.Value; j++, at += instances, column += M.Value)
            {
                Vector512<double> pa = Vector512.Load(x + at), pb = Vector512.Load(x + at + 8);
                if (L.Value > 0)
                {
                    pa = Lanes.MultiplyAdd(t0, Vector512.Load(v0 + at), pa);
                    pb = Lanes.MultiplyAdd(t0, Vector512.Load(v0 + at + 8), pb);
                }

                if (L.Value > 1)
                {
                    pa = Lanes.MultiplyAdd(t1, Vector512.Load(v1 + at), pa);
                    pb = Lanes.MultiplyAdd(t1, Vector512.Load(v1 + at + 8), pb);
                }

                if (L.Value > 2)
                {
                    pa = Lanes.MultiplyAdd(t2, Vector512.Load(v2 + at), pa);
                    pb = Lanes.MultiplyAdd(t2, Vector512.Load(v2 + at + 8), pb);
                }

                if (L.Value > 3)
                {
                    pa = Lanes.MultiplyAdd(t3, Vector512.Load(v3 + at), pa);
                    pb = Lanes.MultiplyAdd(t3, Vector512.Load(v3 + at + 8), pb);
                }

                if (M.Value > 0)
                {
                    Vector512<double> c = Vector512.Create(column[0]);
                    r0a = Lanes.MultiplyAdd(c, pa, r0a);
                    r0b = Lanes.MultiplyAdd(c, pb, r0b);
                }

                if (M.Value > 1)
                {
                    Vector512<double> c = Vector512.Create(column[1]);
                    r1a = Lanes.MultiplyAdd(c, pa, r1a);
                    r1b = Lanes.MultiplyAdd(c, pb, r1b);
                }

                if (M.Value > 2)
                {
                    Vector512<double> c = Vector512.Create(column[2]);
                    r2a = Lanes.MultiplyAdd(c, pa, r2a);
                    r2b = Lanes.MultiplyAdd(c, pb, r2b);
                }

                if (M.Value > 3)
                {
                    Vector512<double> c = Vector512.Create(column[3]);
                    r3a = Lanes.MultiplyAdd(c, pa, r3a);
                    r3b = Lanes.MultiplyAdd(c, pb, r3b);
                }

                if (M.Value > 4)
                {
                    Vector512<double> c = Vector512.Create(column[4]);
                    r4a = Lanes.MultiplyAdd(c, pa, r4a);
                    r4b = Lanes.MultiplyAdd(c, pb, r4b);
                }

                if (M.Value > 5)
                {
                    Vector512<double> c = Vector512.Create(column[5]);
                    r5a = Lanes.MultiplyAdd(c, pa, r5a);
                    r5b = Lanes.MultiplyAdd(c, pb, r5b);
                }

                if (M.Value > 6)
                {
                    Vector512<double> c = Vector512.Create(column[6]);
                    r6a = Lanes.MultiplyAdd(c, pa, r6a);
                    r6b = Lanes.MultiplyAdd(c, pb, r6b);
                }

                if (M.Value > 7)
                {
                    Vector512<double> c = Vector512.Create(column[7]);
                    r7a = Lanes.MultiplyAdd(c, pa, r7a);
                    r7b = Lanes.MultiplyAdd(c, pb, r7b);
                }
            }

            if (M.Value > 0)
            {
                Store(r0a, r0b, b, y, s + (0 * instances));
            }

            if (M.Value > 1)
            {
                Store(r1a, r1b, b, y, s + (1 * instances));
            }

            if (M.Value > 2)
            {
                Store(r2a, r2b, b, y, s + (2 * instances));
            }

            if (M.Value > 3)
            {
                Store(r3a, r3b, b, y, s + (3 * instances));
            }

            if (M.Value > 4)
            {
                Store(r4a, r4b, b, y, s + (4 * instances));
            }

            if (M.Value > 5)
            {
                Store(r5a, r5b, b, y, s + (5 * instances));
            }

            if (M.Value > 6)
            {
                Store(r6a, r6b, b, y, s + (6 * instances));
            }

            if (M.Value > 7)
            {
                Store(r7a, r7b, b, y, s + (7 * instances));
            }
        }
    }

    /// <summary>
    /// Given <c>dy</c>: <c>dp = A^T dy</c>, <c>dx (+)= dp</c>, <c>dv_l (+)= theta_l dp</c>, <c>dtheta_l += dp . v_l</c>, with
    /// <c>A</c> stored by rows. A null <c>dv_l</c> is not wanted.
    /// </summary>
    public static void Adjoint(double* rows, double* dy, double* theta, double** v, double** dv, bool* accumulates, double* dx,
        bool dxAccumulates, double* dtheta, nuint instances)
    {
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (nuint s = 0; s < instances; s += 16)
        {
            Vector512<double> r0a = default, r0b = default, r1a = default, r1b = default, r2a = default, r2b = default, r3a = default, r3b = default;
            Vector512<double> r4a = default, r4b = default, r5a = default, r5b = default, r6a = default, r6b = default, r7a = default, r7b = default;
            nuint at = s;
            double* column = rows;
            for (int j = 0; j < M.Value; j++, at += instances, column += M.Value)
            {
                Vector512<double> ga = Vector512.Load(dy + at), gb = Vector512.Load(dy + at + 8);
                if (M.Value > 0)
                {
                    Vector512<double> c = Vector512.Create(column[0]);
                    r0a = Lanes.MultiplyAdd(c, ga, r0a);
                    r0b = Lanes.MultiplyAdd(c, gb, r0b);
                }

                if (M.Value > 1)
                {
                    Vector512<double> c = Vector512.Create(column[1]);
                    r1a = Lanes.MultiplyAdd(c, ga, r1a);
                    r1b = Lanes.MultiplyAdd(c, gb, r1b);
                }

                if (M.Value > 2)
                {
                    Vector512<double> c = Vector512.Create(column[2]);
                    r2a = Lanes.MultiplyAdd(c, ga, r2a);
                    r2b = Lanes.MultiplyAdd(c, gb, r2b);
                }

                if (M.Value > 3)
                {
                    Vector512<double> c = Vector512.Create(column[3]);
                    r3a = Lanes.MultiplyAdd(c, ga, r3a);
                    r3b = Lanes.MultiplyAdd(c, gb, r3b);
                }

                if (M.Value > 4)
                {
                    Vector512<double> c = Vector512.Create(column[4]);
                    r4a = Lanes.MultiplyAdd(c, ga, r4a);
                    r4b = Lanes.MultiplyAdd(c, gb, r4b);
                }

                if (M.Value > 5)
                {
                    Vector512<double> c = Vector512.Create(column[5]);
                    r5a = Lanes.MultiplyAdd(c, ga, r5a);
                    r5b = Lanes.MultiplyAdd(c, gb, r5b);
                }

                if (M.Value > 6)
                {
                    Vector512<double> c = Vector512.Create(column[6]);
                    r6a = Lanes.MultiplyAdd(c, ga, r6a);
                    r6b = Lanes.MultiplyAdd(c, gb, r6b);
                }

                if (M.Value > 7)
                {
                    Vector512<double> c = Vector512.Create(column[7]);
                    r7a = Lanes.MultiplyAdd(c, ga, r7a);
                    r7b = Lanes.MultiplyAdd(c, gb, r7b);
                }
            }

            if (dx != null)
            {
                if (M.Value > 0)
                {
                    AddOrSet(r0a, r0b, dx + s + (0 * instances), dxAccumulates);
                }

                if (M.Value > 1)
                {
                    AddOrSet(r1a, r1b, dx + s + (1 * instances), dxAccumulates);
                }

                if (M.Value > 2)
                {
                    AddOrSet(r2a, r2b, dx + s + (2 * instances), dxAccumulates);
                }

                if (M.Value > 3)
                {
                    AddOrSet(r3a, r3b, dx + s + (3 * instances), dxAccumulates);
                }

                if (M.Value > 4)
                {
                    AddOrSet(r4a, r4b, dx + s + (4 * instances), dxAccumulates);
                }

                if (M.Value > 5)
                {
                    AddOrSet(r5a, r5b, dx + s + (5 * instances), dxAccumulates);
                }

                if (M.Value > 6)
                {
                    AddOrSet(r6a, r6b, dx + s + (6 * instances), dxAccumulates);
                }

                if (M.Value > 7)
                {
                    AddOrSet(r7a, r7b, dx + s + (7 * instances), dxAccumulates);
                }
            }

            for (int l = 0; l < L.Value; l++)
            {
                Vector512<double> t = Vector512.Create(theta[l]), sum = default, other = default;
                double* vl = v[l] + s, dvl = dv[l] == null ? null : dv[l] + s;
                bool add = accumulates[l];
                if (M.Value > 0)
                {
                    Term(r0a, r0b, t, vl, dvl, add, 0 * instances, ref sum, ref other);
                }

                if (M.Value > 1)
                {
                    Term(r1a, r1b, t, vl, dvl, add, 1 * instances, ref sum, ref other);
                }

                if (M.Value > 2)
                {
                    Term(r2a, r2b, t, vl, dvl, add, 2 * instances, ref sum, ref other);
                }

                if (M.Value > 3)
                {
                    Term(r3a, r3b, t, vl, dvl, add, 3 * instances, ref sum, ref other);
                }

                if (M.Value > 4)
                {
                    Term(r4a, r4b, t, vl, dvl, add, 4 * instances, ref sum, ref other);
                }

                if (M.Value > 5)
                {
                    Term(r5a, r5b, t, vl, dvl, add, 5 * instances, ref sum, ref other);
                }

                if (M.Value > 6)
                {
                    Term(r6a, r6b, t, vl, dvl, add, 6 * instances, ref sum, ref other);
                }

                if (M.Value > 7)
                {
                    Term(r7a, r7b, t, vl, dvl, add, 7 * instances, ref sum, ref other);
                }

                sum += other;
                if (l == 0)
                {
                    sum0 += sum;
                }
                else if (l == 1)
                {
                    sum1 += sum;
                }
                else if (l == 2)
                {
                    sum2 += sum;
                }
                else
                {
                    sum3 += sum;
                }
            }
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
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> sumA, Vector512<double> sumB, double* b, double* y, nuint at)
    {
        (sumA - Vector512.Load(b + at)).Store(y + at);
        (sumB - Vector512.Load(b + at + 8)).Store(y + at + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddOrSet(Vector512<double> a, Vector512<double> b, double* to, bool add)
    {
        if (add)
        {
            a += Vector512.Load(to);
            b += Vector512.Load(to + 8);
        }

        a.Store(to);
        b.Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Term(Vector512<double> ga, Vector512<double> gb, Vector512<double> t, double* v, double* dv, bool add, nuint at,
        ref Vector512<double> sum, ref Vector512<double> other)
    {
        sum = Lanes.MultiplyAdd(ga, Vector512.Load(v + at), sum);
        other = Lanes.MultiplyAdd(gb, Vector512.Load(v + at + 8), other);
        if (dv != null)
        {
            if (add)
            {
                Lanes.MultiplyAdd(t, ga, Vector512.Load(dv + at)).Store(dv + at);
                Lanes.MultiplyAdd(t, gb, Vector512.Load(dv + at + 8)).Store(dv + at + 8);
            }
            else
            {
                (t * ga).Store(dv + at);
                (t * gb).Store(dv + at + 8);
            }
        }
    }
}
