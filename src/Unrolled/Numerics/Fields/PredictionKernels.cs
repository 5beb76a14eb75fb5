using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Rows of bytes as differences, modulo 256, to what the row itself and the row above predict; and back.</summary>
/// <remarks>Bytes of different samples of a pixel do not mix: left and corner are a pixel away; before the first pixel everything is 0.</remarks>
internal static class PredictionKernels
{
    /// <summary>How many registers can be summed in 16 bits: a pair of bytes adds at most 256.</summary>
    private const int MostSums = 255;

    /// <summary><c>difference = row - prediction</c>; returns the sum of the magnitudes of the differences as signed bytes.</summary>
    /// <param name="row">The bytes.</param>
    /// <param name="above">The bytes of the row above.</param>
    /// <param name="pixel">The bytes of a pixel.</param>
    /// <param name="difference">Receives the differences.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Subtract<TPrediction>(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixel, Span<byte> difference)
        where TPrediction : struct, IPrediction
    {
        int n = row.Length, edge = Math.Min(pixel, n), i = edge, width = Vector256<byte>.Count;
        above = above[..n];
        difference = difference[..n];
        long sum = 0;
        for (int k = 0; k < edge; k++)
        {
            difference[k] = (byte)(row[k] - TPrediction.Of(0, above[k], 0));
            sum += Math.Abs((int)(sbyte)difference[k]);
        }

        ref byte x = ref MemoryMarshal.GetReference(row), b = ref MemoryMarshal.GetReference(above), d = ref MemoryMarshal.GetReference(difference);
        while (i + width <= n)
        {
            Vector256<ushort> sums = Vector256<ushort>.Zero;
            for (int most = Math.Min(n - width, i + ((MostSums - 1) * width)); i <= most; i += width)
            {
                var left = Vector256.LoadUnsafe(ref x, (nuint)(i - pixel));
                var corner = Vector256.LoadUnsafe(ref b, (nuint)(i - pixel));
                Vector256<byte> r = Vector256.LoadUnsafe(ref x, (nuint)i) - TPrediction.Of(left, Vector256.LoadUnsafe(ref b, (nuint)i), corner);
                r.StoreUnsafe(ref d, (nuint)i);
                Vector256<ushort> magnitudes = Vector256.Min(r, Vector256<byte>.Zero - r).AsUInt16();
                sums += (magnitudes & Vector256.Create((ushort)0x00FF)) + Vector256.ShiftRightLogical(magnitudes, 8);
            }

            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(sums);
            sum += Vector256.Sum(low + high);
        }

        for (; i < n; i++)
        {
            difference[i] = (byte)(row[i] - TPrediction.Of(row[i - pixel], above[i], above[i - pixel]));
            sum += Math.Abs((int)(sbyte)difference[i]);
        }

        return sum;
    }

    /// <summary><c>row += prediction</c> from the first byte on, where predictions see the finished bytes to the left.</summary>
    /// <param name="row">The differences; becomes the bytes.</param>
    /// <param name="above">The bytes of the row above.</param>
    /// <param name="pixel">The bytes of a pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TPrediction>(Span<byte> row, ReadOnlySpan<byte> above, int pixel)
        where TPrediction : struct, IPrediction
    {
        int n = row.Length, edge = Math.Min(pixel, n);
        above = above[..n];
        for (int i = 0; i < edge; i++)
        {
            row[i] += TPrediction.Of(0, above[i], 0);
        }

        if (pixel == 1)
        {
            // The bytes to the left stay in registers.
            int left = n > 0 ? row[0] : 0, corner = n > 0 ? above[0] : 0;
            for (int i = 1; i < n; i++)
            {
                int over = above[i];
                left = (byte)(row[i] + TPrediction.Of(left, over, corner));
                corner = over;
                row[i] = (byte)left;
            }

            return;
        }

        for (int i = edge; i < n; i++)
        {
            row[i] += TPrediction.Of(row[i - pixel], above[i], above[i - pixel]);
        }
    }

    /// <summary><c>row += above</c>.</summary>
    public static void AddAbove(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int i = 0, n = row.Length;
        above = above[..n];
        for (; i + Vector256<byte>.Count <= n; i += Vector256<byte>.Count)
        {
            (Vector256.Create<byte>(row[i..]) + Vector256.Create(above[i..])).CopyTo(row[i..]);
        }

        for (; i < n; i++)
        {
            row[i] += above[i];
        }
    }
}
