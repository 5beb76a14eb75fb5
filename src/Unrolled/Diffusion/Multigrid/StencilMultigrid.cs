using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// Multigrid for a symmetric positive definite nine-point operator with jumping coefficients and unknowns scattered over the grid: coarse
/// grids, interpolation and coarse operators are all made from the operator itself (Galerkin). Coarse corrections first, smoothing after.
/// </summary>
/// <remarks>
/// <para>For a linear operator the full approximation scheme and the correction scheme are the same: <c>A_H(R x) + R r</c> minus <c>A_H(R x)</c> is <c>R r</c>. A nonlinear
/// problem linearizes the finest operator before each cycle; see <see cref="InpaintingMultigrid"/>.</para>
/// <para>Smoother: overrelaxation over two (finest) or four colors. The coarse operators of masked problems are too stiff, so coarse grids
/// overrelax more than the finest.</para>
/// </remarks>
internal sealed class StencilMultigrid
{
    private const int SmallestGrid = 3;
    private const int CoarsestSweeps = 16;

    private readonly List<Level> _levels = [];
    private readonly double[] _finest;
    private readonly double[] _coarse;
    private readonly double _unit;

    /// <summary>Creates the grids; <see cref="Setup"/> fills them.</summary>
    /// <param name="rows">The height.</param>
    /// <param name="columns">The width.</param>
    /// <param name="finest">The relaxation of each sweep on the finest grid.</param>
    /// <param name="coarse">The relaxation of each sweep on all others.</param>
    /// <param name="unit">How many multiply-adds per point of the finest grid are one work unit.</param>
    /// <param name="mostLevels">The largest number of grids.</param>
    public StencilMultigrid(int rows, int columns, double[] finest, double[] coarse, double unit, int mostLevels = int.MaxValue)
    {
        (_finest, _coarse, _unit) = (finest, coarse, unit * rows * columns);
        while (true)
        {
            var level = new Level(rows, columns, _levels.Count == 0);
            _levels.Add(level);
            if (Math.Max(rows, columns) <= SmallestGrid || _levels.Count == mostLevels)
            {
                break;
            }

            level.Interpolation = new StencilInterpolation(level.Operator);
            (rows, columns) = (level.Interpolation.Rows, level.Interpolation.Columns);
        }
    }

    /// <summary>The finest operator, to be filled before <see cref="Setup"/>.</summary>
    public NinePointStencil Finest => _levels[0].Operator;

    /// <summary>The work so far, in work units.</summary>
    public double Work { get; private set; }

    /// <summary>Makes all coarse operators from the finest.</summary>
    public void Setup()
    {
        for (int k = 0; k + 1 < _levels.Count; k++)
        {
            StencilInterpolation interpolation = _levels[k].Interpolation!;
            interpolation.Build();
            interpolation.Coarsen(_levels[k + 1].Operator);

            // Per weight about two multiply-adds; they come on top of the triple product.
            Work += (interpolation.CoarseningWork + (2.0 * interpolation.Entries)) / _unit;
        }
    }

    /// <summary>The residual at the points that the last sweep does not know; all after <paramref name="full"/>.</summary>
    public void Residual(ReadOnlySpan<double> x, ReadOnlySpan<double> b, Span<double> r, bool full)
    {
        Finest.Residual(x, b, r, full ? -1 : 1);
        Work += Points(0) * InpaintingMultigrid.FlowWork * (full ? 1 : 0.5) / _unit;
    }

    /// <summary>
    /// One cycle for <c>A x = b</c>, from the residual <paramref name="r"/> of <paramref name="x"/>. Leaves in <paramref name="r"/> the residual of the new iterate.
    /// </summary>
    public void Cycle(Span<double> x, ReadOnlySpan<double> b, Span<double> r, int visits = 1)
    {
        Correct(0, x, r, visits);
        foreach (double relaxation in _finest)
        {
            // By convention a sweep over the finest grid is a whole work unit.
            Finest.Sweep(x, b, r, relaxation);
            Work += Points(0) * InpaintingMultigrid.FlowWork / _unit;
        }

        Residual(x, b, r, full: false);
    }

    private void Correct(int k, Span<double> x, ReadOnlySpan<double> r, int visits)
    {
        if (k + 1 == _levels.Count)
        {
            return;
        }

        Level level = _levels[k], below = _levels[k + 1];
        StencilInterpolation interpolation = level.Interpolation!;
        interpolation.Restrict(r, below.RightHandSide);
        Array.Clear(below.Iterate);
        if (k + 2 == _levels.Count)
        {
            for (int sweep = 0; sweep < CoarsestSweeps; sweep++)
            {
                below.Operator.Sweep(below.Iterate, below.RightHandSide, below.Residual, 1);
            }

            Work += CoarsestSweeps * Points(k + 1) * 9.0 / _unit;
        }
        else
        {
            Visit(k + 1, visits);
        }

        interpolation.Prolongate(below.Iterate, x);
        Work += 2 * interpolation.Entries / _unit;
    }

    private void Visit(int k, int visits)
    {
        Level level = _levels[k];
        for (int visit = 0; visit < visits; visit++)
        {
            if (visit == 0)
            {
                level.RightHandSide.CopyTo(level.Residual, 0);
            }
            else
            {
                level.Operator.Residual(level.Iterate, level.RightHandSide, level.Residual);
                Work += Points(k) * 9.0 / _unit;
            }

            Correct(k, level.Iterate, level.Residual, visits);
            foreach (double relaxation in _coarse)
            {
                level.Operator.Sweep(level.Iterate, level.RightHandSide, level.Residual, relaxation);
                Work += Points(k) * 9.0 / _unit;
            }
        }
    }

    private double Points(int k) => (double)_levels[k].Operator.Rows * _levels[k].Operator.Columns;

    private sealed class Level(int rows, int columns, bool finest)
    {
        public NinePointStencil Operator { get; } = new(rows, columns) { IsFivePoint = finest };

        public StencilInterpolation? Interpolation { get; set; }

        public double[] Iterate { get; } = new double[rows * columns];

        public double[] RightHandSide { get; } = new double[rows * columns];

        public double[] Residual { get; } = new double[rows * columns];
    }
}
