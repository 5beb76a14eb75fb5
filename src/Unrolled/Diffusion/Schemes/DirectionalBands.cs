using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion.Schemes;

/// <summary>The band systems of additive operator splitting: one per row for the filters along rows, one per column for those along columns.</summary>
/// <typeparam name="T">The number type.</typeparam>
internal sealed class DirectionalBands<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly Line? _alongRows;
    private readonly Line? _alongColumns;

    public DirectionalBands(ConvolutionBank<T> bank, Field<T> u)
    {
        if (bank.Channels != 1 || bank.Boundary != Boundary.Reflecting)
        {
            throw new ArgumentException($"additive operator splitting needs one channel and a reflecting boundary; the bank has {bank.Channels} and {bank.Boundary}");
        }

        var rows = new List<(int, T[])>();
        var columns = new List<(int, T[])>();
        for (int c = 0; c < bank.Filters; c++)
        {
            ReadOnlySpan<T> kernel = bank.Kernel(c, 0);
            T[] row = kernel.Slice(bank.KernelRows / 2 * bank.KernelColumns, bank.KernelColumns).ToArray(), column = new T[bank.KernelRows];
            for (int a = 0; a < column.Length; a++)
            {
                column[a] = kernel[(a * bank.KernelColumns) + (bank.KernelColumns / 2)];
            }

            int points = kernel.Length - kernel.Count(T.Zero);
            if (points == row.Length - row.AsSpan().Count(T.Zero))
            {
                rows.Add((c, row));
            }
            else if (points == column.Length - column.AsSpan().Count(T.Zero))
            {
                columns.Add((c, column));
            }
            else
            {
                throw new ArgumentException($"filter {c} of {bank.Filters} mixes rows and columns; additive operator splitting needs filters along one of them");
            }
        }

        _alongRows = rows.Count > 0 ? new Line(rows, u.Columns, 1, u.Columns, u.Rows) : null;
        _alongColumns = columns.Count > 0 ? new Line(columns, u.Rows, u.Columns, 1, u.Columns) : null;
    }

    /// <summary><c>sum = 1/m sum_d (I + m tau A_d)^-1 u</c> over the <c>m</c> directions that have filters.</summary>
    public void Solve(Field<T> diffusivity, double tau, Field<T> u, Field<T> sum)
    {
        int directions = (_alongRows is null ? 0 : 1) + (_alongColumns is null ? 0 : 1);
        T scaled = T.CreateChecked(directions * tau), share = T.One / T.CreateChecked(directions);
        sum.Values.Clear();
        for (int n = 0; n < u.Instances; n++)
        {
            _alongRows?.Add(diffusivity, n, scaled, share, u.Plane(n, 0), sum.Plane(n, 0));
            _alongColumns?.Add(diffusivity, n, scaled, share, u.Plane(n, 0), sum.Plane(n, 0));
        }
    }

    /// <summary>All lines of one direction.</summary>
    private sealed class Line(List<(int Filter, T[] Kernel)> filters, int length, int stride, int lineStride, int lines)
    {
        private readonly BandMatrix<T> _matrix = new(length, filters[0].Kernel.Length);
        private readonly T[] _values = new T[length];
        private readonly T[] _weights = new T[length];

        public void Add(Field<T> diffusivity, int instance, T tau, T share, ReadOnlySpan<T> u, Span<T> sum)
        {
            for (int line = 0; line < lines; line++)
            {
                int start = line * lineStride;
                _matrix.SetIdentity();
                foreach ((int filter, T[] kernel) in filters)
                {
                    Gather(diffusivity.Plane(instance, filter), start, _weights);
                    _matrix.AddFilter(kernel, _weights, tau);
                }

                Gather(u, start, _values);
                if (!_matrix.Solve(_values))
                {
                    throw new ArgumentException("a diffusivity is negative; additive operator splitting needs g >= 0");
                }

                for (int i = 0; i < length; i++)
                {
                    sum[start + (i * stride)] += share * _values[i];
                }
            }
        }

        private void Gather(ReadOnlySpan<T> plane, int start, Span<T> line)
        {
            for (int i = 0; i < length; i++)
            {
                line[i] = plane[start + (i * stride)];
            }
        }
    }
}
