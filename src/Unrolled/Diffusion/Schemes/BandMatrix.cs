using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>The band matrix <c>I + sum over filters of tau K^T diag(g) K</c> along a line with a reflecting boundary.</summary>
/// <remarks>It has as many subdiagonals as a kernel has points, less one.</remarks>
/// <typeparam name="T">The number type.</typeparam>
internal sealed class BandMatrix<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly int[] _sources;
    private readonly BandedCholesky<T> _factors;
    private readonly T[] _row;

    public BandMatrix(int length, int kernelPoints)
    {
        _sources = new Padding(1, length, 0, kernelPoints / 2, Boundary.Reflecting).ColumnSources.ToArray();
        _factors = new BandedCholesky<T>(length, Math.Min(length, kernelPoints) - 1);
        _row = new T[length];
    }

    public void SetIdentity() => _factors.SetIdentity(T.One);

    /// <summary>Adds <c>tau K^T diag(g) K</c>.</summary>
    public void AddFilter(ReadOnlySpan<T> kernel, ReadOnlySpan<T> g, T tau)
    {
        int length = _row.Length, reach = kernel.Length / 2;
        for (int i = 0; i < length; i++)
        {
            // Row i of K: kernel points that read the same sample are added. All of them lie within a kernel of each other.
            int first = Math.Max(0, i - reach), last = Math.Min(length - 1, i + reach);
            _row.AsSpan(first, last - first + 1).Clear();
            for (int b = 0; b < kernel.Length; b++)
            {
                _row[_sources[i + b]] += kernel[b];
            }

            T weight = tau * g[i];
            for (int p = first; p <= last; p++)
            {
                for (int q = first; q <= p; q++)
                {
                    _factors.Entry(p, q) += weight * _row[p] * _row[q];
                }
            }
        }
    }

    /// <summary>Factorizes and replaces <paramref name="b"/> by the solution; false where the matrix is not positive definite.</summary>
    public bool Solve(Span<T> b)
    {
        if (!_factors.Factorize())
        {
            return false;
        }

        _factors.Solve(b);
        return true;
    }
}
