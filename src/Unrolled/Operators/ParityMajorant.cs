using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A bank whose filters are even or odd in each direction and whose quadratic form <c>||K u||^2</c> is at least that of a given bank, for reflected images of every size.
/// </summary>
/// <remarks>
/// <para><c>||K u||^2</c> is the sum of <c>x^T G x</c> over the windows <c>x</c> of the continued image, with <c>G = M^T M</c> and the filters as the rows of <c>M</c>. In
/// coordinates of the four parities (<see cref="ParityBasis"/>) <c>G</c> has the blocks <c>M_p^T M_q</c>. For each pair <c>J = [0, M_p^T M_q; M_q^T M_p, 0]</c> is at most
/// <c>|J|</c> (<see cref="AbsoluteValue"/>), which has no blocks off its diagonal. So <c>G</c> is at most the <c>H</c> with the blocks <c>M_p^T M_p</c> plus those of
/// <c>|J|</c> for all pairs, and the rows of <c>H^(1/2)</c> are filters of one parity each.</para>
/// <para>What this costs depends on how the filters mix parities <em>together</em>: nothing for filters of one parity and for banks that hold the mirror
/// images of their filters, at most a factor of 4 in the square.</para>
/// <para>Cost: six eigenvalue problems of at most half the entries of a filter.</para>
/// </remarks>
internal sealed class ParityMajorant
{
    private readonly ConvolutionBank<double> _bank;
    private readonly double _scale;
    private readonly Block[] _blocks;
    private readonly List<(int P, int Q, AbsoluteValue Coupling)> _pairs = [];

    private ParityMajorant(ConvolutionBank<double> bank, double scale, Block[] blocks)
    {
        (_bank, _scale, _blocks) = (bank, scale, blocks);
        Matrix[] forms = [.. blocks.Select(block => block.Filters.Transpose().Multiply(block.Filters))];
        for (int p = 0; p < blocks.Length; p++)
        {
            for (int q = 0; q < p; q++)
            {
                var coupling = new AbsoluteValue(Coupled(blocks[p].Filters.Transpose().Multiply(blocks[q].Filters)));
                _pairs.Add((p, q, coupling));
                Add(1, Part(coupling.Value, 0, forms[p].Rows), forms[p]);
                Add(1, Part(coupling.Value, forms[p].Rows, forms[q].Rows), forms[q]);
            }
        }

        Kernels = [.. Roots(forms)];
    }

    /// <summary>The filters of one parity each; one of zeros if the bank is zero.</summary>
    public double[] Kernels { get; }

    private int FilterLength => _bank.Kernels.Length / _bank.Filters;

    /// <summary>Computes the majorant.</summary>
    public static ParityMajorant Of(ConvolutionBank<double> bank)
    {
        // squares of squares are taken: they shall neither overflow nor vanish
        double scale = 0;
        foreach (double k in bank.Kernels)
        {
            scale = Math.Max(scale, Math.Abs(k));
        }

        IEnumerable<ParityBasis> bases = Enumerable.Range(0, scale > 0 ? 4 : 0).Select(parity => new ParityBasis(bank.Channels, bank.KernelRows, bank.KernelColumns, parity));
        return new ParityMajorant(bank, scale, [.. bases.Where(basis => basis.Count > 0).Select(basis => new Block(basis, Coordinates(bank, basis, scale)))]);
    }

    /// <summary>Adds <c>weight</c> times the gradient of <c>sum over p of x_p^T H_p x_p</c>, real and imaginary part, for a complex window <c>x</c>.</summary>
    public void AccumulateGradient(double weight, ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, Span<double> gradient)
    {
        Matrix[] windows = new Matrix[_blocks.Length], gradients = new Matrix[_blocks.Length];
        for (int p = 0; p < _blocks.Length; p++)
        {
            windows[p] = _blocks[p].Window(real, imaginary);
            gradients[p] = new Matrix(_bank.Filters, _blocks[p].Basis.Count);
            Add(2, _blocks[p].Filters.Multiply(windows[p]), gradients[p]);
        }

        foreach ((int p, int q, AbsoluteValue coupling) in _pairs)
        {
            int n = windows[p].Rows, m = windows[q].Rows;
            Matrix slope = coupling.Gradient(Joined(windows[p], windows[q])), mixed = new(n, m);
            for (int i = 0; i < n; i++)
            {
                slope.Row(i).Slice(n, m).CopyTo(mixed.Row(i));
            }

            // the product of both stands in the coupling twice
            Add(2, _blocks[q].Filters.Multiply(mixed.Transpose()), gradients[p]);
            Add(2, _blocks[p].Filters.Multiply(mixed), gradients[q]);
        }

        for (int p = 0; p < _blocks.Length; p++)
        {
            for (int c = 0; c < _bank.Filters; c++)
            {
                _blocks[p].Basis.Accumulate(weight * _scale, gradients[p].Row(c), gradient.Slice(c * FilterLength, FilterLength));
            }
        }
    }

    /// <summary>The rows of the square roots of all forms, as kernels.</summary>
    private List<double> Roots(Matrix[] forms)
    {
        var kernels = new List<double>();
        double[] kernel = new double[FilterLength];
        for (int p = 0; p < forms.Length; p++)
        {
            SymmetricEigen eigen = SymmetricEigen.Decompose(forms[p]);
            for (int k = 0; k < forms[p].Rows; k++)
            {
                if (eigen.Values[k] > 0)
                {
                    Array.Clear(kernel);
                    _blocks[p].Basis.Accumulate(_scale * Math.Sqrt(eigen.Values[k]), eigen.Vector(k), kernel);
                    kernels.AddRange(kernel);
                }
            }
        }

        if (kernels.Count == 0)
        {
            kernels.AddRange(new double[FilterLength]);
        }

        return kernels;
    }

    /// <summary><c>[0, X; X^T, 0]</c>.</summary>
    private static Matrix Coupled(Matrix x)
    {
        Matrix joined = new(x.Rows + x.Columns, x.Rows + x.Columns);
        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < x.Columns; j++)
            {
                joined[i, x.Rows + j] = joined[x.Rows + j, i] = x[i, j];
            }
        }

        return joined;
    }

    /// <summary><c>[A, 0; 0, B]</c>.</summary>
    private static Matrix Joined(Matrix a, Matrix b)
    {
        Matrix joined = new(a.Rows + b.Rows, a.Rows + b.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            a.Row(i).CopyTo(joined.Row(i));
        }

        for (int i = 0; i < b.Rows; i++)
        {
            b.Row(i).CopyTo(joined.Row(a.Rows + i)[a.Rows..]);
        }

        return joined;
    }

    private static Matrix Part(Matrix joined, int start, int count)
    {
        Matrix part = new(count, count);
        for (int i = 0; i < count; i++)
        {
            joined.Row(start + i).Slice(start, count).CopyTo(part.Row(i));
        }

        return part;
    }

    private static void Add(double factor, Matrix source, Matrix target) => Numerics.Kernels.MultiplyAdd(factor, source.AsSpan(), target.AsSpan(), target.AsSpan());

    private static Matrix Coordinates(ConvolutionBank<double> bank, ParityBasis basis, double scale)
    {
        Matrix filters = new(bank.Filters, basis.Count);
        int length = bank.Kernels.Length / bank.Filters;
        for (int c = 0; c < bank.Filters; c++)
        {
            basis.Project(bank.Kernels.Slice(c * length, length), filters.Row(c));
            Numerics.Kernels.Multiply<double>(1 / scale, filters.Row(c), filters.Row(c));
        }

        return filters;
    }

    /// <summary>The filters in the coordinates of one parity.</summary>
    private sealed record Block(ParityBasis Basis, Matrix Filters)
    {
        /// <summary><c>Re(x x^*)</c> in the coordinates of the parity.</summary>
        public Matrix Window(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary)
        {
            Matrix parts = new(2, Basis.Count);
            Basis.Project(real, parts.Row(0));
            Basis.Project(imaginary, parts.Row(1));
            return parts.Transpose().Multiply(parts);
        }
    }
}
