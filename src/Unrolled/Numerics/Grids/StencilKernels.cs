using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>What becomes of the stencil sum <c>(A x)_i</c> on its way to memory: a struct, so that the compiler fuses it.</summary>
internal interface IStencilEnd
{
    Vector512<double> Eight(Vector512<double> sum, nuint at);

    double One(double sum, nuint at);
}

/// <summary><c>A x</c>.</summary>
internal readonly struct ProductEnd : IStencilEnd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Eight(Vector512<double> sum, nuint at) => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double One(double sum, nuint at) => sum;
}

/// <summary><c>A x - b</c>.</summary>
internal readonly unsafe struct ResidualEnd(double* b) : IStencilEnd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Eight(Vector512<double> sum, nuint at) => sum - Vector512.Load(b + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double One(double sum, nuint at) => sum - b[at];
}

/// <summary><c>x + step (A x - b)</c>.</summary>
internal readonly unsafe struct RelaxEnd(double step, double* x, double* b) : IStencilEnd
{
    private readonly Vector512<double> _steps = Vector512.Create(step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Eight(Vector512<double> sum, nuint at) =>
        Lanes.MultiplyAdd(_steps, sum - Vector512.Load(b + at), Vector512.Load(x + at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double One(double sum, nuint at) => Math.FusedMultiplyAdd(step, sum - b[at], x[at]);
}

/// <summary>
/// One term of a stencil: <c>coefficient[i + Shift] * x[i + Reach]</c>, both counted in grid points. A symmetric stencil
/// reads the coefficients of its backward neighbors from the forward ones, shifted; the first term, that of the point
/// itself, may have no coefficients, which stands for 1.
/// </summary>
internal readonly record struct StencilTerm(int Coefficients, int Shift, int Reach)
{
    /// <summary>In place of coefficients: 1 at every point.</summary>
    public const int Unit = -1;
}

/// <summary>
/// Stencils with variable coefficients over batches. Neighbors of a point stand a fixed distance away in memory, for
/// the same instance, so one flat loop serves a large grid as well as many small ones; near the ends of the array the
/// terms that would reach outside are left out (their coefficients are zero there).
/// </summary>
internal static unsafe class StencilKernels
{
    /// <summary><c>y = end(A x)</c>.</summary>
    public static void Apply<TEnd>(ReadOnlySpan<StencilTerm> terms, Batch[] coefficients, Batch x, Batch y, TEnd end)
        where TEnd : struct, IStencilEnd
    {
        int points = x.Components, instances = x.Instances;
        bool flat = coefficients[0].Instances == instances;
        double** c = stackalloc double*[terms.Length];
        double** xs = stackalloc double*[terms.Length];
        fixed (double* x0 = x.Values, y0 = y.Values)
        {
            Span<int> cuts = stackalloc int[(2 * terms.Length) + 2];
            int pieces = Cuts(terms, points, cuts);
            for (int piece = 0; piece + 1 < pieces; piece++)
            {
                int from = cuts[piece], to = cuts[piece + 1], used = 0;
                foreach (StencilTerm term in terms)
                {
                    if (Inside(term, from, points) && Inside(term, to - 1, points))
                    {
                        // Batches are pinned, so the pointer outlives the statement.
                        c[used] = term.Coefficients == StencilTerm.Unit
                            ? null
                            : coefficients[term.Coefficients].Pointer + ((nint)term.Shift * (flat ? instances : 1));
                        xs[used++] = x0 + ((nint)term.Reach * instances);
                    }
                }

                if (!flat)
                {
                    Shared(c, xs, used, y0, from, to, instances, end);
                }
                else if (used == 5)
                {
                    Five(c, xs, y0, (nuint)from * (nuint)instances, (nuint)to * (nuint)instances, end);
                }
                else
                {
                    Flat(c, xs, used, y0, (nuint)from * (nuint)instances, (nuint)to * (nuint)instances, end);
                }
            }
        }

        // Pinned is not alive: nothing else may hold the coefficients while their pointers are in use.
        GC.KeepAlive(coefficients);
    }

    /// <summary>The points at which a term enters or leaves the array, ascending, with both ends.</summary>
    private static int Cuts(ReadOnlySpan<StencilTerm> terms, int points, Span<int> cuts)
    {
        int count = 0;
        cuts[count++] = 0;
        cuts[count++] = points;
        foreach (StencilTerm term in terms)
        {
            int low = Math.Max(0, -Math.Min(term.Reach, term.Shift)), high = points - Math.Max(0, Math.Max(term.Reach, term.Shift));
            cuts[count++] = Math.Clamp(low, 0, points);
            cuts[count++] = Math.Clamp(high, 0, points);
        }

        Span<int> used = cuts[..count];
        used.Sort();
        int distinct = 1;
        for (int i = 1; i < count; i++)
        {
            if (used[i] != used[distinct - 1])
            {
                used[distinct++] = used[i];
            }
        }

        return distinct;
    }

    private static bool Inside(StencilTerm term, int point, int points) =>
        point + Math.Min(term.Reach, term.Shift) >= 0 && point + Math.Max(term.Reach, term.Shift) < points;

    private static void Five<TEnd>(double** c, double** x, double* y, nuint from, nuint to, TEnd end)
        where TEnd : struct, IStencilEnd
    {
        double* c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4];
        double* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4];
        nuint i = from;
        for (; i + 8 <= to; i += 8)
        {
            Vector512<double> sum = c0 == null ? Vector512.Load(x0 + i) : Vector512.Load(c0 + i) * Vector512.Load(x0 + i);
            sum = Lanes.MultiplyAdd(Vector512.Load(c1 + i), Vector512.Load(x1 + i), sum);
            sum = Lanes.MultiplyAdd(Vector512.Load(c2 + i), Vector512.Load(x2 + i), sum);
            sum = Lanes.MultiplyAdd(Vector512.Load(c3 + i), Vector512.Load(x3 + i), sum);
            sum = Lanes.MultiplyAdd(Vector512.Load(c4 + i), Vector512.Load(x4 + i), sum);
            end.Eight(sum, i).Store(y + i);
        }

        for (; i < to; i++)
        {
            y[i] = end.One(Sum(c, x, 5, i), i);
        }
    }

    private static void Flat<TEnd>(double** c, double** x, int terms, double* y, nuint from, nuint to, TEnd end)
        where TEnd : struct, IStencilEnd
    {
        nuint i = from;
        for (; i + 8 <= to; i += 8)
        {
            Vector512<double> sum = c[0] == null ? Vector512.Load(x[0] + i) : Vector512.Load(c[0] + i) * Vector512.Load(x[0] + i);
            for (int t = 1; t < terms; t++)
            {
                sum = Lanes.MultiplyAdd(Vector512.Load(c[t] + i), Vector512.Load(x[t] + i), sum);
            }

            end.Eight(sum, i).Store(y + i);
        }

        for (; i < to; i++)
        {
            y[i] = end.One(Sum(c, x, terms, i), i);
        }
    }

    private static double Sum(double** c, double** x, int terms, nuint i)
    {
        double sum = c[0] == null ? x[0][i] : c[0][i] * x[0][i];
        for (int t = 1; t < terms; t++)
        {
            sum = Math.FusedMultiplyAdd(c[t][i], x[t][i], sum);
        }

        return sum;
    }

    /// <summary>One set of coefficients for many instances.</summary>
    private static void Shared<TEnd>(double** c, double** x, int terms, double* y, int from, int to, int instances, TEnd end)
        where TEnd : struct, IStencilEnd
    {
        nuint width = (nuint)instances;
        for (nuint point = (nuint)from; point < (nuint)to; point++)
        {
            nuint i = point * width, last = i + width;
            for (; i + 8 <= last; i += 8)
            {
                Vector512<double> sum = c[0] == null ? Vector512.Load(x[0] + i) : Vector512.Create(c[0][point]) * Vector512.Load(x[0] + i);
                for (int t = 1; t < terms; t++)
                {
                    sum = Lanes.MultiplyAdd(Vector512.Create(c[t][point]), Vector512.Load(x[t] + i), sum);
                }

                end.Eight(sum, i).Store(y + i);
            }

            for (; i < last; i++)
            {
                double sum = c[0] == null ? x[0][i] : c[0][point] * x[0][i];
                for (int t = 1; t < terms; t++)
                {
                    sum = Math.FusedMultiplyAdd(c[t][point], x[t][i], sum);
                }

                y[i] = end.One(sum, i);
            }
        }
    }
}
