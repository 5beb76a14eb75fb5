using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// Scaling by two diagonal matrices: <c>A x = b</c> becomes <c>(L A R) y = L b</c> with <c>x = R y</c>. Learned
/// polynomials need an operator of norm about 1; users need their own unknowns back.
/// </summary>
/// <remarks>Immutable. Work: one multiplication per entry. The residual of the scaled system is <c>L</c> times the residual
/// of the original one: verify tolerances on the original.</remarks>
public sealed class DiagonalScaling
{
    private const int RuizSweeps = 30;

    private readonly double[] _left;
    private readonly double[] _right;

    private DiagonalScaling(double[] left, double[] right) => (_left, _right) = (left, right);

    /// <summary>The diagonal of <c>L</c>.</summary>
    public ReadOnlySpan<double> Left => _left;

    /// <summary>The diagonal of <c>R</c>.</summary>
    public ReadOnlySpan<double> Right => _right;

    /// <summary>The scaling of one kind for a matrix.</summary>
    /// <exception cref="ArgumentException">The matrix is not square, or the kind does not fit it: the text names the element.</exception>
    public static DiagonalScaling Of(SparseMatrix a, ScalingKind kind)
    {
        ArgumentNullException.ThrowIfNull(a);
        Guard.Equal(a.Columns, a.Rows, "the number of columns", "the number of rows");
        return kind switch
        {
            ScalingKind.None => new DiagonalScaling(Ones(a.Rows), Ones(a.Rows)),
            ScalingKind.Jacobi => Jacobi(a.Diagonal()),
            ScalingKind.Equilibrate => Equilibrate(a),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>Jacobi's scaling <c>L = R = D^(-1/2)</c> of an operator of which the diagonal is known.</summary>
    /// <exception cref="ArgumentException">The diagonal is not positive and finite: the text names the element.</exception>
    public static DiagonalScaling Jacobi(ReadOnlySpan<double> diagonal)
    {
        double[] scale = diagonal.ToArray();
        for (int i = 0; i < scale.Length; i++)
        {
            if (!(scale[i] > 0) || !double.IsFinite(scale[i]))
            {
                throw new ArgumentException(
                    $"Jacobi scaling needs a positive diagonal; element ({i + 1}, {i + 1}) is {scale[i].ToString("R", System.Globalization.CultureInfo.InvariantCulture)}");
            }

            scale[i] = 1 / Math.Sqrt(scale[i]);
        }

        return new DiagonalScaling(scale, scale);
    }

    /// <summary>The kind that suits a matrix: Jacobi if it is symmetric with a positive diagonal, equilibration otherwise.</summary>
    public static ScalingKind Suited(SparseMatrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.IsSymmetric() && Array.TrueForAll(a.Diagonal(), d => d > 0) ? ScalingKind.Jacobi : ScalingKind.Equilibrate;
    }

    /// <summary><c>L A R</c>. A symmetric matrix stays so to the bit where both diagonals are equal.</summary>
    /// <exception cref="ArgumentException">The matrix has another size.</exception>
    public SparseMatrix Scale(SparseMatrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        Guard.Equal(a.Rows, _left.Length, "the number of rows", "the size of the scaling");
        Guard.Equal(a.Columns, _right.Length, "the number of columns", "the size of the scaling");
        var values = new double[a.StoredEntries];
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                values[k] = a.Values[k] * (_left[i] * _right[a.ColumnIndices[k]]);
            }
        }

        return a.WithValues(values);
    }

    /// <summary><c>destination = L b</c>: a right-hand side, or a residual, of the scaled system. The destination may be <paramref name="b"/>.</summary>
    public void ScaleRightHandSide(Batch b, Batch destination) => Multiply(_left, b, destination);

    /// <summary><c>x = R y</c>: the solution of the original system. The destination may be <paramref name="y"/>.</summary>
    public void UnscaleSolution(Batch y, Batch destination) => Multiply(_right, y, destination);

    /// <summary><c>y = R^-1 x</c>: a start for the scaled system. The destination may be <paramref name="x"/>.</summary>
    public void ScaleSolution(Batch x, Batch destination)
    {
        double[] inverse = new double[_right.Length];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[i] = 1 / _right[i];
        }

        Multiply(inverse, x, destination);
    }

    /// <summary>D. Ruiz, A scaling algorithm to equilibrate both rows and columns norms in matrices, RAL-TR-2001-034.</summary>
    private static DiagonalScaling Equilibrate(SparseMatrix a)
    {
        double[] left = Ones(a.Rows), right = Ones(a.Columns);
        for (int sweep = 0; sweep < RuizSweeps; sweep++)
        {
            double[] rows = new double[a.Rows], columns = new double[a.Columns];
            for (int i = 0; i < a.Rows; i++)
            {
                for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
                {
                    int j = a.ColumnIndices[k];
                    double size = Math.Abs(a.Values[k]) * (left[i] * right[j]);
                    rows[i] = Math.Max(rows[i], size);
                    columns[j] = Math.Max(columns[j], size);
                }
            }

            double farthest = Math.Max(Divide(left, rows), Divide(right, columns));
            if (farthest < 0.01)
            {
                break;
            }
        }

        double norm = SpectralEstimate.Norm(
            new SparseOperator(new DiagonalScaling(left, right).Scale(a)), new RandomStream(0), steps: 24)[0];
        if (norm > 0)
        {
            double root = 1 / Math.Sqrt(norm);
            Kernels.Multiply<double>(root, left, left);
            Kernels.Multiply<double>(root, right, right);
        }

        return new DiagonalScaling(left, right);
    }

    /// <summary>Divides by the square roots of the sizes; rows of zeros stay. Returns how far the sizes are from 1.</summary>
    private static double Divide(double[] scale, double[] sizes)
    {
        double farthest = 0;
        for (int i = 0; i < scale.Length; i++)
        {
            if (sizes[i] > 0)
            {
                scale[i] /= Math.Sqrt(sizes[i]);
                farthest = Math.Max(farthest, Math.Abs(1 - sizes[i]));
            }
        }

        return farthest;
    }

    private static double[] Ones(int n)
    {
        var ones = new double[n];
        ones.AsSpan().Fill(1);
        return ones;
    }

    private static void Multiply(double[] diagonal, Batch x, Batch destination)
    {
        Guard.SameShape(x, destination);
        Guard.Equal(x.Components, diagonal.Length, "the number of components", "the size of the scaling");
        for (int i = 0; i < diagonal.Length; i++)
        {
            Kernels.Multiply<double>(diagonal[i], x.Row(i), destination.Row(i));
        }
    }
}
