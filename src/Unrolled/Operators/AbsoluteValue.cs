using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>The absolute value <c>|A| = V |D| V^T</c> of a symmetric matrix <c>A = V D V^T</c>, with its derivative: <c>A &lt;= |A|</c> as quadratic forms.</summary>
/// <remarks>
/// By the theorem of Daleckii and Krein the gradient of <c>tr(W |A|)</c> is <c>V ((V^T W V) o F) V^T</c> with the divided differences
/// <c>F_ij = (|d_i| - |d_j|)/(d_i - d_j)</c>, which lie in [-1, 1]; a subgradient where eigenvalues vanish.
/// </remarks>
internal sealed class AbsoluteValue
{
    private readonly double[] _values;
    private readonly Matrix _vectors; // as rows

    /// <summary>Computes the absolute value; only the lower triangle is read.</summary>
    public AbsoluteValue(Matrix a)
    {
        SymmetricEigen eigen = SymmetricEigen.Decompose(a);
        _values = eigen.Values.ToArray();
        _vectors = new Matrix(a.Rows, a.Rows);
        Value = new Matrix(a.Rows, a.Rows);
        for (int k = 0; k < _values.Length; k++)
        {
            ReadOnlySpan<double> v = eigen.Vector(k);
            v.CopyTo(_vectors.Row(k));
            for (int i = 0; i < v.Length; i++)
            {
                Kernels.MultiplyAdd(Math.Abs(_values[k]) * v[i], v, Value.Row(i), Value.Row(i));
            }
        }
    }

    /// <summary>The absolute value.</summary>
    public Matrix Value { get; }

    /// <summary>The gradient of <c>tr(W |A|)</c> with respect to <c>A</c>.</summary>
    /// <param name="w">W, symmetric.</param>
    public Matrix Gradient(Matrix w)
    {
        Matrix transposed = _vectors.Transpose(), inner = _vectors.Multiply(w).Multiply(transposed);
        for (int i = 0; i < _values.Length; i++)
        {
            for (int j = 0; j < _values.Length; j++)
            {
                inner[i, j] *= Difference(_values[i], _values[j]);
            }
        }

        return transposed.Multiply(inner).Multiply(_vectors);
    }

    private static double Difference(double a, double b) => a == b ? Math.Sign(a) : (Math.Abs(a) - Math.Abs(b)) / (a - b);
}
