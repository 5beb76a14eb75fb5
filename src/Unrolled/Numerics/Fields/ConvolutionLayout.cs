namespace Unrolled.Numerics;

/// <summary>
/// How a convolution of planes of one size lies in memory. A padded plane is one run of numbers, row after row, so that a kernel point
/// is one distance in that run and a band of rows is one strip: the strip is as wide as the padded plane, and the last
/// <c>kernelColumns - 1</c> numbers of its rows are a gap that is kept at zero.
/// </summary>
/// <remarks>
/// The gap is what lets the adjoint read across the ends of rows: what it finds there is the zero that stands outside. Band heights depend
/// on sizes and number type alone, so sums over bands have the same order everywhere.
/// </remarks>
internal sealed class ConvolutionLayout
{
    // The responses of a band stay in the caches next to the core.
    private const int BytesOfBand = 160 * 1024;

    private readonly int _lanes;

    /// <summary>Lays out planes of (rows, columns) numbers.</summary>
    public ConvolutionLayout(int rows, int columns, int kernelRows, int kernelColumns, int filters, Boundary boundary, int bytesOfNumber)
    {
        (Rows, Columns, KernelRows, KernelColumns) = (rows, columns, kernelRows, kernelColumns);
        _lanes = CacheLine.Bytes / bytesOfNumber;
        Padding = new Padding(rows, columns, kernelRows / 2, kernelColumns / 2, boundary);
        BandRows = (int)Math.Clamp(BytesOfBand / ((long)filters * Stride * bytesOfNumber), 1, Math.Max(rows, 1));
        PaddedStride = Aligned((Math.Max(Padding.Rows, rows + WinogradKernels.Planes - 1) * Stride) + _lanes + kernelColumns);
        Lead = Aligned(kernelColumns - 1);
        Offsets = new int[kernelRows * kernelColumns];
        for (int k = 0; k < Offsets.Length; k++)
        {
            Offsets[k] = (k / kernelColumns * Stride) + (k % kernelColumns);
        }

        AdjointParts = PartsOfAdjoint(kernelRows, kernelColumns);
        AdjointOffsets = new int[Offsets.Length / AdjointParts];
        for (int b = 0; b < AdjointOffsets.Length; b++)
        {
            AdjointOffsets[b] = -b;
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public int KernelRows { get; }

    public int KernelColumns { get; }

    public Padding Padding { get; }

    /// <summary>The distance of rows, in padded planes and in strips.</summary>
    public int Stride => Padding.Columns;

    /// <summary>The distance of padded planes.</summary>
    public int PaddedStride { get; }

    /// <summary>How many rows a band has; the last one may have fewer.</summary>
    public int BandRows { get; }

    /// <summary>Zeros before the first strip.</summary>
    public int Lead { get; }

    /// <summary>Where each kernel point reads, relative to the point it belongs to.</summary>
    public int[] Offsets { get; }

    /// <summary>Where the adjoint reads within one part.</summary>
    public int[] AdjointOffsets { get; }

    /// <summary>How many parts the adjoint adds.</summary>
    public int AdjointParts { get; }

    /// <summary>How far each further part of the adjoint is moved.</summary>
    public int AdjointShift => KernelRows > 1 ? Stride : 1;

    /// <summary>
    /// The adjoint sums every kernel row by itself before it adds them, so that several sums share what they read; with kernels of one row it does
    /// so with every kernel column.
    /// </summary>
    public static int PartsOfAdjoint(int kernelRows, int kernelColumns) => kernelRows > 1 ? kernelRows : kernelColumns;

    /// <summary>How many numbers a strip of some rows has.</summary>
    public int StripLength(int rows) => rows * Stride;

    /// <summary>The distance of the strips of a band: whole registers, an odd number of cache lines so that channels do not fall on each other.</summary>
    public int StripStride(int rows)
    {
        int length = Aligned(StripLength(rows));
        return length / _lanes % 2 == 0 ? length + _lanes : length;
    }

    /// <summary>Rounded up to whole registers.</summary>
    public int Aligned(int length) => (length + _lanes - 1) / _lanes * _lanes;
}
