namespace Unrolled.Numerics;

/// <summary>
/// A fill-reducing order of the rows and columns of a square sparse matrix: approximate minimum degree on the graph of A + A^T.
/// </summary>
/// <remarks>
/// <para>Eliminating an unknown joins its neighbours to each other; the order removes next an unknown with few neighbours. The graph is
/// kept as a quotient graph: an eliminated unknown becomes an element, which stands for the clique of its neighbours, and absorbs the
/// elements that it covers. Unknowns with equal neighbours are merged; degrees are upper bounds that cost one pass over the elements
/// around the pivot.</para>
/// <para>Deterministic: the order depends on the pattern alone. Storage: about 2 entries + 12 n integers; elements need no more than the
/// entries that they absorb. Work: about n times the entries in theory, close to linear in practice. Rows with more than 10 sqrt(n) (and
/// more than 16) neighbours are left out of the graph and come last. Values are not seen: whether the diagonal can serve as pivots is the
/// business of the factorization.</para>
/// <para>Reference: Amestoy, Davis and Duff, An approximate minimum degree ordering algorithm, SIAM J. Matrix Anal. Appl. 17 (1996) 886-905,
/// doi:10.1137/S0895479894278952; d is the bound of section 4, equation 4.1.</para>
/// </remarks>
public sealed class MinimumDegree
{
    private const int FewestDense = 16;
    private const double DenseFactor = 10;

    private readonly int _n;
    private readonly int[] _start, _elementCount, _length; // the list of a variable: elements first, then variables
    private readonly int[] _adjacent;
    private readonly int[]?[] _elements; // the variables of a live element
    private readonly int[] _elementWeight;
    private readonly int[] _weight; // how many unknowns a variable stands for; negative inside the pivot's element, 0 when gone
    private readonly long[] _outside; // |L_e \ L_p| above the tag, for the elements around the pivot
    private readonly DegreeLists _lists;
    private readonly int[] _follower, _last; // unknowns merged with a variable, in their order
    private readonly List<(long Key, int Variable)> _alike = []; // variables of the front that may have equal lists
    private long _tag;
    private int _eliminated;

    private MinimumDegree(SparsityPattern pattern)
    {
        _n = pattern.RowCount;
        (_start, _adjacent) = SymmetricGraph(pattern);
        _elementCount = new int[_n];
        _length = new int[_n];
        _elements = new int[]?[_n];
        _elementWeight = new int[_n];
        _weight = new int[_n];
        _lists = new DegreeLists(_n);
        _outside = new long[_n];
        (_follower, _last) = (new int[_n], new int[_n]);
        _follower.AsSpan().Fill(-1);
        for (int i = 0; i < _n; i++)
        {
            _weight[i] = 1;
            _last[i] = i;
            _length[i] = _start[i + 1] - _start[i];
        }
    }

    /// <summary>The order: element k is the row and column to eliminate in step k.</summary>
    /// <exception cref="ArgumentException">The pattern is not square or not in compressed form.</exception>
    public static int[] Order(SparsityPattern pattern)
    {
        Guard.SquarePattern(pattern);
        return new MinimumDegree(pattern).Run();
    }

    private int[] Run()
    {
        var order = new int[_n];
        int dense = LeaveOutDense(order);
        for (int i = _n - 1; i >= 0; i--)
        {
            if (_weight[i] > 0)
            {
                _lists.Add(i, _length[i]);
            }
        }

        int sparse = _n - dense, placed = 0;
        while (_eliminated < sparse)
        {
            int pivot = _lists.TakeLeast();
            Eliminate(pivot, sparse);
            for (int i = pivot; i >= 0; i = _follower[i])
            {
                order[placed++] = i;
            }
        }

        return order;
    }

    /// <summary>Takes rows with very many neighbours out of the graph and puts them last, by their number.</summary>
    private int LeaveOutDense(int[] order)
    {
        double limit = Math.Max(FewestDense, DenseFactor * Math.Sqrt(_n));
        int dense = 0;
        for (int i = _n - 1; i >= 0; i--)
        {
            if (_length[i] > limit)
            {
                _weight[i] = 0;
                order[_n - ++dense] = i;
            }
        }

        if (dense > 0)
        {
            for (int i = 0; i < _n; i++)
            {
                int kept = _start[i];
                for (int k = _start[i]; k < _start[i + 1]; k++)
                {
                    if (_weight[_adjacent[k]] > 0)
                    {
                        _adjacent[kept++] = _adjacent[k];
                    }
                }

                _length[i] = kept - _start[i];
            }
        }

        return dense;
    }

    private void Eliminate(int pivot, int sparse)
    {
        List<int> front = Front(pivot);
        CountOutside(front);
        int pivotWeight = -_weight[pivot], frontWeight = 0;
        foreach (int i in front)
        {
            frontWeight -= _weight[i];
        }

        _alike.Clear();
        foreach (int i in front)
        {
            long key = Prune(i, pivot, out int outside);
            if (_elementCount[i] == 1 && _length[i] == 1)
            {
                // Nothing but the pivot's element: eliminated together with the pivot at no further fill.
                frontWeight += _weight[i];
                pivotWeight -= _weight[i];
                Merge(i, pivot);
                continue;
            }

            _lists.Bound(i, outside);
            _alike.Add((key, i));
        }

        MergeAlike();

        _eliminated += pivotWeight;
        front.RemoveAll(i => _weight[i] == 0);
        foreach (int i in front)
        {
            int weight = _weight[i] = -_weight[i];
            _lists.Add(i, Math.Min(_lists.Degree(i) + frontWeight - weight, sparse - _eliminated - weight));
        }

        _weight[pivot] = 0;
        _elementWeight[pivot] = frontWeight;
        _elements[pivot] = [.. front];
    }

    /// <summary>L_p: the variables around the pivot, taken from the degree lists; their weights turn negative. Absorbs the pivot's elements.</summary>
    private List<int> Front(int pivot)
    {
        var front = new List<int>();
        _weight[pivot] = -_weight[pivot];
        ReadOnlySpan<int> around = _adjacent.AsSpan(_start[pivot], _length[pivot]);
        for (int k = 0; k < around.Length; k++)
        {
            if (k >= _elementCount[pivot])
            {
                Take(around[k]);
            }
            else if (_elements[around[k]] is int[] variables)
            {
                foreach (int i in variables)
                {
                    Take(i);
                }

                _elements[around[k]] = null;
            }
        }

        return front;

        void Take(int i)
        {
            if (_weight[i] > 0)
            {
                _lists.Remove(i);
                _weight[i] = -_weight[i];
                front.Add(i);
            }
        }
    }

    /// <summary>For every element e around the front: the weight of its variables outside the front, as <c>_outside[e] - _tag</c>.</summary>
    private void CountOutside(List<int> front)
    {
        foreach (int i in front)
        {
            foreach (int e in _adjacent.AsSpan(_start[i], _elementCount[i]))
            {
                if (_elements[e] is not null)
                {
                    _outside[e] = (_outside[e] >= _tag + 1 ? _outside[e] : _tag + 1 + _elementWeight[e]) + _weight[i];
                }
            }
        }
    }

    /// <summary>
    /// Drops from the list of a front variable what the pivot's element covers, and puts that element in front. Returns a key that is equal
    /// for equal lists, and the bound on the weight outside the front.
    /// </summary>
    private long Prune(int i, int pivot, out int outside)
    {
        int first = _start[i], kept = first, variables = first + _elementCount[i], end = first + _length[i];
        long key = 0;
        outside = 0;
        for (int k = first; k < variables; k++)
        {
            int e = _adjacent[k];
            if (_elements[e] is null)
            {
                continue;
            }

            int beyond = (int)(_outside[e] - _tag - 1);
            if (beyond == 0)
            {
                _elements[e] = null; // the front covers it
                continue;
            }

            outside = (int)Math.Min((long)outside + beyond, _n);
            key += e + 1;
            _adjacent[kept++] = e;
        }

        int firstVariable = kept;
        for (int k = variables; k < end; k++)
        {
            int j = _adjacent[k];
            if (_weight[j] > 0)
            {
                outside = (int)Math.Min((long)outside + _weight[j], _n);
                key += j + 1;
                _adjacent[kept++] = j;
            }
        }

        // At least one place became free: the pivot itself, or an element that it absorbed.
        if (kept > firstVariable)
        {
            _adjacent[kept] = _adjacent[firstVariable];
        }

        if (firstVariable > first)
        {
            _adjacent[firstVariable] = _adjacent[first];
        }

        _adjacent[first] = pivot;
        _elementCount[i] = firstVariable - first + 1;
        _length[i] = kept - first + 1;
        return (key << 20) + _length[i];
    }

    /// <summary>Merges variables of one key whose lists hold the same elements and variables.</summary>
    private void MergeAlike()
    {
        _alike.Sort();
        _tag += _n + 1L; // above everything counted for this front
        for (int a = 0; a + 1 < _alike.Count; a++)
        {
            (long key, int i) = _alike[a];
            if (_weight[i] == 0 || _alike[a + 1].Key != key)
            {
                continue;
            }

            _tag++;
            foreach (int k in _adjacent.AsSpan(_start[i], _length[i]))
            {
                _outside[k] = _tag;
            }

            for (int b = a + 1; b < _alike.Count && _alike[b].Key == key; b++)
            {
                int j = _alike[b].Variable;
                if (_weight[j] != 0 && _length[j] == _length[i] && _elementCount[j] == _elementCount[i] && AllMarked(j))
                {
                    _weight[i] += _weight[j];
                    Merge(j, i);
                }
            }
        }
    }

    private bool AllMarked(int j)
    {
        foreach (int k in _adjacent.AsSpan(_start[j], _length[j]))
        {
            if (_outside[k] != _tag)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Variable <paramref name="i"/> is gone; its unknowns follow those of <paramref name="into"/>.</summary>
    private void Merge(int i, int into)
    {
        _weight[i] = 0;
        _follower[_last[into]] = i;
        _last[into] = _last[i];
    }

    /// <summary>The neighbours of every row in A + A^T, without the diagonal.</summary>
    private static (int[] Start, int[] Adjacent) SymmetricGraph(SparsityPattern pattern)
    {
        int n = pattern.RowCount;
        var mark = new int[n];
        var start = new int[n + 1];
        SparsityPattern transposed = pattern.Transpose();
        var adjacent = new List<int>(2 * pattern.Count);
        for (int i = 0; i < n; i++)
        {
            mark[i] = i + 1;
            foreach (int j in pattern.Row(i))
            {
                Add(i, j);
            }

            foreach (int j in transposed.Row(i))
            {
                Add(i, j);
            }

            start[i + 1] = adjacent.Count;
        }

        return (start, [.. adjacent]);

        void Add(int i, int j)
        {
            if (mark[j] != i + 1)
            {
                mark[j] = i + 1;
                adjacent.Add(j);
            }
        }
    }
}
