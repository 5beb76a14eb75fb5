using System.Runtime.InteropServices;

namespace Unrolled.Numerics;

/// <summary>
/// Finds pivots and pattern of P A Q = L U column by column: the pattern of a column of the factors is what can be reached from the
/// entries of A in the graph of the columns of L found so far, so the work is in proportion to the operations.
/// </summary>
/// <remarks>
/// The diagonal of A is the pivot unless it is smaller than the tolerance times the largest candidate; then the largest is, and of equal
/// ones the first row. Updates of a column are applied in the order of the pivots and fused, as <see cref="SparseLuKernels"/> does, so
/// that a second factorization of the same values has the same bits. A column without a candidate takes a row of its own with pivot 0.
/// Reference: Gilbert and Peierls, Sparse partial pivoting in time proportional to arithmetic operations, SIAM J. Sci. Stat. Comput. 9
/// (1988) 862-874, doi:10.1137/0909058.
/// </remarks>
internal sealed class GilbertPeierls
{
    private readonly int _n;
    private readonly double _tolerance;
    private readonly SparsityPattern _columns;
    private readonly int[] _places, _order, _position, _mark, _pivotRow, _above, _below;
    private readonly double[] _x;
    private readonly int[] _lowerStart, _upperStart;
    private readonly List<int> _lowerRow = [], _upperRow = [];
    private readonly List<double> _lower = [], _upper = [];
    private int _aboveCount, _belowCount, _firstFree;

    private GilbertPeierls(SparsityPattern pattern, double tolerance)
    {
        _n = pattern.RowCount;
        _tolerance = tolerance;
        _order = MinimumDegree.Order(pattern);
        _columns = pattern.Transpose(out _places);
        (_position, _mark, _pivotRow, _above, _below) = (new int[_n], new int[_n], new int[_n], new int[_n], new int[_n]);
        (_x, InversePivots) = (new double[_n], new double[_n]);
        (_lowerStart, _upperStart) = (new int[_n + 1], new int[_n + 1]);
        _position.AsSpan().Fill(-1);
        _mark.AsSpan().Fill(-1);
    }

    public SparseLuPattern Pattern { get; private set; } = null!;

    public double[] Lower { get; private set; } = null!;

    public double[] Upper { get; private set; } = null!;

    public double[] InversePivots { get; }

    public SparseLuQuality Quality { get; private set; }

    public static GilbertPeierls Factor(SparsityPattern pattern, ReadOnlySpan<double> values, double tolerance)
    {
        var factors = new GilbertPeierls(pattern, tolerance);
        SparseLuQuality quality = SparseLuQuality.Start;
        for (int k = 0; k < factors._n; k++)
        {
            factors.Column(k, values, ref quality);
        }

        factors.Finish();
        factors.Quality = quality;
        return factors;
    }

    private void Column(int k, ReadOnlySpan<double> values, ref SparseLuQuality quality)
    {
        int column = _order[k];
        Reach(column, k);
        long scale = 0, largest = 0;
        for (int t = _columns.RowStart[column]; t < _columns.RowStart[column + 1]; t++)
        {
            double a = values[_places[t]];
            _x[_columns.Columns[t]] = a;
            scale = Math.Max(scale, SparseLuQuality.Magnitude(a));
        }

        Span<int> above = _above.AsSpan(0, _aboveCount);
        above.Sort();
        ReadOnlySpan<int> lowerRow = CollectionsMarshal.AsSpan(_lowerRow);
        ReadOnlySpan<double> lower = CollectionsMarshal.AsSpan(_lower);
        foreach (int c in above)
        {
            int row = _pivotRow[c];
            double u = _x[row];
            _x[row] = 0;
            largest = Math.Max(largest, SparseLuQuality.Magnitude(u));
            _upperRow.Add(c);
            _upper.Add(u);
            for (int t = _lowerStart[c]; t < _lowerStart[c + 1]; t++)
            {
                _x[lowerRow[t]] = Math.FusedMultiplyAdd(lower[t], -u, _x[lowerRow[t]]);
            }
        }

        int pivotRow = ChoosePivot(column, k, ref largest);
        double inverse = quality.Include(_x[pivotRow], largest, scale);
        _x[pivotRow] = 0;
        InversePivots[k] = inverse;
        _position[pivotRow] = k;
        foreach (int row in _below.AsSpan(0, _belowCount))
        {
            if (row != pivotRow)
            {
                _lowerRow.Add(row);
                _lower.Add(_x[row] * inverse);
                _x[row] = 0;
            }
        }

        _pivotRow[k] = pivotRow;
        _lowerStart[k + 1] = _lowerRow.Count;
        _upperStart[k + 1] = _upperRow.Count;
    }

    /// <summary>The pivots above and the rows below that a column can fill.</summary>
    private void Reach(int column, int k)
    {
        _aboveCount = _belowCount = 0;
        int waiting = 0;
        ReadOnlySpan<int> lowerRow = CollectionsMarshal.AsSpan(_lowerRow);
        Visit(_columns.Row(column));
        while (waiting < _aboveCount)
        {
            int c = _above[waiting++];
            Visit(lowerRow[_lowerStart[c].._lowerStart[c + 1]]);
        }

        void Visit(ReadOnlySpan<int> rows)
        {
            foreach (int row in rows)
            {
                if (_mark[row] != k)
                {
                    _mark[row] = k;
                    if (_position[row] >= 0)
                    {
                        _above[_aboveCount++] = _position[row];
                    }
                    else
                    {
                        _below[_belowCount++] = row;
                    }
                }
            }
        }
    }

    private int ChoosePivot(int column, int step, ref long largest)
    {
        int best = -1;
        double size = -1;
        foreach (int row in _below.AsSpan(0, _belowCount))
        {
            double candidate = Math.Abs(_x[row]);
            largest = Math.Max(largest, SparseLuQuality.Magnitude(candidate));
            if (candidate > size || (candidate == size && row < best))
            {
                (best, size) = (row, candidate);
            }
        }

        if (_position[column] < 0 && _mark[column] == step && Math.Abs(_x[column]) >= _tolerance * Math.Max(size, 0))
        {
            return column;
        }

        if (best >= 0)
        {
            return best;
        }

        if (_belowCount > 0)
        {
            return _below[0]; // no candidate is a number
        }

        while (_position[_firstFree] >= 0)
        {
            _firstFree++;
        }

        return _position[column] < 0 ? column : _firstFree;
    }

    /// <summary>Renames the rows of L by their pivots and sorts them; places the entries of A.</summary>
    private void Finish()
    {
        Lower = [.. _lower];
        Upper = [.. _upper];
        int[] lowerRow = [.. _lowerRow];
        var sourceStart = new int[_n + 1];
        int[] source = new int[_columns.Count], sourceRow = new int[_columns.Count];
        for (int k = 0; k < _n; k++)
        {
            Span<int> rows = lowerRow.AsSpan(_lowerStart[k].._lowerStart[k + 1]);
            foreach (ref int row in rows)
            {
                row = _position[row];
            }

            rows.Sort(Lower.AsSpan(_lowerStart[k].._lowerStart[k + 1]));
            int place = sourceStart[k];
            for (int t = _columns.RowStart[_order[k]]; t < _columns.RowStart[_order[k] + 1]; t++)
            {
                sourceRow[place] = _position[_columns.Columns[t]];
                source[place++] = _places[t];
            }

            sourceStart[k + 1] = place;
        }

        Pattern = new SparseLuPattern(_n, _columns.Count, _order, _position, sourceStart, sourceRow, source, _lowerStart, lowerRow, _upperStart, [.. _upperRow]);
    }
}
