namespace Unrolled.Numerics;

/// <summary>
/// P A = L U of a square matrix, by Gaussian elimination with partial pivoting.
/// </summary>
/// <remarks>
/// <para>L has a unit diagonal and entries of magnitude at most 1; U is upper triangular; P exchanges rows. Backward
/// stable up to the growth factor, which in practice is small.</para>
/// <para>Storage n^2 + n/2 doubles. Work 2/3 n^3 operations once, 2 n^2 per solve; <see cref="Refactor"/> and the solves
/// allocate nothing. The elimination goes by panels of columns, so that large matrices pass through the cache once per
/// panel; the bits do not depend on the panel width.</para>
/// <para>A singular matrix is not an error: <see cref="IsSingular"/> says so, and only a solve refuses it. A matrix that
/// is singular in exact arithmetic often leaves a last pivot of rounding size instead of zero: compare
/// <see cref="SmallestPivot"/> with the size of the entries. Conditioning is not estimated. Solves may run concurrently.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., algorithms 3.4.1 and 3.2.1 (in panels: 3.2.11).</para>
/// </remarks>
public sealed class LuFactorization
{
    private const int PanelWidth = 32;
    private readonly Matrix _factors;
    private readonly int[] _exchanges;

    private LuFactorization(int n)
    {
        _factors = new Matrix(n, n);
        _exchanges = new int[n];
    }

    /// <summary>Number of rows of A.</summary>
    public int Order => _exchanges.Length;

    /// <summary>The smallest magnitude on the diagonal of U; NaN when a pivot is not a number.</summary>
    public double SmallestPivot { get; private set; }

    /// <summary>True when a pivot is exactly zero or not finite, so that A x = b cannot be solved.</summary>
    public bool IsSingular { get; private set; }

    /// <summary>The determinant of A; it overflows or vanishes easily, so it is no measure of singularity.</summary>
    public double Determinant
    {
        get
        {
            double determinant = 1;
            for (int k = 0; k < Order; k++)
            {
                determinant *= _exchanges[k] == k ? _factors[k, k] : -_factors[k, k];
            }

            return determinant;
        }
    }

    /// <summary>Factors <paramref name="a"/>, which is left unchanged.</summary>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    public static LuFactorization Factor(Matrix a)
    {
        Shapes.Square(a, nameof(a));
        var lu = new LuFactorization(a.Rows);
        lu.Refactor(a);
        return lu;
    }

    /// <summary>Replaces this factorization by that of another matrix of the same order, in the same memory.</summary>
    /// <exception cref="ArgumentException">The matrix is not square or has another order.</exception>
    public void Refactor(Matrix a)
    {
        Shapes.Square(a, nameof(a));
        if (a.Rows != Order)
        {
            throw new ArgumentException($"a has {a.Rows} rows, the factorization has {Order}", nameof(a));
        }

        a.CopyTo(_factors);
        for (int first = 0; first < Order; first += PanelWidth)
        {
            int end = Math.Min(first + PanelWidth, Order);
            FactorPanel(first, end);
            EliminateRightOf(first, end);
        }

        SmallestPivot = double.PositiveInfinity;
        IsSingular = false;
        for (int k = 0; k < Order; k++)
        {
            double pivot = Math.Abs(_factors[k, k]);
            SmallestPivot = Math.Min(SmallestPivot, pivot);
            IsSingular |= !(pivot > 0 && double.IsFinite(pivot));
        }
    }

    /// <summary>x with A x = b. The two spans may be the same.</summary>
    /// <exception cref="ArgumentException">A length differs from the order of A.</exception>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public void Solve(ReadOnlySpan<double> b, Span<double> destination)
    {
        Prepare(b, destination);
        for (int k = 0; k < Order; k++)
        {
            (destination[k], destination[_exchanges[k]]) = (destination[_exchanges[k]], destination[k]);
        }

        for (int i = 1; i < Order; i++)
        {
            destination[i] -= RowOperations.Dot(_factors.Row(i)[..i], destination[..i]);
        }

        for (int i = Order - 1; i >= 0; i--)
        {
            Span<double> row = _factors.Row(i);
            destination[i] = (destination[i] - RowOperations.Dot(row[(i + 1)..], destination[(i + 1)..])) / row[i];
        }
    }

    /// <summary>x with A' x = b, where A' is the transposed matrix. The two spans may be the same.</summary>
    /// <exception cref="ArgumentException">A length differs from the order of A.</exception>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public void SolveTransposed(ReadOnlySpan<double> b, Span<double> destination)
    {
        Prepare(b, destination);
        for (int k = 0; k < Order; k++)
        {
            Span<double> row = _factors.Row(k);
            destination[k] /= row[k];
            RowOperations.AddScaled(-destination[k], row[(k + 1)..], destination[(k + 1)..]);
        }

        for (int k = Order - 1; k > 0; k--)
        {
            RowOperations.AddScaled(-destination[k], _factors.Row(k)[..k], destination[..k]);
        }

        for (int k = Order - 1; k >= 0; k--)
        {
            (destination[k], destination[_exchanges[k]]) = (destination[_exchanges[k]], destination[k]);
        }
    }

    private void FactorPanel(int first, int end)
    {
        for (int k = first; k < end; k++)
        {
            int pivotRow = k;
            for (int i = k + 1; i < Order; i++)
            {
                if (Math.Abs(_factors[i, k]) > Math.Abs(_factors[pivotRow, k]))
                {
                    pivotRow = i;
                }
            }

            _exchanges[k] = pivotRow;
            if (pivotRow != k)
            {
                RowOperations.Exchange(_factors.Row(k), _factors.Row(pivotRow));
            }

            Span<double> pivot = _factors.Row(k);
            if (pivot[k] == 0)
            {
                // Nothing stands below a zero pivot, unless it is not a number, which then shows further down.
                continue;
            }

            for (int i = k + 1; i < Order; i++)
            {
                Span<double> row = _factors.Row(i);
                row[k] /= pivot[k];
                RowOperations.AddScaled(-row[k], pivot[(k + 1)..end], row[(k + 1)..end]);
            }
        }
    }

    /// <summary>Applies the elimination of a panel to the columns right of it: the new rows of U, then the rows below.</summary>
    private void EliminateRightOf(int first, int end)
    {
        for (int i = first + 1; i < Order; i++)
        {
            Span<double> row = _factors.Row(i);
            for (int k = first; k < Math.Min(i, end); k++)
            {
                RowOperations.AddScaled(-row[k], _factors.Row(k)[end..], row[end..]);
            }
        }
    }

    private void Prepare(ReadOnlySpan<double> b, Span<double> destination)
    {
        Shapes.Length(b, Order, nameof(b), "A has");
        Shapes.Length(destination, Order, nameof(destination), "A has");
        if (IsSingular)
        {
            throw new InvalidOperationException(
                $"A of order {Order} is singular (smallest pivot {SmallestPivot}): ask IsSingular first, or use a QrFactorization");
        }

        b.CopyTo(destination);
    }
}
