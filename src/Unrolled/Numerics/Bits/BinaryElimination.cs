using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unrolled.Numerics;

/// <summary>
/// Elimination over GF(2) in which a row only ever receives sums of rows <i>above</i> it, with the tables of the Four Russians: strips of 64
/// columns are eliminated word by word, and what was done there is done to all other columns in one pass, eight pivots per lookup.
/// </summary>
/// <remarks>
/// <para><b>The step of a strip.</b> For each of its columns from the left, the first row in the order of the input that has a 1 and is not
/// yet a pivot becomes the pivot of the column, and its word is added to all other rows with a 1. The 1 itself is kept, since it says that
/// the pivot was added: afterwards the strip <i>is</i> the matrix of coefficients. Then, for every block of 512 columns, the pivot rows are
/// brought up to date (a triangle of at most 64), sums of groups of them are tabulated, and every other row gets one sum per table. Pivot
/// rows leave for the basis, and the others move up, their order kept.</para>
/// <para><b>Rows in order and columns in order are the same elimination.</b> Let <c>V(k)</c> be the span of rows 0 to k-1. Where a pivot is
/// chosen in column <c>j</c>, no row above it that is still there has a 1 in <c>j</c>, so it is added to rows below it alone. By induction
/// every row <c>k</c> stays in <c>x(k) + V(k)</c>. (1) Pivot rows have distinct leading columns, so there are as many as the rank; rows left
/// over have become 0, so that they lie in <c>V(k)</c>. Hence the pivot rows are exactly the rows with <c>x(k)</c> not in <c>V(k)</c>, the
/// ones that the row-by-row elimination (first come, first pivot) keeps, contradicting labels or not. (2) Both give these rows distinct leading
/// columns, which are then <i>the</i> leading columns of the row space. (3) Only pivot rows are added to others, labels included; let theta
/// be the linear function on the row space that maps the pivot rows of the input to their labels. Then a row left over ends with label
/// <c>y(k) + theta(x(k))</c> in both eliminations: the same rows contradict. (4) A query ends as the one element of <c>q + V</c> that is 0 in all
/// leading columns, and its label is theta of the difference: the same in both, and 0 features exactly if <c>q</c> is in <c>V</c>. The solution
/// <c>w</c> with free variables 0 is supported on the leading columns, where the reduced query is 0, so that label is also <c>(w, q)</c>.</para>
/// <para>Work for n x n: about n^3 / (3 * 8 * 512) lookups of a register and n^2 / 16 registers swept inside strips. Storage: one copy of the
/// rows, one word per row, 128 KiB of tables per thread; nothing is allocated where memory of an earlier call suffices. Which thread takes
/// which block changes nothing. References: Albrecht, Bard and Hart, "Algorithm 898", ACM TOMS 37(1), 2010, doi:10.1145/1644001.1644010, for
/// the tables; Dumas, Pernet and Sultan, "Computing the rank profile matrix", ISSAC 2015, arXiv:1501.05239, for eliminations that show the
/// first independent rows and columns together.</para>
/// </remarks>
internal sealed unsafe class BinaryElimination : IDisposable
{
    private const int Strip = 64;
    private const int Lane = BinaryMatrix.WordsPerRegister;
    private const int WordsPerTables = 8 * 256 * Lane;
    private const int FewPivots = 5;
    private const int RowsForEight = 500;
    private const int RowsForSix = 40;
    private const int RegistersForThreads = 6000;

    private readonly BinaryBlocks _rows = new();
    private readonly WorkerTeam _team;
    private readonly ulong[] _tables;
    private readonly int[] _pivotAt = GC.AllocateArray<int>(Strip, pinned: true); // column of the strip -> row of the basis, or -1
    private readonly int[] _pivotRow = new int[Strip]; // pivot of the strip -> its row
    private readonly ulong[] _pivotSums = new ulong[Strip]; // pivot of the strip -> columns whose pivots were added to it
    private readonly int[] _order = new int[Strip]; // rows of the pivots, ascending
    private ulong[] _strip = BinaryMatrix.Pinned(0);
    private EchelonBasis? _basis;
    private int _count;
    private int _pivots; // of the strip
    private int _leaving; // rows that become pivots
    private int _firstBlock;
    private int _firstCombined;

    /// <summary>An elimination on so many threads.</summary>
    public BinaryElimination(int threads)
    {
        _team = new WorkerTeam(threads, UpdateBlock);
        _tables = BinaryMatrix.Pinned((long)threads * WordsPerTables);
    }

    /// <summary>The rows left over, which depend on rows above them.</summary>
    public int Dependent => _count;

    private ulong* StripWords => Words(_strip);

    /// <summary>Eliminates; afterwards the basis is complete and <see cref="Dependent"/> rows are left over, in their order.</summary>
    /// <param name="rows">The rows, m x n; not changed.</param>
    /// <param name="pivotColumns">How many columns, from the left, may hold a pivot.</param>
    /// <param name="basis">Overwritten.</param>
    public void Eliminate(BinaryMatrix rows, int pivotColumns, EchelonBasis basis)
    {
        basis.Reset(Math.Min(rows.Rows, pivotColumns), rows.Columns);
        Load(rows, rows.Columns, basis);
        for (int column = 0; column < pivotColumns && _count > 0; column += Strip)
        {
            int bits = Math.Min(Strip, pivotColumns - column);
            Gather(column, bits == Strip ? ulong.MaxValue : (1UL << bits) - 1);
            FindPivots(column, bits);
            Update(column, column + bits);
            _count -= _leaving;
        }

        _basis = null;
    }

    /// <summary>Reduces rows by a complete basis; afterwards they are read by <see cref="Bit"/> and <see cref="Mark"/>.</summary>
    /// <param name="rows">The rows; not changed. Columns that they lack are 0.</param>
    /// <param name="columns">All columns of the basis.</param>
    /// <param name="basis">The basis.</param>
    public void Reduce(BinaryMatrix rows, int columns, EchelonBasis basis)
    {
        Load(rows, columns, basis);
        for (int t = 0; t < basis.Rank && _count > 0;)
        {
            int column = basis.PivotColumns[t] / Strip * Strip, from = t;
            ulong pivots = 0;
            _pivotAt.AsSpan().Fill(-1);
            for (; t < basis.Rank && basis.PivotColumns[t] < column + Strip; t++)
            {
                _pivotAt[basis.PivotColumns[t] - column] = t;
                pivots |= 1UL << (basis.PivotColumns[t] - column);
            }

            Gather(column, pivots);
            ulong* words = basis.Rows.Block(column / BinaryMatrix.BitsPerRegister) + (column / Strip % Lane);
            for (int s = from; s < t; s++)
            {
                ulong bit = 1UL << (basis.PivotColumns[s] - column);
                BinaryKernels.Sweep(StripWords, 0, _count, bit, words[(nint)s * Lane] & pivots & ~bit);
            }

            (_pivots, _leaving) = (t - from, 0);
            Update(column, column);
        }

        _basis = null;
    }

    /// <summary>The bit of a row that is left over or reduced.</summary>
    public ulong Bit(int row, int column) => _rows.Bit(row, column);

    /// <summary>Says of every row that is left over or reduced whether one of its first columns is 1.</summary>
    public void Mark(int columns, Span<bool> marks)
    {
        marks.Clear();
        ulong* mask = stackalloc ulong[Lane];
        for (int b = 0; b < _rows.Blocks; b++)
        {
            for (int w = 0; w < Lane; w++)
            {
                int bits = Math.Clamp(columns - (b * BinaryMatrix.BitsPerRegister) - (64 * w), 0, 64);
                mask[w] = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
            }

            BinaryKernels.Mark(_rows.Block(b), _count, mask, marks);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private static ulong* Words(ulong[] pinned) => (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) + CacheLine.Start(pinned);

    private void Load(BinaryMatrix rows, int columns, EchelonBasis basis)
    {
        (_basis, _count) = (basis, rows.Rows);
        _rows.Reserve(rows.Rows, columns);
        _rows.Load(rows);
        if (_strip.Length - Lane < _count + Lane)
        {
            _strip = BinaryMatrix.Pinned(_count + Lane);
        }
    }

    private void Gather(int column, ulong mask) =>
        BinaryKernels.Gather(_rows.Block(column / BinaryMatrix.BitsPerRegister), column / Strip % Lane, _count, mask, StripWords);

    /// <summary>Eliminates the strip; what remains in it are the coefficients of the pivots.</summary>
    private void FindPivots(int column, int bits)
    {
        ulong* strip = StripWords;
        _pivots = 0;
        _pivotAt.AsSpan().Fill(-1);
        for (int j = 0; j < bits; j++)
        {
            ulong bit = 1UL << j;
            int row = BinaryKernels.First(strip, _count, bit);
            if (row >= 0)
            {
                ulong word = strip[row];
                strip[row] = 0; // never again a pivot, and never added to
                BinaryKernels.Sweep(strip, row, _count, bit, word & ~(bit | (bit - 1)));
                _pivotAt[j] = _basis!.Rank;
                (_pivotRow[_pivots], _pivotSums[_pivots]) = (row, word & (bit - 1));
                _basis.Add(column + j);
                _order[_pivots++] = row;
            }
        }

        _order.AsSpan(0, _pivots).Sort();
        _leaving = _pivots;
    }

    /// <summary>Does to all columns from <paramref name="column"/> on what was done to the strip, but only pivots need what is left of <paramref name="next"/>.</summary>
    private void Update(int column, int next)
    {
        (_firstBlock, _firstCombined) = (column / BinaryMatrix.BitsPerRegister, next / BinaryMatrix.BitsPerRegister);
        int blocks = _pivots == 0 ? 0 : _rows.Blocks - _firstBlock;
        if ((long)_count * blocks >= RegistersForThreads && _team.Threads > 1)
        {
            _team.Run(blocks);
            return;
        }

        for (int item = 0; item < blocks; item++)
        {
            UpdateBlock(0, item);
        }
    }

    private void UpdateBlock(int thread, int item)
    {
        ulong* rows = _rows.Block(_firstBlock + item), basis = _basis!.Rows.Block(_firstBlock + item);
        fixed (int* pivotAt = _pivotAt)
        {
            int first = _basis.Rank - _leaving;
            for (int t = 0; t < _leaving; t++)
            {
                BinaryKernels.CombineSingly(rows + ((nint)_pivotRow[t] * Lane), _pivotSums[t], pivotAt, basis, basis + ((nint)(first + t) * Lane));
            }

            if (_firstBlock + item < _firstCombined)
            {
                return;
            }

            int left = _count - _leaving, width = _pivots <= FewPivots || left < RowsForSix ? 0 : left < RowsForEight ? 6 : 8;
            ulong* tables = Words(_tables) + ((nint)thread * WordsPerTables);
            for (int j = 0; width > 0 && j < Strip; j += width)
            {
                BinaryKernels.Tabulate(pivotAt + j, Math.Min(width, Strip - j), basis, tables + ((nint)(j / width) * Lane << width));
            }

            for (int t = 0, from = 0; t <= _leaving; t++)
            {
                int to = t < _leaving ? _order[t] : _count;
                ulong* source = rows + ((nint)from * Lane), coefficients = StripWords + from, destination = source - ((nint)t * Lane);
                switch (width)
                {
                    case 8:
                        BinaryKernels.CombineEight(source, coefficients, to - from, tables, destination);
                        break;
                    case 6:
                        BinaryKernels.CombineSix(source, coefficients, to - from, tables, destination);
                        break;
                    default:
                        for (nint i = 0; i < to - from; i++)
                        {
                            BinaryKernels.CombineSingly(source + (i * Lane), coefficients[i], pivotAt, basis, destination + (i * Lane));
                        }

                        break;
                }

                from = to + 1;
            }
        }
    }
}
