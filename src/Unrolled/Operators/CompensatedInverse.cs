using System.Buffers;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// <c>y = (A + E_s B_s E_s^T)^-1 x</c> for every instance s from one factorization of A, where E_s picks few coordinates: one solution with
/// A for the batch, and a correction of rank r (Woodbury).
/// </summary>
/// <remarks>
/// <para><c>y = z - W (I + B S)^-1 B E^T z</c> with <c>z = A^-1 x</c>, <c>W = A^-1 E</c> and <c>S = E^T W</c>, made once: one solution with A
/// for every coordinate that any instance changes. Storage: <c>n r</c> numbers per instance. Work per product: one solution with A and
/// <c>2 n r</c> operations, the correction in one pass over W.</para>
/// <para>An instance whose changed matrix is singular gives numbers that are not finite. Reference: W. W. Hager, SIAM Review 31 (1989)
/// 221-239, doi:10.1137/1031049.</para>
/// </remarks>
public sealed class CompensatedInverse : ILinearOperator
{
    private const int NumbersOnStack = 2048;

    private readonly SparseLu _factors;
    private readonly Batch _columns; // W: (n r, instances), the r numbers of a component side by side
    private readonly Batch _gain; // (I + B S)^-1 B: (r r, instances), zero in the rows and columns that an instance has not
    private readonly int[] _picked; // the coordinates: (r, instances), 0 in the rows that an instance has not
    private readonly int _rank;

    /// <summary>Prepares the corrections.</summary>
    /// <param name="factors">The factors of A.</param>
    /// <param name="changes">For every instance the coordinates and the block B, rows contiguous.</param>
    /// <exception cref="ArgumentException">A block has another size than its coordinates say, or a coordinate is outside A.</exception>
    public CompensatedInverse(SparseLu factors, IReadOnlyList<(IReadOnlyList<int> Indices, IReadOnlyList<double> Block)> changes)
    {
        ArgumentNullException.ThrowIfNull(factors);
        ArgumentNullException.ThrowIfNull(changes);
        int n = factors.Order;
        Check(changes, n);
        _factors = factors;
        _rank = changes.Count == 0 ? 0 : changes.Max(c => c.Indices.Count);
        _columns = Batch.Zeros(n * _rank, changes.Count);
        _gain = Batch.Zeros(_rank * _rank, changes.Count);
        _picked = new int[_rank * changes.Count];
        int[] columnOf = new int[n];
        Batch inverse = Inverse(changes, columnOf);
        int[] from = new int[_rank * changes.Count];
        Array.Fill(from, -1);
        for (int s = 0; s < changes.Count; s++)
        {
            for (int r = 0; r < changes[s].Indices.Count; r++)
            {
                _picked[(r * changes.Count) + s] = changes[s].Indices[r];
                from[(r * changes.Count) + s] = columnOf[changes[s].Indices[r]];
            }

            if (changes[s].Indices.Count > 0)
            {
                SetGain(s, changes[s].Indices, changes[s].Block, inverse, columnOf);
            }
        }

        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = inverse.Row(i);
            Span<double> own = _columns.Values.Slice(i * from.Length, from.Length);
            for (int k = 0; k < from.Length; k++)
            {
                own[k] = from[k] < 0 ? 0 : row[from[k]];
            }
        }
    }

    private CompensatedInverse(CompensatedInverse other, ReadOnlySpan<int> instances, BatchArena? arena)
    {
        (_factors, _rank) = (other._factors, other._rank);
        (_columns, _gain) = (other._columns.Select(instances, arena), other._gain.Select(instances, arena));
        _picked = new int[_rank * instances.Length];
        for (int r = 0; r < _rank; r++)
        {
            for (int s = 0; s < instances.Length; s++)
            {
                _picked[(r * instances.Length) + s] = other._picked[(r * other.Instances) + instances[s]];
            }
        }
    }

    /// <inheritdoc/>
    public int Rows => _factors.Order;

    /// <inheritdoc/>
    public int Columns => _factors.Order;

    /// <inheritdoc/>
    public int Instances => _gain.Instances;

    /// <inheritdoc/>
    public OperatorProperties Properties => OperatorProperties.None;

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, Instances, x, destination);
        if (x.Instances != Instances)
        {
            Select(new int[x.Instances]).Apply(x, destination); // one change for all
            return;
        }

        _factors.Solve(x, destination);
        int instances = Instances, numbers = _rank * instances;
        if (numbers == 0)
        {
            return;
        }

        double[]? rented = 2 * numbers > NumbersOnStack ? ArrayPool<double>.Shared.Rent(2 * numbers) : null;
        Span<double> scratch = rented ?? stackalloc double[2 * numbers];
        Span<double> picked = scratch[..numbers], weights = scratch.Slice(numbers, numbers);
        ReadOnlySpan<double> z = destination.Values;
        for (int r = 0, k = 0; r < _rank; r++)
        {
            for (int s = 0; s < instances; s++, k++)
            {
                picked[k] = z[(_picked[k] * instances) + s];
            }
        }

        weights.Clear();
        for (int r = 0; r < _rank; r++)
        {
            Span<double> row = weights.Slice(r * instances, instances);
            for (int c = 0; c < _rank; c++)
            {
                Kernels.MultiplyAdd<double>(_gain.Row((r * _rank) + c), picked.Slice(c * instances, instances), row, row);
            }
        }

        BatchKernels.SubtractCombination(weights, _columns, _rank, destination);
        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new CompensatedInverse(this, instances, arena);

    private static void Check(IReadOnlyList<(IReadOnlyList<int> Indices, IReadOnlyList<double> Block)> changes, int n)
    {
        for (int s = 0; s < changes.Count; s++)
        {
            (IReadOnlyList<int> indices, IReadOnlyList<double> block) = changes[s];
            if (block.Count != indices.Count * indices.Count || indices.Any(i => (uint)i >= (uint)n))
            {
                throw new ArgumentException($"change {s} has {block.Count} numbers for {indices.Count} coordinates of a matrix of order {n}", nameof(changes));
            }
        }
    }

    /// <summary>The columns of A^-1 for all coordinates that occur, one per instance of a batch; where each of them stands.</summary>
    private Batch Inverse(IReadOnlyList<(IReadOnlyList<int> Indices, IReadOnlyList<double> Block)> changes, int[] columnOf)
    {
        Array.Fill(columnOf, -1);
        int count = 0;
        foreach ((IReadOnlyList<int> indices, _) in changes)
        {
            foreach (int i in indices)
            {
                columnOf[i] = columnOf[i] < 0 ? count++ : columnOf[i];
            }
        }

        Batch columns = Batch.Zeros(Rows, count);
        for (int i = 0; i < columnOf.Length; i++)
        {
            if (columnOf[i] >= 0)
            {
                columns[i, columnOf[i]] = 1;
            }
        }

        if (count > 0)
        {
            _factors.Solve(columns, columns);
        }

        return columns;
    }

    private void SetGain(int s, IReadOnlyList<int> indices, IReadOnlyList<double> block, Batch inverse, int[] columnOf)
    {
        int r = indices.Count;
        Matrix system = Matrix.Identity(r);
        for (int i = 0; i < r; i++)
        {
            for (int j = 0; j < r; j++)
            {
                for (int k = 0; k < r; k++)
                {
                    system[i, j] += block[(i * r) + k] * inverse[indices[k], columnOf[indices[j]]];
                }
            }
        }

        LuFactorization lu = LuFactorization.Factor(system);
        double[] right = new double[r], column = new double[r];
        for (int j = 0; j < r; j++)
        {
            for (int i = 0; i < r; i++)
            {
                right[i] = block[(i * r) + j];
            }

            if (lu.IsSingular)
            {
                Array.Fill(column, double.NaN);
            }
            else
            {
                lu.Solve(right, column);
            }

            for (int i = 0; i < r; i++)
            {
                _gain[(i * _rank) + j, s] = column[i];
            }
        }
    }
}
