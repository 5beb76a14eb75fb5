using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// The transforms of Winograd's minimal filtering <c>F(m, r)</c> down the columns of an image: <c>y = A^T [(G k) (B^T d)]</c> gives <c>m</c> rows of
/// a correlation with <c>r</c> kernel rows for 8 products instead of <c>m r</c>, where <c>m = 9 - r</c>.
/// </summary>
/// <remarks>
/// <para>A product of polynomials is found from its values at the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity (A. Toom, S. Cook); its transpose is
/// a correlation (S. Winograd, "Arithmetic Complexity of Computations", 1980; A. Lavin, S. Gray, arXiv 1509.09308). What belongs to one point is
/// called a plane here. Every transform comes with its adjoint, from which the adjoint of a convolution is built: <c>d = B [(G k) (A y)]</c>.</para>
/// <para>Rounding errors grow: with 5 x 5 kernels the result has an error of 3e-7 of its root mean square in <c>float</c>, where the sum of products has 1e-7.
/// The operations of an element depend on nothing but its row modulo <c>m</c>, so its bits depend neither on tiles nor on the register width.</para>
/// </remarks>
internal static class WinogradKernels
{
    /// <summary>How many planes there are.</summary>
    public const int Planes = 8;

    /// <summary>A multiple of <c>m</c> for all kernels: images that are cut at multiples of it have the bits of the whole.</summary>
    public const int RowPeriod = 12;

    /// <summary>
    /// How many rows away a number may stand on which a row of <c>K^T Phi(K u)</c> depends, be it by its rounding alone: a row of tiles adds to the 8
    /// rows that it read.
    /// </summary>
    public const int RowReach = Planes - 1;

    /// <summary>Smaller images gain nothing.</summary>
    public const int SmallestExtent = 32;

    private const int FewestFilters = 12;
    private const double FewestProductsSaved = 12;

    private static readonly double[] _points = [0, 1, -1, 2, -2, 0.5, -0.5];

    /// <summary>Whether the algorithm is the faster one: whether it saves more products of a pixel and filter than its transforms cost.</summary>
    public static bool Suits(int filters, int channels, int kernelRows, int kernelColumns) =>
        kernelRows is 3 or 5 or 7 && filters >= FewestFilters &&
        channels * kernelColumns * (kernelRows - ((double)Planes / RowsOf(kernelRows))) >= FewestProductsSaved;

    /// <summary>The number <c>m</c> of rows that come from one application.</summary>
    public static int RowsOf(int kernelRows) => Planes + 1 - kernelRows;

    /// <summary>One number of <c>G k</c>: the kernel's polynomial at a point, over the product of the distances to all others.</summary>
    /// <param name="plane">The point.</param>
    /// <param name="kernel">The kernel, row after row.</param>
    public static double TransformKernel(int plane, ReadOnlySpan<double> kernel)
    {
        if (plane == _points.Length)
        {
            return kernel[^1];
        }

        double value = 0, distances = 1;
        for (int i = kernel.Length - 1; i >= 0; i--)
        {
            value = (value * _points[plane]) + kernel[i];
        }

        for (int t = 0; t < _points.Length; t++)
        {
            distances *= t == plane ? 1 : _points[plane] - _points[t];
        }

        return value / distances;
    }

    /// <summary><c>B^T d</c>: 8 rows become 8 planes.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">The distance of rows.</param>
    /// <param name="planes">The first plane.</param>
    /// <param name="planeStride">The distance of planes.</param>
    /// <param name="length">How many numbers of a row: whole registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformInput<T>(ReadOnlySpan<T> rows, int stride, Span<T> planes, int planeStride, int length)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T d = ref Kernels.Start(rows, (7 * stride) + length), v = ref Kernels.Start<T>(planes, (7 * planeStride) + length);
        Vector512<T> outer = Number<T>(5.25), inner = Number<T>(-4.25), half = Number<T>(0.5), quarter = Number<T>(0.25);
        Vector512<T> two = Number<T>(2), four = Number<T>(4), third = Number<T>(-2.5), fourth = Number<T>(-1.25), fifth = Number<T>(-5);
        nint s = stride, p = planeStride;
        for (nint q = 0; q < length; q += Vector512<T>.Count)
        {
            ref T x = ref Unsafe.Add(ref d, q), z = ref Unsafe.Add(ref v, q);
            Vector512<T> d0 = At(ref x, 0), d1 = At(ref x, s), d2 = At(ref x, 2 * s), d3 = At(ref x, 3 * s);
            Vector512<T> d4 = At(ref x, 4 * s), d5 = At(ref x, 5 * s), d6 = At(ref x, 6 * s), d7 = At(ref x, 7 * s);
            Lanes.MultiplyAdd(outer, d2 - d4, d6 - d0).StoreUnsafe(ref z);
            Lanes.MultiplyAdd(outer, d3 - d5, d7 - d1).StoreUnsafe(ref Unsafe.Add(ref z, 7 * p));
            StorePair(
                Lanes.MultiplyAdd(inner, d4, d2 + d6),
                Lanes.MultiplyAdd(inner, d3, d1 + d5), ref z, p);
            StorePair(
                Lanes.MultiplyAdd(quarter, d2, Lanes.MultiplyAdd(fourth, d4, d6)),
                Lanes.MultiplyAdd(half, d1, Lanes.MultiplyAdd(third, d3, two * d5)), ref Unsafe.Add(ref z, 2 * p), p);
            StorePair(
                Lanes.MultiplyAdd(four, d2, Lanes.MultiplyAdd(fifth, d4, d6)),
                Lanes.MultiplyAdd(half, d5, Lanes.MultiplyAdd(third, d3, two * d1)), ref Unsafe.Add(ref z, 4 * p), p);
        }
    }

    /// <summary>
    /// Adds <c>B Q</c> to 8 rows, where <c>Q</c> is the sum of the parts of every plane, the part of kernel column <c>b</c> moved by <c>b</c> numbers.
    /// </summary>
    /// <param name="parts">The first part of the first plane, behind at least as many zeros as there are parts.</param>
    /// <param name="start">Where the first part begins.</param>
    /// <param name="partStride">The distance of parts.</param>
    /// <param name="count">How many parts a plane has.</param>
    /// <param name="planeStride">The distance of planes.</param>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">The distance of rows.</param>
    /// <param name="length">How many numbers of a row: whole registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddInputAdjoint<T>(ReadOnlySpan<T> parts, int start, int partStride, int count, int planeStride, Span<T> rows, int stride, int length)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T v = ref Unsafe.Add(ref Kernels.Start(parts, start + (7 * planeStride) + ((count - 1) * partStride) + length), start);
        ref T d = ref Kernels.Start<T>(rows, (7 * stride) + length);
        Vector512<T> outer = Number<T>(5.25), inner = Number<T>(4.25), half = Number<T>(0.5), quarter = Number<T>(0.25);
        Vector512<T> two = Number<T>(2), four = Number<T>(4), third = Number<T>(2.5), fourth = Number<T>(1.25), fifth = Number<T>(5);
        nint s = stride, p = planeStride;
        for (nint q = 0; q < length; q += Vector512<T>.Count)
        {
            Vector512<T> q0 = default, q1 = default, q2 = default, q3 = default, q4 = default, q5 = default, q6 = default, q7 = default;
            ref T part = ref Unsafe.Add(ref v, q);
            for (int b = 0; b < count; b++)
            {
                q0 += At(ref part, 0);
                q1 += At(ref part, p);
                q2 += At(ref part, 2 * p);
                q3 += At(ref part, 3 * p);
                q4 += At(ref part, 4 * p);
                q5 += At(ref part, 5 * p);
                q6 += At(ref part, 6 * p);
                q7 += At(ref part, 7 * p);
                part = ref Unsafe.Add(ref part, (nint)partStride - 1);
            }

            ref T z = ref Unsafe.Add(ref d, q);
            Vector512<T> a1 = q1 + q2, b1 = q1 - q2, a2 = q3 + q4, b2 = q3 - q4, a3 = q5 + q6, b3 = q5 - q6;
            Add(ref z, 0, -q0);
            Add(ref z, s, Lanes.MultiplyAdd(half, b2, Lanes.MultiplyAdd(two, b3, b1 - q7)));
            Add(ref z, 2 * s, Lanes.MultiplyAdd(outer, q0, Lanes.MultiplyAdd(quarter, a2, Lanes.MultiplyAdd(four, a3, a1))));
            Add(ref z, 3 * s, Lanes.MultiplyAdd(outer, q7, -Lanes.MultiplyAdd(inner, b1, third * (b2 + b3))));
            Add(ref z, 4 * s, -Lanes.MultiplyAdd(outer, q0, Lanes.MultiplyAdd(inner, a1, Lanes.MultiplyAdd(fourth, a2, fifth * a3))));
            Add(ref z, 5 * s, Lanes.MultiplyAdd(-outer, q7, Lanes.MultiplyAdd(two, b2, Lanes.MultiplyAdd(half, b3, b1))));
            Add(ref z, 6 * s, (q0 + a1) + (a2 + a3));
            Add(ref z, 7 * s, q7);
        }
    }

    /// <summary><c>y = A^T v</c> in place: of every filter 8 planes become <c>m</c> rows.</summary>
    /// <param name="tile">(filters, planes, width) numbers; rows stand where the first planes stood.</param>
    /// <param name="filters">How many filters.</param>
    /// <param name="width">How many numbers a plane has: whole registers.</param>
    /// <param name="rows">The number <c>m</c> of rows: 2, 4 or 6.</param>
    public static void TransformOutput<T>(Span<T> tile, int filters, int width, int rows)
        where T : struct, IFloatingPointIeee754<T>
    {
        switch (rows)
        {
            case 2: TransformOutput<T, N2>(tile, filters, width); break;
            case 4: TransformOutput<T, N4>(tile, filters, width); break;
            default: TransformOutput<T, N6>(tile, filters, width); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformOutput<T, M>(Span<T> tile, int filters, int width)
        where T : struct, IFloatingPointIeee754<T>
        where M : struct, IConstant
    {
        ref T v = ref Kernels.Start<T>(tile, filters * Planes * width);
        Vector512<T> p1 = Number<T>(2), p2 = Number<T>(4), p3 = Number<T>(8), p4 = Number<T>(16), p5 = Number<T>(32);
        Vector512<T> r1 = Number<T>(1 / 2.0), r2 = Number<T>(1 / 4.0), r3 = Number<T>(1 / 8.0), r4 = Number<T>(1 / 16.0), r5 = Number<T>(1 / 32.0);
        nint p = width;
        for (int f = 0; f < filters; f++)
        {
            for (nint q = 0; q < width; q += Vector512<T>.Count)
            {
                ref T z = ref Unsafe.Add(ref v, q);
                Vector512<T> v1 = At(ref z, p), v2 = At(ref z, 2 * p), v3 = At(ref z, 3 * p), v4 = At(ref z, 4 * p), v5 = At(ref z, 5 * p), v6 = At(ref z, 6 * p), v7 = At(ref z, 7 * p);
                Vector512<T> s1 = v1 + v2, d1 = v1 - v2, s2 = v3 + v4, d2 = v3 - v4, s3 = v5 + v6, d3 = v5 - v6;
                ((At(ref z, 0) + s1) + (s2 + s3)).StoreUnsafe(ref z);
                Lanes.MultiplyAdd(r1, d3, Lanes.MultiplyAdd(p1, d2, M.Value == 2 ? d1 + v7 : d1)).StoreUnsafe(ref Unsafe.Add(ref z, p));
                if (M.Value > 2)
                {
                    Lanes.MultiplyAdd(r2, s3, Lanes.MultiplyAdd(p2, s2, s1)).StoreUnsafe(ref Unsafe.Add(ref z, 2 * p));
                    Lanes.MultiplyAdd(r3, d3, Lanes.MultiplyAdd(p3, d2, M.Value == 4 ? d1 + v7 : d1)).StoreUnsafe(ref Unsafe.Add(ref z, 3 * p));
                }

                if (M.Value > 4)
                {
                    Lanes.MultiplyAdd(r4, s3, Lanes.MultiplyAdd(p4, s2, s1)).StoreUnsafe(ref Unsafe.Add(ref z, 4 * p));
                    Lanes.MultiplyAdd(r5, d3, Lanes.MultiplyAdd(p5, d2, d1 + v7)).StoreUnsafe(ref Unsafe.Add(ref z, 5 * p));
                }
            }

            v = ref Unsafe.Add(ref v, Planes * p);
        }
    }

    /// <summary><c>v = A y</c> in place: of every filter <c>m</c> rows become 8 planes. What lies outside the image is taken as zero.</summary>
    /// <param name="tile">(filters, planes, width) numbers; rows stand where the first planes will stand.</param>
    /// <param name="filters">How many filters.</param>
    /// <param name="width">How many numbers a row has: whole registers.</param>
    /// <param name="rows">The number <c>m</c> of rows: 2, 4 or 6.</param>
    /// <param name="rowsInside">How many of the rows lie in the image.</param>
    /// <param name="columnsInside">How many numbers of a row lie in the image.</param>
    public static void OutputAdjoint<T>(Span<T> tile, int filters, int width, int rows, int rowsInside, int columnsInside)
        where T : struct, IFloatingPointIeee754<T>
    {
        switch (rows)
        {
            case 2: OutputAdjoint<T, N2>(tile, filters, width, rowsInside, columnsInside); break;
            case 4: OutputAdjoint<T, N4>(tile, filters, width, rowsInside, columnsInside); break;
            default: OutputAdjoint<T, N6>(tile, filters, width, rowsInside, columnsInside); break;
        }
    }

    private static void OutputAdjoint<T, M>(Span<T> tile, int filters, int width, int rows, int columns)
        where T : struct, IFloatingPointIeee754<T>
        where M : struct, IConstant
    {
        if (rows == M.Value && columns >= width)
        {
            OutputAdjoint<T, M, N1>(tile, filters, width, rows, columns);
        }
        else
        {
            OutputAdjoint<T, M, N0>(tile, filters, width, rows, columns);
        }
    }

    /// <summary><c>M</c> is the number of rows; <c>Inside</c> is 1 if the whole tile lies in the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OutputAdjoint<T, M, Inside>(Span<T> tile, int filters, int width, int rows, int columns)
        where T : struct, IFloatingPointIeee754<T>
        where M : struct, IConstant
        where Inside : struct, IConstant
    {
        ref T v = ref Kernels.Start<T>(tile, filters * Planes * width);
        Vector512<T> two = Number<T>(2), half = Number<T>(0.5), four = Number<T>(4), quarter = Number<T>(0.25), sixteen = Number<T>(16), sixteenth = Number<T>(1 / 16.0);
        nint p = width;
        for (int f = 0; f < filters; f++)
        {
            for (nint q = 0; q < width; q += Vector512<T>.Count)
            {
                ref T z = ref Unsafe.Add(ref v, q);
                Vector512<T> y0 = At(ref z, 0), y1 = At(ref z, p), y2 = default, y3 = default, y4 = default, y5 = default;
                if (M.Value > 2)
                {
                    (y2, y3) = (At(ref z, 2 * p), At(ref z, 3 * p));
                }

                if (M.Value > 4)
                {
                    (y4, y5) = (At(ref z, 4 * p), At(ref z, 5 * p));
                }

                if (Inside.Value == 0)
                {
                    Vector512<T> inside = Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(columns - q)));
                    y0 &= inside;
                    y1 = rows > 1 ? y1 & inside : default;
                    y2 = rows > 2 ? y2 & inside : default;
                    y3 = rows > 3 ? y3 & inside : default;
                    y4 = rows > 4 ? y4 & inside : default;
                    y5 = rows > 5 ? y5 & inside : default;
                    y0.StoreUnsafe(ref z);
                }

                (M.Value == 2 ? y1 : M.Value == 4 ? y3 : y5).StoreUnsafe(ref Unsafe.Add(ref z, 7 * p));
                Vector512<T> even = M.Value == 2 ? y0 : M.Value == 4 ? y0 + y2 : (y0 + y2) + y4;
                Vector512<T> odd = M.Value == 2 ? y1 : M.Value == 4 ? y1 + y3 : (y1 + y3) + y5;
                StorePair(even, odd, ref z, p);
                even = Even<T, M>(four, sixteen, y0, y2, y4);
                odd = Even<T, M>(four, sixteen, y1, y3, y5);
                Lanes.MultiplyAdd(two, odd, even).StoreUnsafe(ref Unsafe.Add(ref z, 3 * p));
                Lanes.MultiplyAdd(-two, odd, even).StoreUnsafe(ref Unsafe.Add(ref z, 4 * p));
                even = Even<T, M>(quarter, sixteenth, y0, y2, y4);
                odd = Even<T, M>(quarter, sixteenth, y1, y3, y5);
                Lanes.MultiplyAdd(half, odd, even).StoreUnsafe(ref Unsafe.Add(ref z, 5 * p));
                Lanes.MultiplyAdd(-half, odd, even).StoreUnsafe(ref Unsafe.Add(ref z, 6 * p));
            }

            v = ref Unsafe.Add(ref v, Planes * p);
        }
    }

    /// <summary><c>y0 + p^2 y2 + p^4 y4</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Even<T, M>(Vector512<T> square, Vector512<T> fourth, Vector512<T> y0, Vector512<T> y2, Vector512<T> y4)
        where M : struct, IConstant => M.Value == 2 ? y0
        : M.Value == 4 ? Lanes.MultiplyAdd(square, y2, y0)
        : Lanes.MultiplyAdd(fourth, y4, Lanes.MultiplyAdd(square, y2, y0));

    /// <summary>Stores the values at a point and at its negative as the next two planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePair<T>(Vector512<T> even, Vector512<T> odd, ref T before, nint planeStride)
        where T : struct
    {
        (even + odd).StoreUnsafe(ref Unsafe.Add(ref before, planeStride));
        (even - odd).StoreUnsafe(ref Unsafe.Add(ref before, 2 * planeStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> At<T>(ref T start, nint offset)
        where T : struct => Vector512.LoadUnsafe(ref Unsafe.Add(ref start, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(ref T start, nint offset, Vector512<T> x)
        where T : struct
    {
        ref T place = ref Unsafe.Add(ref start, offset);
        (Vector512.LoadUnsafe(ref place) + x).StoreUnsafe(ref place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Number<T>(double number)
        where T : struct, INumberBase<T> => Vector512.Create(T.CreateTruncating(number));
}
