using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// The factorization <c>A = L D L^T</c> of a symmetric positive definite band matrix, in place: the solver of implicit schemes on signals.
/// </summary>
/// <remarks>Storage <c>n (w + 1)</c> numbers for <c>w</c> subdiagonals; work <c>n w^2</c> to factorize, <c>2 n w</c> to solve. Row i holds
/// <c>A[i, i - w .. i]</c>. One writer at a time.</remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="size">The number of unknowns.</param>
/// <param name="bandwidth">The number of subdiagonals <c>w</c>.</param>
internal sealed class BandedCholesky<T>(int size, int bandwidth)
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _band = new T[size * (bandwidth + 1)];

    /// <summary>Starts from a multiple of the identity.</summary>
    public void SetIdentity(T scale)
    {
        Array.Clear(_band);
        for (int i = 0; i < size; i++)
        {
            Entry(i, i) = scale;
        }
    }

    /// <summary>An entry on or below the diagonal, within the band.</summary>
    public ref T Entry(int row, int column) => ref _band[(row * (bandwidth + 1)) + bandwidth - row + column];

    /// <summary>Replaces A by its factors; false where a pivot is not positive.</summary>
    public bool Factorize()
    {
        for (int i = 0; i < size; i++)
        {
            int first = Math.Max(0, i - bandwidth);
            for (int j = first; j < i; j++)
            {
                T sum = Entry(i, j);
                for (int k = Math.Max(first, j - bandwidth); k < j; k++)
                {
                    sum -= Entry(i, k) * Entry(j, k);
                }

                Entry(i, j) = sum;
            }

            T pivot = Entry(i, i);
            for (int j = first; j < i; j++)
            {
                T product = Entry(i, j);
                Entry(i, j) = product / Entry(j, j);
                pivot -= product * Entry(i, j);
            }

            Entry(i, i) = pivot;
            if (!(pivot > T.Zero))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Replaces <c>b</c> by the solution of <c>A x = b</c>.</summary>
    public void Solve(Span<T> b)
    {
        for (int i = 0; i < size; i++)
        {
            for (int k = Math.Max(0, i - bandwidth); k < i; k++)
            {
                b[i] -= Entry(i, k) * b[k];
            }
        }

        for (int i = 0; i < size; i++)
        {
            b[i] /= Entry(i, i);
        }

        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = Math.Max(0, i - bandwidth); k < i; k++)
            {
                b[k] -= Entry(i, k) * b[i];
            }
        }
    }
}
