using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>Writes arrays of <c>float</c> or <c>double</c> in the NPY format of NumPy, version 1, little endian, C order.</summary>
public static class NpyWriter
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="shape">The extents, last innermost.</param>
    /// <param name="values">All numbers.</param>
    /// <exception cref="ArgumentException">The shape has another number of numbers, or they are neither float nor double.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static void Write<T>(string path, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : struct, IFloatingPointIeee754<T>
    {
        using AtomicFile file = AtomicFile.Create(path);
        Write(file.Stream, shape, values);
        file.Commit();
    }

    /// <summary>Writes the contents of a file to a stream, which the caller disposes.</summary>
    /// <inheritdoc cref="Write{T}(string, ReadOnlySpan{int}, ReadOnlySpan{T})"/>
    public static void Write<T>(Stream stream, ReadOnlySpan<int> shape, ReadOnlySpan<T> values)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        int width = Unsafe.SizeOf<T>();
        Int128 count = 1;
        var text = new StringBuilder();
        foreach (int extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(shape));
            count = Int128.Min(count * extent, long.MaxValue);
            text.Append(CultureInfo.InvariantCulture, $"{extent},{(text.Length == 0 || shape.Length > 1 ? " " : string.Empty)}");
        }

        if (values.Length != count || (typeof(T) != typeof(float) && typeof(T) != typeof(double)))
        {
            throw new ArgumentException($"{values.Length} numbers of type {typeof(T).Name}, the shape has {count}; expected as many, float or double", nameof(values));
        }

        string tuple = text.ToString().TrimEnd(' ');
        tuple = shape.Length > 1 ? tuple.TrimEnd(',') : tuple;
        string header = $"{{'descr': '<f{width}', 'fortran_order': False, 'shape': ({tuple}), }}";
        int padded = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        stream.Write(NpyReader.Signature);
        stream.Write([1, 0, (byte)padded, (byte)(padded >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header.PadRight(padded - 1) + "\n"));
        Span<byte> bytes = stackalloc byte[4096];
        for (int start = 0; start < values.Length;)
        {
            int chunk = Math.Min(values.Length - start, bytes.Length / width);
            for (int k = 0; k < chunk; k++)
            {
                if (width == 4)
                {
                    System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes[(k * 4)..], float.CreateTruncating(values[start + k]));
                }
                else
                {
                    System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(bytes[(k * 8)..], double.CreateTruncating(values[start + k]));
                }
            }

            stream.Write(bytes[..(chunk * width)]);
            start += chunk;
        }
    }
}
