using System.Buffers.Binary;
using System.Globalization;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads arrays in the NPY format of NumPy, versions 1 to 3: numbers of 1 to 8 bytes (real, whole, truth values), little and big endian,
/// in C and Fortran order. Numbers become <c>double</c>.
/// </summary>
/// <remarks>
/// The shape is compared with the bytes that follow before memory is allocated, so storage is at most 8 bytes per byte of the file
/// (16 in Fortran order). Numbers that are not finite, and whole numbers beyond 2^53, which would be rounded, are refused.
/// Reference: NumPy Enhancement Proposal 1.
/// </remarks>
public static class NpyReader
{
    /// <summary>The most numbers that are read: 2 GiB.</summary>
    public const int MostNumbers = 1 << 28;

    private const long LargestExact = 1L << 53;

    /// <summary>The first bytes of every NPY file.</summary>
    internal static ReadOnlySpan<byte> Signature => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static NumberArray Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its position to its end. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    public static NumberArray Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        if (!stream.CanSeek)
        {
            var whole = new MemoryStream(); // how much a pipe holds is known at its end
            stream.CopyTo(whole);
            whole.Position = 0;
            stream = whole;
        }

        var scanner = new ByteScanner(stream, source);
        NpyHeader header = ReadHeader(scanner);
        Int128 count = 1;
        foreach (int extent in header.Shape)
        {
            count = Int128.Min(count * extent, long.MaxValue);
        }

        string shape = string.Join(" x ", header.Shape);
        if (count > MostNumbers)
        {
            throw scanner.Fault($"the array has {shape} numbers, expected at most {MostNumbers}");
        }

        long expected = (long)count * header.ElementBytes, left = scanner.Remaining!.Value;
        if (left != expected)
        {
            throw scanner.Fault($"{left} bytes follow the header, the array of {(shape.Length == 0 ? "one" : shape)} numbers of {header.ElementBytes} bytes has {expected}");
        }

        var values = new double[(int)count];
        Span<byte> element = stackalloc byte[8];
        for (int k = 0; k < values.Length; k++)
        {
            Span<byte> bytes = element[..header.ElementBytes];
            scanner.ReadExactly(bytes, "the numbers");
            if (header.IsBigEndian)
            {
                bytes.Reverse();
            }

            values[k] = Number(bytes, header.ElementType, scanner);
        }

        return new NumberArray(header.Shape, header.IsFortranOrder ? Transpose(values, header.Shape.AsSpan()) : values, header.ElementType);
    }

    private static NpyHeader ReadHeader(ByteScanner scanner)
    {
        Span<byte> start = stackalloc byte[8];
        scanner.ReadExactly(start, "the signature of an NPY file");
        if (!start.StartsWith(Signature))
        {
            throw scanner.FaultAt(0, "expected the signature of an NPY file");
        }

        if (start[6] is 0 or > 3)
        {
            throw scanner.FaultAt(6, $"the version of the format is {start[6]}, expected 1, 2 or 3");
        }

        Span<byte> size = stackalloc byte[4];
        size.Clear();
        scanner.ReadExactly(size[..(start[6] == 1 ? 2 : 4)], "the length of the header");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > NpyHeader.LongestHeader || length > scanner.Remaining)
        {
            throw scanner.Fault($"the header claims {length} bytes, expected at most {Math.Min(NpyHeader.LongestHeader, scanner.Remaining!.Value)}");
        }

        long position = scanner.Position;
        byte[] text = new byte[length];
        scanner.ReadExactly(text, "the header");
        return NpyHeader.Parse(scanner, position, text);
    }

    /// <summary>A number from its bytes, small end first.</summary>
    private static double Number(ReadOnlySpan<byte> bytes, string type, ByteScanner scanner)
    {
        double value = type switch
        {
            "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            "f4" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            "f8" => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            "i1" => (sbyte)bytes[0],
            "i2" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            "i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            "i8" => Exact(BinaryPrimitives.ReadInt64LittleEndian(bytes), scanner),
            "u1" => bytes[0],
            "u2" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            "u4" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            "u8" => Exact(BinaryPrimitives.ReadUInt64LittleEndian(bytes), scanner),
            _ => bytes[0] == 0 ? 0 : 1,
        };
        return double.IsFinite(value)
            ? value
            : throw scanner.FaultAt(scanner.Position - bytes.Length, string.Create(CultureInfo.InvariantCulture, $"a number is {value}, expected finite numbers"));
    }

    private static double Exact(Int128 value, ByteScanner scanner) => value >= -LargestExact && value <= LargestExact
        ? (double)value
        : throw scanner.FaultAt(scanner.Position - 8, $"the number {value} is beyond 2^53 and would be rounded");

    /// <summary>The same array with its last extent innermost, from one with its first extent innermost.</summary>
    private static double[] Transpose(double[] values, ReadOnlySpan<int> shape)
    {
        var transposed = new double[values.Length];
        Span<int> place = stackalloc int[shape.Length];
        place.Clear();
        foreach (double value in values)
        {
            int index = 0;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                index = (index * shape[axis]) + place[axis];
            }

            transposed[index] = value;
            for (int axis = 0; axis < shape.Length && ++place[axis] == shape[axis]; axis++)
            {
                place[axis] = 0;
            }
        }

        return transposed;
    }
}
