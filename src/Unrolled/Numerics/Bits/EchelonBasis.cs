namespace Unrolled.Numerics;

/// <summary>
/// A basis over GF(2) in echelon form: row <c>t</c> is 0 left of its pivot column, where it is 1, and pivot columns
/// ascend with <c>t</c>. Entries in later pivot columns are not cleared. Columns behind the last one that may hold a pivot
/// (labels) are carried along.
/// </summary>
internal sealed class EchelonBasis
{
    private int[] _pivotColumns = [];

    /// <summary>The rows.</summary>
    public BinaryBlocks Rows { get; } = new();

    /// <summary>How many rows there are.</summary>
    public int Rank { get; private set; }

    /// <summary>The column of every row's pivot, ascending.</summary>
    public ReadOnlySpan<int> PivotColumns => _pivotColumns.AsSpan(0, Rank);

    /// <summary>Empties the basis and makes room.</summary>
    /// <param name="rows">The most rows that it will have.</param>
    /// <param name="columns">All columns, labels included.</param>
    public void Reset(int rows, int columns)
    {
        Rank = 0;
        Rows.Reserve(rows, columns);
        if (_pivotColumns.Length < rows)
        {
            _pivotColumns = new int[rows];
        }
    }

    /// <summary>Announces a row, whose words the caller writes.</summary>
    public void Add(int pivotColumn) => _pivotColumns[Rank++] = pivotColumn;

    /// <summary>
    /// The solution <c>w</c> of <c>basis w = labels</c> whose entries outside the pivot columns are 0, by substitution from the last row
    /// to the first: <c>w[pivot t] = label t ^ (row t, w)</c>. Work: half of the basis is read once.
    /// </summary>
    /// <param name="labelColumn">The column of the labels, behind all pivots.</param>
    /// <param name="solution">Whole registers, as many as there are blocks; overwritten.</param>
    public unsafe void Solve(int labelColumn, Span<ulong> solution)
    {
        solution.Clear();
        fixed (ulong* w = solution)
        {
            for (int t = Rank - 1; t >= 0; t--)
            {
                int column = _pivotColumns[t], block = column / BinaryMatrix.BitsPerRegister;
                ulong bit = Rows.Bit(t, labelColumn) ^ BinaryKernels.Product(
                    Rows.Block(block) + ((nint)t * BinaryMatrix.WordsPerRegister), (nint)Rows.Capacity * BinaryMatrix.WordsPerRegister,
                    w + ((nint)block * BinaryMatrix.WordsPerRegister), Rows.Blocks - block);
                w[column / 64] |= bit << (column % 64);
            }
        }

        GC.KeepAlive(this);
    }
}
