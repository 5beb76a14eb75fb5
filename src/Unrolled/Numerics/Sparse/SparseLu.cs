using System.Buffers;

namespace Unrolled.Numerics;

/// <summary>
/// P A Q = L U of a square sparse matrix: a fill-reducing order of the columns, threshold partial pivoting that prefers the diagonal.
/// </summary>
/// <remarks>
/// <para>The order is <see cref="MinimumDegree"/> of A + A^T; the factorization goes column by column (left-looking, Gilbert and Peierls).
/// The diagonal is the pivot of its column unless it is smaller than the tolerance times the largest candidate: a small tolerance keeps the
/// fill low, entries of L stay below its inverse. The symmetric order suits matrices with a nearly symmetric pattern and a usable diagonal,
/// as Jacobians of networks and discretizations have; other matrices are factored correctly with more fill than need be.</para>
/// <para><see cref="Refactor"/> takes other values of the same pattern with the same pivots: no search, no allocation. Those pivots may be
/// bad for the new values. <see cref="PivotGrowth"/> tells: the backward error of a solve is about that many units of rounding (times a small
/// factor), so factor anew when it is 1e6 or more, or refine.</para>
/// <para>Storage: 12 bytes per entry of L and U, 8 bytes per entry of A, 40 n. Work: two operations per update of an entry, and per
/// entry of L and U in a solve. A singular matrix is not an error: <see cref="IsSingular"/> says so and only a solve refuses it. Not checked:
/// the condition of A, and overflow in L and in solutions. Not done: block triangular form, scaling, iterative refinement. Solves may run
/// concurrently; a refactorization may not run beside them.</para>
/// <para>References: Gilbert and Peierls 1988, doi:10.1137/0909058; Davis and Palamadai Natarajan, Algorithm 907: KLU, ACM Trans. Math.
/// Softw. 37 (2010) 36, doi:10.1145/1824801.1824814 (tolerance, refactorization, pivot growth).</para>
/// </remarks>
public sealed unsafe class SparseLu
{
    private const int LongestOnStack = 1024;

    private readonly double[] _lower, _upper, _inversePivots, _work;
    private SparseLuQuality _quality;

    private SparseLu(GilbertPeierls factors)
    {
        Pattern = factors.Pattern;
        (_lower, _upper, _inversePivots) = (factors.Lower, factors.Upper, factors.InversePivots);
        _work = new double[Order];
        _quality = factors.Quality;
    }

    private SparseLu(SparseLu other)
    {
        Pattern = other.Pattern;
        (_lower, _upper, _inversePivots) = ([.. other._lower], [.. other._upper], [.. other._inversePivots]);
        _work = new double[Order];
        _quality = other._quality;
    }

    /// <summary>The number of rows of A.</summary>
    public int Order => Pattern.Order;

    /// <summary>The number of stored entries of A.</summary>
    public int EntryCount => Pattern.EntryCount;

    /// <summary>The number of entries of L and U together, the diagonal once.</summary>
    public int FactorEntries => Pattern.FactorEntries;

    /// <summary>The number of updates (a multiplication with a subtraction) in one factorization.</summary>
    public long Updates => Pattern.Updates;

    /// <summary>The smallest magnitude on the diagonal of U; NaN when a pivot is not a number; infinite for order 0.</summary>
    public double SmallestPivot => _quality.SmallestPivot;

    /// <summary>
    /// The largest quotient, over the columns, of an entry met during the elimination and the largest entry of A in that column. Small (up
    /// to about 1e3) for good pivots; NaN when an entry is not finite.
    /// </summary>
    public double PivotGrowth => _quality.Growth;

    /// <summary>True when a pivot is zero (or so small, below 1e-308, that it has no inverse) or an entry not finite, so that A x = b cannot be solved.</summary>
    public bool IsSingular => _quality.IsSingular;

    internal SparseLuPattern Pattern { get; }

    /// <summary>The entries of L below its unit diagonal, column by column.</summary>
    internal ReadOnlySpan<double> Lower => _lower;

    /// <summary>The entries of U above its diagonal, column by column.</summary>
    internal ReadOnlySpan<double> Upper => _upper;

    /// <summary>The inverses of the diagonal of U.</summary>
    internal ReadOnlySpan<double> InversePivots => _inversePivots;

    /// <summary>Factors a matrix.</summary>
    /// <param name="a">The matrix; it is not kept.</param>
    /// <param name="pivotTolerance">How small the diagonal may be beside the largest candidate: 0 always takes it unless it is zero, 1 is partial pivoting.</param>
    /// <exception cref="ArgumentException">The matrix is not square, or the tolerance is not between 0 and 1.</exception>
    public static SparseLu Factor(SparseMatrix a, double pivotTolerance = 1e-3)
    {
        ArgumentNullException.ThrowIfNull(a);
        return Factor(new SparsityPattern(a.Rows, a.Columns, [.. a.RowStart], [.. a.ColumnIndices]), a.Values, pivotTolerance);
    }

    /// <summary>Factors the matrix with a pattern and values in its order.</summary>
    /// <param name="pattern">The positions.</param>
    /// <param name="values">One value per position.</param>
    /// <param name="pivotTolerance">As above.</param>
    /// <exception cref="ArgumentException">The pattern is not square or not in compressed form, the number of values differs, or the tolerance is not between 0 and 1.</exception>
    public static SparseLu Factor(SparsityPattern pattern, ReadOnlySpan<double> values, double pivotTolerance = 1e-3)
    {
        Guard.SquarePattern(pattern);
        Guard.Equal(values.Length, pattern.Count, "the number of values", "the number of entries of the pattern");
        if (!(pivotTolerance >= 0 && pivotTolerance <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(pivotTolerance), $"the pivot tolerance is {pivotTolerance}, expected 0 to 1");
        }

        return new SparseLu(GilbertPeierls.Factor(pattern, values, pivotTolerance));
    }

    /// <summary>Replaces this factorization by that of other values in the same positions, with the same order and pivots.</summary>
    /// <param name="values">One value per entry of A, in the order of the matrix that was factored.</param>
    /// <exception cref="ArgumentException">The number of values differs.</exception>
    public void Refactor(ReadOnlySpan<double> values)
    {
        Guard.Equal(values.Length, EntryCount, "the number of values", "the number of entries of A");
        _quality = SparseLuKernels.Refactor(Pattern, values, _lower, _upper, _inversePivots, _work);
    }

    /// <summary>The same factorization with numbers of its own, for other values of the pattern beside these.</summary>
    internal SparseLu Copy() => new(this);

    /// <summary>x with A x = b. The two spans may be the same.</summary>
    /// <exception cref="ArgumentException">A length differs from the order of A.</exception>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public void Solve(ReadOnlySpan<double> b, Span<double> destination) => Solve(b, destination, transposed: false);

    /// <summary>x with A^T x = b. The two spans may be the same.</summary>
    /// <exception cref="ArgumentException">A length differs from the order of A.</exception>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public void SolveTransposed(ReadOnlySpan<double> b, Span<double> destination) => Solve(b, destination, transposed: true);

    /// <summary>A x = b for every instance of a batch, vectorized over the instances. Each has the bits of its own solve. The two may be the same.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the components differ from the order of A.</exception>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public void Solve(Batch b, Batch destination) => Solve(b, destination, transposed: false);

    /// <summary>A^T x = b for every instance of a batch, vectorized over the instances. The two may be the same.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the components differ from the order of A.</exception>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public void SolveTransposed(Batch b, Batch destination) => Solve(b, destination, transposed: true);

    private void Solve(ReadOnlySpan<double> b, Span<double> destination, bool transposed)
    {
        Shapes.Length(b, Order, nameof(b), "A has");
        Shapes.Length(destination, Order, nameof(destination), "A has");
        RequireRegular();
        double[]? rented = Order > LongestOnStack ? ArrayPool<double>.Shared.Rent(Order) : null;
        Span<double> scratch = rented ?? stackalloc double[Order];
        int[] from = Pattern.RowPosition, to = Pattern.ColumnOrder;
        fixed (double* y = scratch)
        {
            if (transposed)
            {
                for (int j = 0; j < to.Length; j++)
                {
                    y[j] = b[to[j]];
                }

                SparseLuKernels.SolveTransposed(Pattern, _lower, _upper, _inversePivots, y);
                for (int i = 0; i < from.Length; i++)
                {
                    destination[i] = y[from[i]];
                }
            }
            else
            {
                for (int i = 0; i < from.Length; i++)
                {
                    y[from[i]] = b[i];
                }

                SparseLuKernels.Solve(Pattern, _lower, _upper, _inversePivots, y);
                for (int j = 0; j < to.Length; j++)
                {
                    destination[to[j]] = y[j];
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private void Solve(Batch b, Batch destination, bool transposed)
    {
        Guard.SameShape(b, destination);
        Guard.Equal(b.Components, Order, "the number of components", "the order of A");
        if (b.Instances == 1)
        {
            Solve(b.Values, destination.Values, transposed);
            return;
        }

        RequireRegular();
        double[] rented = ArrayPool<double>.Shared.Rent(BatchedSparseLuKernels.ScratchLength(Order));
        fixed (double* l = _lower, u = _upper, d = _inversePivots, scratch = rented)
        {
            double* y = BatchedSparseLuKernels.Aligned(scratch);
            for (int first = 0; first < b.Instances; first += BatchedSparseLuKernels.Width(b.Instances - first))
            {
                BatchedSparseLuKernels.Solve(Pattern, l, u, d, b, destination, first, y, transposed);
            }
        }

        ArrayPool<double>.Shared.Return(rented);
    }

    private void RequireRegular()
    {
        if (IsSingular)
        {
            throw new InvalidOperationException($"A of order {Order} is singular for these pivots (smallest {SmallestPivot}): ask IsSingular first");
        }
    }
}
