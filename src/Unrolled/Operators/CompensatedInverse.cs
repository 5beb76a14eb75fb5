using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// <c>y = (A + E_s B_s E_s^T)^-1 x</c> for every instance s from one factorization of A, where E_s picks few coordinates: one solution with
/// A for the batch, and a correction of rank r (Woodbury).
/// </summary>
/// <remarks>
/// <para><c>y = z - W (I + B S)^-1 B E^T z</c> with <c>z = A^-1 x</c>, <c>W = A^-1 E</c> and <c>S = E^T W</c>, made once per instance: r
/// solutions with A. Storage: <c>n r</c> numbers per instance. Work per product: one solution with A and <c>2 n r</c> operations.</para>
/// <para>An instance whose changed matrix is singular gives numbers that are not finite. Reference: W. W. Hager, SIAM Review 31 (1989)
/// 221-239, doi:10.1137/1031049.</para>
/// </remarks>
public sealed class CompensatedInverse : ILinearOperator
{
    private readonly SparseLu _factors;
    private readonly Batch _columns; // W: (n r, instances)
    private readonly Batch _gain; // (I + B S)^-1 B: (r r, instances)
    private readonly int[][] _indices; // per instance, -1 where it has fewer than r
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
        _factors = factors;
        _rank = changes.Count == 0 ? 0 : changes.Max(c => c.Indices.Count);
        _columns = Batch.Zeros(n * _rank, changes.Count);
        _gain = Batch.Zeros(_rank * _rank, changes.Count);
        _indices = new int[changes.Count][];
        double[] unit = new double[n], column = new double[n];
        for (int s = 0; s < changes.Count; s++)
        {
            (IReadOnlyList<int> indices, IReadOnlyList<double> block) = changes[s];
            if (block.Count != indices.Count * indices.Count || indices.Any(i => (uint)i >= (uint)n))
            {
                throw new ArgumentException($"change {s} has {block.Count} numbers for {indices.Count} coordinates of a matrix of order {n}", nameof(changes));
            }

            _indices[s] = [.. indices];
            for (int r = 0; r < indices.Count; r++)
            {
                unit[indices[r]] = 1;
                factors.Solve(unit, column);
                unit[indices[r]] = 0;
                for (int i = 0; i < n; i++)
                {
                    _columns[(r * n) + i, s] = column[i];
                }
            }

            SetGain(s, block);
        }
    }

    private CompensatedInverse(CompensatedInverse other, ReadOnlySpan<int> instances, BatchArena? arena)
    {
        (_factors, _rank) = (other._factors, other._rank);
        (_columns, _gain) = (other._columns.Select(instances, arena), other._gain.Select(instances, arena));
        _indices = new int[instances.Length][];
        for (int s = 0; s < instances.Length; s++)
        {
            _indices[s] = other._indices[instances[s]];
        }
    }

    /// <inheritdoc/>
    public int Rows => _factors.Order;

    /// <inheritdoc/>
    public int Columns => _factors.Order;

    /// <inheritdoc/>
    public int Instances => _indices.Length;

    /// <inheritdoc/>
    public OperatorProperties Properties => OperatorProperties.None;

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, Instances, x, destination);
        _factors.Solve(x, destination);
        int n = Rows, instances = Instances;
        Span<double> weights = instances <= 512 ? stackalloc double[instances] : new double[instances];
        Span<double> picked = _rank * instances <= 2048 ? stackalloc double[_rank * instances] : new double[_rank * instances];
        picked.Clear();
        for (int s = 0; s < instances; s++)
        {
            for (int r = 0; r < _indices[s].Length; r++)
            {
                picked[(r * instances) + s] = destination[_indices[s][r], s];
            }
        }

        for (int r = 0; r < _rank; r++)
        {
            weights.Clear();
            for (int c = 0; c < _rank; c++)
            {
                Kernels.MultiplyAdd<double>(_gain.Row((r * _rank) + c), picked.Slice(c * instances, instances), weights, weights);
            }

            BatchKernels.MultiplySubtract(weights, _columns.Part(r * n * instances, n, instances), destination, destination);
        }
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new CompensatedInverse(this, instances, arena);

    private void SetGain(int s, IReadOnlyList<double> block)
    {
        int n = Rows, r = _indices[s].Length;
        Matrix system = Matrix.Identity(r);
        for (int i = 0; i < r; i++)
        {
            for (int j = 0; j < r; j++)
            {
                for (int k = 0; k < r; k++)
                {
                    system[i, j] += block[(i * r) + k] * _columns[(j * n) + _indices[s][k], s];
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

            lu.Solve(right, column);
            for (int i = 0; i < r; i++)
            {
                _gain[(i * _rank) + j, s] = column[i];
            }
        }
    }
}
