namespace Unrolled.Numerics;

/// <summary>Variables in doubly linked lists by degree, last in, first out: one of least degree is found without a search.</summary>
internal sealed class DegreeLists
{
    private readonly int[] _degree, _head, _next, _previous;
    private int _least;

    public DegreeLists(int n)
    {
        (_degree, _head, _next, _previous) = (new int[n], new int[n + 1], new int[n], new int[n]);
        _head.AsSpan().Fill(-1);
    }

    /// <summary>The degree of a variable, in a list or not.</summary>
    public int Degree(int i) => _degree[i];

    /// <summary>Lowers the degree of a variable that is in no list.</summary>
    public void Bound(int i, int degree) => _degree[i] = Math.Min(_degree[i], degree);

    /// <summary>Puts a variable in front of the list of a degree.</summary>
    public void Add(int i, int degree)
    {
        _degree[i] = degree;
        _previous[i] = -1;
        _next[i] = _head[degree];
        if (_head[degree] >= 0)
        {
            _previous[_head[degree]] = i;
        }

        _head[degree] = i;
        _least = Math.Min(_least, degree);
    }

    /// <summary>Takes a variable out of its list.</summary>
    public void Remove(int i)
    {
        if (_next[i] >= 0)
        {
            _previous[_next[i]] = _previous[i];
        }

        if (_previous[i] >= 0)
        {
            _next[_previous[i]] = _next[i];
        }
        else
        {
            _head[_degree[i]] = _next[i];
        }
    }

    /// <summary>Takes the first variable of the least degree; there must be one.</summary>
    public int TakeLeast()
    {
        while (_head[_least] < 0)
        {
            _least++;
        }

        int i = _head[_least];
        Remove(i);
        return i;
    }
}
