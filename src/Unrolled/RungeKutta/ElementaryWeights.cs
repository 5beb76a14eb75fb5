using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// The elementary weights <c>Φ(t) = b · u(t)</c> of a method for all rooted trees up to an order, over any field of
/// numbers: <c>u(τ) = 1</c>, <c>u([t_1 ... t_m]) = Au(t_1) ∘ ... ∘ Au(t_m)</c> with the entrywise product, and the
/// derivatives of the defects <c>Φ(t) - 1/γ(t)</c> with respect to all coefficients.
/// </summary>
/// <remarks>
/// <para>
/// Shapes: <c>N = RootedTree.CountUpTo(order)</c> trees in their documented order, <c>s(s+1)/2</c> coefficients in the
/// layout of <see cref="ButcherTableau.Parameters"/>. Work: about <c>N s²/2</c> products for all weights, and about
/// <c>order</c> times that for all derivatives (one reverse sweep over each tree). Storage: <c>2 N s</c> numbers.
/// </para>
/// <para>
/// Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, theorem II.2.13,
/// doi:10.1007/978-3-540-78862-1.
/// </para>
/// </remarks>
/// <typeparam name="T">The number type: <see cref="double"/>, <see cref="Rational"/>, or any other field.</typeparam>
internal sealed class ElementaryWeights<T>
    where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>,
        IDivisionOperators<T, T, T>, IAdditiveIdentity<T, T>, IMultiplicativeIdentity<T, T>
{
    private readonly T[] _parameters;
    private readonly int _stages;
    private readonly int _order;
    private readonly T[][] _u;
    private readonly T[][] _au;

    /// <summary>Evaluates <c>u(t)</c> and <c>Au(t)</c> for every tree with at most <paramref name="order"/> vertices.</summary>
    /// <param name="parameters">The rows of <c>a</c>, then <c>b</c>.</param>
    /// <param name="order">The largest number of vertices, 1 to <see cref="RootedTree.LargestOrder"/>.</param>
    /// <exception cref="ArgumentException">The length of <paramref name="parameters"/> fits no number of stages.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is out of range.</exception>
    public ElementaryWeights(ReadOnlySpan<T> parameters, int order)
    {
        _stages = PackedTriangle.Rows(parameters.Length);
        _parameters = parameters.ToArray();
        _order = order;
        ReadOnlySpan<RootedTree> trees = RootedTree.UpTo(order);
        _u = new T[trees.Length][];
        _au = new T[trees.Length][];
        foreach (RootedTree tree in trees)
        {
            var u = new T[_stages];
            Array.Fill(u, T.MultiplicativeIdentity);
            foreach (RootedTree child in tree.Children)
            {
                MultiplyBy(u, _au[child.Index]);
            }

            var au = new T[_stages];
            for (int i = 0; i < _stages; i++)
            {
                au[i] = Dot(Row(i), u);
            }

            _u[tree.Index] = u;
            _au[tree.Index] = au;
        }
    }

    private ReadOnlySpan<RootedTree> Trees => RootedTree.UpTo(_order);

    /// <summary>The defects <c>Φ(t) - 1/γ(t)</c>, one for each tree: all zero when the method has the order.</summary>
    public T[] Defects()
    {
        var defects = new T[_u.Length];
        foreach (RootedTree tree in Trees)
        {
            defects[tree.Index] = Dot(Row(_stages), _u[tree.Index]) - (T.MultiplicativeIdentity / Integer(tree.Density));
        }

        return defects;
    }

    /// <summary>
    /// The derivatives of all defects: row <c>t</c>, column <c>p</c> is the derivative of <c>Φ(t)</c> with respect to
    /// coefficient <c>p</c>.
    /// </summary>
    public T[,] Jacobian()
    {
        var jacobian = new T[_u.Length, _parameters.Length];
        var row = new T[_parameters.Length];
        foreach (RootedTree tree in Trees)
        {
            Array.Fill(row, T.AdditiveIdentity);
            _u[tree.Index].CopyTo(row, PackedTriangle.Length(_stages - 1));
            Sweep(tree, Row(_stages), row);
            for (int p = 0; p < row.Length; p++)
            {
                jacobian[tree.Index, p] = row[p];
            }
        }

        return jacobian;
    }

    // From the adjoint of u(t) at a vertex to the coefficients above it and to the adjoints at its children.
    private void Sweep(RootedTree tree, ReadOnlySpan<T> adjoint, T[] derivative)
    {
        for (int k = 0; k < tree.Children.Length; k++)
        {
            T[] product = adjoint.ToArray();
            for (int l = 0; l < tree.Children.Length; l++)
            {
                if (l != k)
                {
                    MultiplyBy(product, _au[tree.Children[l].Index]);
                }
            }

            RootedTree child = tree.Children[k];
            T[] u = _u[child.Index];
            var below = new T[_stages];
            Array.Fill(below, T.AdditiveIdentity);
            for (int i = 1; i < _stages; i++)
            {
                ReadOnlySpan<T> a = Row(i);
                int start = PackedTriangle.Length(i - 1);
                for (int j = 0; j < i; j++)
                {
                    derivative[start + j] += product[i] * u[j];
                    below[j] += a[j] * product[i];
                }
            }

            Sweep(child, below, derivative);
        }
    }

    private ReadOnlySpan<T> Row(int i) => PackedTriangle.Row<T>(_parameters, i);

    private static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        T sum = T.AdditiveIdentity;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static void MultiplyBy(T[] x, T[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= y[i];
        }
    }

    // Binary expansion: a field need not know integers.
    private static T Integer(long value)
    {
        T sum = T.AdditiveIdentity;
        for (T power = T.MultiplicativeIdentity; value > 0; value >>= 1, power += power)
        {
            sum = (value & 1) == 1 ? sum + power : sum;
        }

        return sum;
    }
}
