using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Solves <c>(I + tau K^T diag(g) K) v = u</c> for signals of one channel with a reflecting boundary and no known values: the matrix has
/// as many subdiagonals as a kernel has points, less one.
/// </summary>
/// <typeparam name="T">The number type.</typeparam>
internal sealed class FrozenBandSolver<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly ConvolutionBank<T> _bank;
    private readonly BandMatrix<T> _matrix;

    private FrozenBandSolver(ConvolutionBank<T> bank, int length)
    {
        _bank = bank;
        _matrix = new BandMatrix<T>(length, bank.KernelColumns);
    }

    /// <summary>A solver where the matrix is a band matrix; null otherwise.</summary>
    public static FrozenBandSolver<T>? For(DiffusionFlow<T> flow, Field<T> u)
    {
        ConvolutionBank<T> bank = flow.Block.Bank;
        bool banded = u.Rows == 1 && bank.KernelRows == 1 && bank.Channels == 1 && bank.Boundary == Boundary.Reflecting && flow.Known.IsEmpty;
        return banded && u.Columns > 0 ? new FrozenBandSolver<T>(bank, u.Columns) : null;
    }

    /// <summary>Solves for every instance; false where a matrix is not positive definite.</summary>
    public bool Solve(Field<T> diffusivity, double tau, Field<T> u, Field<T> v)
    {
        u.CopyTo(v);
        for (int n = 0; n < u.Instances; n++)
        {
            _matrix.SetIdentity();
            for (int c = 0; c < _bank.Filters; c++)
            {
                _matrix.AddFilter(_bank.Kernel(c, 0), diffusivity.Plane(n, c), T.CreateChecked(tau));
            }

            if (!_matrix.Solve(v.Plane(n, 0)))
            {
                return false;
            }
        }

        return true;
    }
}
