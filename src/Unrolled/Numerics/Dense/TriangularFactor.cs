namespace Unrolled.Numerics;

/// <summary>
/// The triangular factor R of a tall matrix <c>[J r]</c> whose rows arrive in blocks: <c>R'R = [J r]'[J r]</c> without forming the
/// product, so that directions are told apart down to the rounding of J and not only to its square root. All that least squares needs
/// of thousands of residuals is this one small matrix.
/// </summary>
/// <remarks>
/// <para>Blocks are reduced in the order of the calls with fixed sums, so the same calls give the same bits. Storage <c>n^2</c>
/// numbers for <c>n</c> columns; work <c>2 m n^2</c> for <c>m</c> rows. Not safe for use by several threads.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., sections 5.2.2 and 6.5.3 (Householder reflections of a triangle
/// with rows appended).</para>
/// </remarks>
public sealed class TriangularFactor
{
    private const double NegligibleSquare = 1e-280;

    private readonly double[] _entries;

    /// <summary>The factor of no rows: zero.</summary>
    /// <param name="columns">The number of columns, that of the right-hand side r included.</param>
    public TriangularFactor(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Columns = columns;
        _entries = new double[columns * columns];
    }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>Entry (i, j) of R; zero below the diagonal.</summary>
    public double this[int i, int j] => _entries[(i * Columns) + j];

    /// <summary>The sum of squares of the last column: <c>r'r</c>.</summary>
    public double SumOfSquares
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Columns; i++)
            {
                sum += this[i, Columns - 1] * this[i, Columns - 1];
            }

            return sum;
        }
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear() => Array.Clear(_entries);

    /// <summary>Passes the triangle between ranks.</summary>
    public void Exchange(ref ItemStream stream)
    {
        for (int i = 0; i < Columns; i++)
        {
            stream.Pass(_entries.AsSpan((i * Columns) + i, Columns - i));
        }
    }

    /// <summary>Appends rows given by columns: entry i of column j at <c>block[j*rows + i]</c>. The block is overwritten.</summary>
    /// <exception cref="ArgumentException">The block does not hold that many numbers.</exception>
    public void Append(Span<double> block, int rows)
    {
        if (block.Length < rows * Columns)
        {
            throw new ArgumentException($"{rows} rows of {Columns} columns need {rows * Columns} numbers, {block.Length} were given", nameof(block));
        }

        for (int k = 0; k < Columns && rows > 0; k++)
        {
            Reflect(k, block, rows, rows);
        }
    }

    /// <summary>Appends a block with nothing below its diagonal. The rows that a column lacks, up to a whole number of sums side by side, are left away: the bits are those of <see cref="Append(Span{double}, int)"/>.</summary>
    private void AppendTriangle(Span<double> block, int rows)
    {
        for (int k = 0; k < Columns; k++)
        {
            Reflect(k, block, rows, Math.Min(rows, (k + RowOperations.SumsInFlight) / RowOperations.SumsInFlight * RowOperations.SumsInFlight));
        }
    }

    /// <summary>Makes the numbers of column k of a block zero, those of its first <paramref name="height"/> rows; the others are.</summary>
    private void Reflect(int k, Span<double> block, int rows, int height)
    {
        Span<double> x = block.Slice(k * rows, height);
        double square = RowOperations.Dot(x, x), old = _entries[(k * Columns) + k];
        if (square < NegligibleSquare)
        {
            return; // also what dependent columns leave behind: its reciprocal would overflow
        }

        double norm = Math.Sqrt((old * old) + square), diagonal = old > 0 ? -norm : norm, head = old - diagonal;
        _entries[(k * Columns) + k] = diagonal;
        HouseholderKernels.Reflect(
            x, head, 1 / (diagonal * head), _entries.AsSpan((k * Columns) + k + 1, Columns - k - 1), block[((k + 1) * rows)..], rows);
    }

    /// <summary>Appends the rows of another factor, each times <paramref name="scale"/>: that of the rows it stands for.</summary>
    /// <exception cref="ArgumentException">The numbers of columns differ.</exception>
    public void Append(TriangularFactor other, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(other);
        Shapes.Length(other._entries, _entries.Length, nameof(other), "this factor has");
        int n = Columns;
        double[] block = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                block[(j * n) + i] = scale * other[i, j];
            }
        }

        AppendTriangle(block, n);
    }

    /// <summary>
    /// The d that minimizes <c>||J d + r||^2 + sum_i (damping_i d_i)^2</c>; a direction that neither J nor the damping sees is left at zero.
    /// </summary>
    /// <param name="damping">One number per column of J.</param>
    /// <param name="destination">Receives d.</param>
    public void SolveDamped(ReadOnlySpan<double> damping, Span<double> destination)
    {
        int n = Columns - 1;
        Shapes.Length(damping, n, nameof(damping), "J has");
        Shapes.Length(destination, n, nameof(destination), "J has");
        TriangularFactor damped = new(Columns);
        _entries.CopyTo(damped._entries, 0);
        double[] block = new double[n * Columns];
        for (int i = 0; i < n; i++)
        {
            block[(i * n) + i] = damping[i];
        }

        damped.AppendTriangle(block, n);
        for (int i = n - 1; i >= 0; i--)
        {
            double sum = -damped[i, n];
            for (int j = i + 1; j < n; j++)
            {
                sum -= damped[i, j] * destination[j];
            }

            destination[i] = damped[i, i] == 0 ? 0 : sum / damped[i, i];
        }
    }

    /// <summary><c>J'r</c>, half the gradient of <c>||r||^2</c>.</summary>
    public void Gradient(Span<double> destination)
    {
        for (int j = 0; j < Columns - 1; j++)
        {
            double sum = 0;
            for (int i = 0; i <= j; i++)
            {
                sum += this[i, j] * this[i, Columns - 1];
            }

            destination[j] = sum;
        }
    }

    /// <summary>The norm of a column of J.</summary>
    public double ColumnNorm(int column)
    {
        double sum = 0;
        for (int i = 0; i <= column; i++)
        {
            sum += this[i, column] * this[i, column];
        }

        return Math.Sqrt(sum);
    }

    /// <summary><c>||J d + r||^2</c>.</summary>
    public double SumOfSquaresAt(ReadOnlySpan<double> step)
    {
        double total = 0;
        for (int i = 0; i < Columns; i++)
        {
            double sum = this[i, Columns - 1];
            for (int j = i; j < Columns - 1; j++)
            {
                sum += this[i, j] * step[j];
            }

            total += sum * sum;
        }

        return total;
    }
}
