using System.Buffers;

namespace Unrolled.Numerics;

/// <summary>
/// A P = Q R of a matrix with at least as many rows as columns, by Householder reflections with column pivoting; solves
/// least squares problems and finds the numerical rank.
/// </summary>
/// <remarks>
/// <para>Q has orthonormal columns, R is upper triangular with a diagonal of falling magnitude, P orders the columns. The
/// rank is the number of leading diagonal entries of R above <c>relativeTolerance * |R(0,0)|</c>.</para>
/// <para>Storage m n doubles, work about 3 m n^2 operations once (a third of it for the column norms, which are computed
/// anew in every step rather than updated, so that they never cancel) and 4 m n per solve. Solves may run concurrently.</para>
/// <para>Entries that are not finite are not refused; they make every solution NaN.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., algorithm 5.4.1 and section 5.5.6 (basic solution).</para>
/// </remarks>
public sealed class QrFactorization
{
    // Row-major like Matrix for R (upper part); reflector k is row k of _reflectors from entry k on.
    private readonly Matrix _upper;
    private readonly Matrix _reflectors;
    private readonly double[] _tau;
    private readonly int[] _order;

    private QrFactorization(Matrix a)
    {
        _upper = a.Copy();
        _reflectors = new Matrix(a.Columns, a.Rows);
        _tau = new double[a.Columns];
        _order = Enumerable.Range(0, a.Columns).ToArray();
    }

    /// <summary>Number of rows of A.</summary>
    public int Rows => _upper.Rows;

    /// <summary>Number of columns of A.</summary>
    public int Columns => _upper.Columns;

    /// <summary>The numerical rank of A.</summary>
    public int Rank { get; private set; }

    /// <summary>Entry k is the column of A that stands in column k of A P.</summary>
    public ReadOnlySpan<int> ColumnOrder => _order;

    /// <summary>Factors <paramref name="a"/> with the relative tolerance max(m, n) 2^-52 for the rank.</summary>
    /// <exception cref="ArgumentException">The matrix has fewer rows than columns.</exception>
    public static QrFactorization Factor(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return Factor(a, Math.Max(a.Rows, a.Columns) * Math.ScaleB(1, -52));
    }

    /// <summary>Factors <paramref name="a"/>, which is left unchanged, with the given relative tolerance for the rank.</summary>
    /// <exception cref="ArgumentException">The matrix has fewer rows than columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public static QrFactorization Factor(Matrix a, double relativeTolerance)
    {
        ArgumentNullException.ThrowIfNull(a);
        if (a.Rows < a.Columns)
        {
            throw new ArgumentException($"A has {a.Rows} rows, fewer than its {a.Columns} columns", nameof(a));
        }

        if (!(relativeTolerance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(relativeTolerance), $"the tolerance {relativeTolerance} is not at least 0");
        }

        var qr = new QrFactorization(a);
        qr.Reduce();

        // Written so that NaN counts as full rank and then shows in the solution.
        double smallest = relativeTolerance * Math.Abs(qr._upper[0, 0]);
        while (qr.Rank < qr.Columns && !(Math.Abs(qr._upper[qr.Rank, qr.Rank]) <= smallest))
        {
            qr.Rank++;
        }

        return qr;
    }

    /// <summary>
    /// x that minimizes the Euclidean norm of b - A x. When the rank is smaller than the number of columns, the unknowns
    /// of the dependent columns are zero (the basic solution, not the one of smallest norm).
    /// </summary>
    /// <param name="b">Right-hand side, as many entries as A has rows.</param>
    /// <param name="destination">The solution, as many entries as A has columns.</param>
    /// <returns>The norm of b - A x as the factorization sees it, from the part of Q' b that R cannot reach.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public double Solve(ReadOnlySpan<double> b, Span<double> destination)
    {
        Shapes.Length(b, Rows, nameof(b), "A has");
        Shapes.Length(destination, Columns, nameof(destination), "the number of columns of A is");
        double[] rented = ArrayPool<double>.Shared.Rent(Rows);
        Span<double> y = rented.AsSpan(0, Rows);
        b.CopyTo(y);
        for (int k = 0; k < Columns; k++)
        {
            Householder.Apply(_reflectors.Row(k)[k..], _tau[k], y[k..]);
        }

        for (int i = Rank - 1; i >= 0; i--)
        {
            Span<double> row = _upper.Row(i);
            y[i] = (y[i] - RowOperations.Dot(row[(i + 1)..Rank], y[(i + 1)..Rank])) / row[i];
        }

        destination.Clear();
        for (int i = 0; i < Rank; i++)
        {
            destination[_order[i]] = y[i];
        }

        Span<double> rest = y[Rank..];
        double scale = RowOperations.PowerOfTwoScale(rest);
        foreach (ref double value in rest)
        {
            value *= scale;
        }

        double residual = Math.Sqrt(RowOperations.Dot(rest, rest)) / scale;
        ArrayPool<double>.Shared.Return(rented);
        return residual;
    }

    /// <summary>R with <see cref="Columns"/> rows, as a copy.</summary>
    public Matrix Upper()
    {
        var upper = new Matrix(Columns, Columns);
        for (int i = 0; i < Columns; i++)
        {
            _upper.Row(i)[i..].CopyTo(upper.Row(i)[i..]);
        }

        return upper;
    }

    /// <summary>Q with the shape of A: its first <see cref="Rank"/> columns are an orthonormal basis of the range of A.</summary>
    public Matrix Orthonormal()
    {
        var q = new Matrix(Rows, Columns);
        for (int i = 0; i < Columns; i++)
        {
            q[i, i] = 1;
        }

        double[] work = new double[Columns];
        for (int k = Columns - 1; k >= 0; k--)
        {
            Householder.ApplyLeft(_reflectors.Row(k)[k..], _tau[k], q, k, 0, work);
        }

        return q;
    }

    private void Reduce()
    {
        double scale = RowOperations.PowerOfTwoScale(_upper.AsSpan());
        double[] work = new double[Columns];
        for (int k = 0; k < Columns; k++)
        {
            BringLargestColumnTo(k, scale, work);
            Span<double> v = _reflectors.Row(k)[k..];
            for (int i = k; i < Rows; i++)
            {
                v[i - k] = _upper[i, k];
            }

            _upper[k, k] = Householder.Reflect(v, 0, out _tau[k]);
            Householder.ApplyLeft(v, _tau[k], _upper, k, k + 1, work);
        }
    }

    private void BringLargestColumnTo(int k, double scale, Span<double> squares)
    {
        squares.Clear();
        for (int i = k; i < Rows; i++)
        {
            RowOperations.AddSquares(scale, _upper.Row(i)[k..], squares[k..]);
        }

        int largest = k;
        for (int j = k + 1; j < Columns; j++)
        {
            largest = squares[j] > squares[largest] ? j : largest;
        }

        if (largest == k)
        {
            return;
        }

        (_order[k], _order[largest]) = (_order[largest], _order[k]);
        for (int i = 0; i < Rows; i++)
        {
            Span<double> row = _upper.Row(i);
            (row[k], row[largest]) = (row[largest], row[k]);
        }
    }
}
