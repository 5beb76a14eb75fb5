using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// The full approximation scheme (FAS) for <c>A(x) = x + tau K^T Phi(K x) = b</c>: smooth; <c>r = b - A(x)</c>; on the grid of double spacing solve
/// <c>A_H(x_H) = A_H(R x) + R r</c>; add <c>P (x_H - R x)</c>; smooth. V- and W-cycles and full multigrid, classical or trained.
/// </summary>
/// <remarks>
/// <para>A V-cycle is one U of a U-net: encoder sweeps, down-sampling of two feature groups (iterate and residual), decoder sweeps, up-sampling of the error and an
/// additive skip that carries the iterate. A W-cycle nests Us, several cycles stack them, full multigrid is a rising chain.</para>
/// <para>Grids of cells: blocks of 2 x 2 are one coarse cell, the last of an odd extent is smaller; the coarse operator is discretized anew by finite
/// volumes, so that nothing is lost at odd extents. Diffusivity and diagonal of the smoother are held during a visit of a level; every residual is that of the true nonlinear operator.</para>
/// <para>Work: a V(1,1) cycle of Jacobi evaluates the operator three times per level, 4 work units in all, and about one more for transfers and smoothing; a
/// V(0,2) cycle over two colors evaluates it once per level; everything is counted by multiply-adds. Storage about 16 numbers per pixel. Monotone fluxes. Brandt, Math. Comp. 31 (1977),
/// doi:10.1090/S0025-5718-1977-0431719-X.</para>
/// </remarks>
public sealed class FullApproximationScheme
{
    private const int SmallestGrid = 4;
    private const int CoarsestRounds = 200;
    private const double CoarsestReduction = 0.1;
    private const double DivergenceFactor = 1e3;
    private const double HoldWork = 4;

    private readonly CycleCoefficients _coefficients;
    private readonly FullApproximationOptions _options;
    private static readonly double[] _averages = [0.25, 0, 0];

    /// <summary>Creates a scheme.</summary>
    /// <param name="coefficients">The numbers of the cycle.</param>
    /// <param name="options">Its shape; null for the default.</param>
    public FullApproximationScheme(CycleCoefficients coefficients, FullApproximationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        _coefficients = coefficients;
        _options = options ?? new FullApproximationOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Visits, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MostLevels, nameof(options));
    }

    /// <summary>The numbers of the cycle.</summary>
    public CycleCoefficients Coefficients => _coefficients;

    /// <summary>The shape of the cycle.</summary>
    public FullApproximationOptions Options => _options;

    /// <summary>Solves a problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="x">The start (not used by full multigrid); becomes the best iterate.</param>
    /// <param name="history">Receives the relative residual before the first and after every cycle; null for nowhere.</param>
    /// <param name="cancellationToken">Looked at before every cycle.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop; <paramref name="x"/> is the best iterate so far.</exception>
    public MultigridOutcome Solve(
        ImplicitDiffusionProblem problem, Field<double> x, IList<double>? history = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(x);
        if (!x.SameExtents(problem.Data))
        {
            throw new ArgumentException($"the start is {x}, the data are {problem.Data}", nameof(x));
        }

        var run = new Run(this, problem);
        CellLevel finest = run.Levels[0];
        x.Values.CopyTo(finest.Iterate);
        if (_options.Start == MultigridStart.Coarsest)
        {
            run.Rise(cancellationToken);
        }

        double reference = Norm(problem.Data.Values), least = double.PositiveInfinity;
        reference = reference > 0 ? reference : 1;
        for (int cycle = 0; ; cycle++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // The last evaluation verifies the iterate and is the first of the next cycle.
            run.EvaluateAndHold(finest);
            double relative = Norm(finest.Residual) / reference;
            history?.Add(relative);
            if (relative < least)
            {
                least = relative;
                finest.Iterate.CopyTo(x.Values);
            }

            Termination? end = relative <= _options.RelativeTolerance ? Termination.Converged
                : !double.IsFinite(relative) ? Termination.NonFinite
                : relative > DivergenceFactor * least ? Termination.Diverged
                : cycle >= _options.MostCycles ? Termination.IterationLimit : null;
            if (end is Termination termination)
            {
                return new MultigridOutcome(termination, least, cycle, run.Work, 0);
            }

            run.Visit(0);
        }
    }

    private static double Norm(ReadOnlySpan<double> x) => Math.Sqrt(Kernels.Dot(x, x));

    /// <summary>The memory and the recursion of one solution.</summary>
    private sealed class Run
    {
        private readonly FullApproximationScheme _scheme;
        private readonly ImplicitDiffusionProblem _problem;
        private readonly double _unit;

        public Run(FullApproximationScheme scheme, ImplicitDiffusionProblem problem)
        {
            (_scheme, _problem) = (scheme, problem);
            for (var grid = new FiniteVolumeGrid(problem.Data.Rows, problem.Data.Columns); ; grid = grid.Coarser())
            {
                Levels.Add(new CellLevel(grid));
                if (Math.Max(grid.Rows, grid.Columns) <= SmallestGrid || Levels.Count == scheme._options.MostLevels)
                {
                    break;
                }
            }

            problem.Data.Values.CopyTo(Levels[0].RightHandSide);
            _unit = InpaintingMultigrid.FlowWork * Levels[0].Points;
        }

        public List<CellLevel> Levels { get; } = [];

        public double Work { get; private set; }

        /// <summary>Full multigrid: the data averaged to every grid, solved from the coarsest up.</summary>
        public void Rise(CancellationToken cancellationToken)
        {
            Levels[0].RightHandSide.CopyTo(Levels[0].Problem, 0);
            for (int k = 0; k + 1 < Levels.Count; k++)
            {
                Restrict(Levels[k], Levels[k].Problem, Levels[k + 1].Problem, _averages);
            }

            CellLevel coarsest = Levels[^1];
            coarsest.Problem.CopyTo(coarsest.Iterate, 0);
            for (int k = Levels.Count - 1; k >= 0; k--)
            {
                cancellationToken.ThrowIfCancellationRequested();
                CellLevel level = Levels[k];
                level.Problem.CopyTo(level.RightHandSide, 0);
                if (k + 1 < Levels.Count)
                {
                    Array.Clear(level.Iterate);
                    Array.Clear(Levels[k + 1].Entry);
                    Prolongate(k);
                }

                if (k > 0)
                {
                    EvaluateAndHold(level);
                    Visit(k);
                }
            }
        }

        public void EvaluateAndHold(CellLevel level)
        {
            level.EvaluateAndHold(_problem.Flux, _problem.Tau);
            Work += level.Points * (InpaintingMultigrid.FlowWork + HoldWork) / _unit;
        }

        /// <summary>One cycle from a level down, whose residual and diagonal are current.</summary>
        public void Visit(int k)
        {
            CellLevel level = Levels[k];
            if (k + 1 == Levels.Count)
            {
                SolveCoarsest(level);
                return;
            }

            CycleCoefficients numbers = _scheme._coefficients;
            Smooth(k, 0, numbers.Presmoothing, evaluated: true);
            if (numbers.Presmoothing > 0)
            {
                Evaluate(level);
            }

            CellLevel below = Levels[k + 1];
            Restrict(level, level.Iterate, below.Entry, _averages);
            Restrict(level, level.Residual, below.RightHandSide, numbers.Restriction(k));
            below.Entry.CopyTo(below.Iterate, 0);

            // With b_H = A_H(R x) + R r the coarse residual is R r to begin with: evaluated at b_H = 0 it is -A_H(R x).
            double[] restricted = below.Scratch;
            below.RightHandSide.CopyTo(restricted, 0);
            Array.Clear(below.RightHandSide);
            EvaluateAndHold(below);
            Kernels.Subtract(restricted, below.Residual, below.RightHandSide);
            restricted.CopyTo(below.Residual, 0);
            for (int visit = 0; visit < _scheme._options.Visits; visit++)
            {
                if (visit > 0)
                {
                    EvaluateAndHold(below);
                }

                Visit(k + 1);
            }

            Prolongate(k);
            Smooth(k, numbers.Presmoothing, numbers.PostsmoothingOf(k), evaluated: false);
        }

        private void Evaluate(CellLevel level)
        {
            level.Evaluate(_problem.Flux, _problem.Tau);
            Work += level.Points * InpaintingMultigrid.FlowWork / _unit;
        }

        private void Smooth(int k, int first, int count, bool evaluated)
        {
            CellLevel level = Levels[k];
            for (int sweep = first; sweep < first + count; sweep++)
            {
                ReadOnlySpan<double> weights = _scheme._coefficients.Sweep(k, sweep);
                if (_scheme._options.Smoother == Smoother.RedBlack)
                {
                    SweepRedBlack(level, weights[0]);
                    continue;
                }

                if (sweep > first || !evaluated)
                {
                    Evaluate(level);
                }

                CellDiffusionKernels.Smooth(level.Iterate, level.Residual, level.Diagonal, level.Rows, level.Columns, weights);
                Work += level.Points * (weights.Length == 1 ? 2 : 10) / _unit;
            }
        }

        private void SweepRedBlack(CellLevel level, double relaxation)
        {
            level.SweepRedBlack(_problem.Tau, relaxation);
            Work += level.Points * 5 / _unit;
        }

        private void SolveCoarsest(CellLevel level)
        {
            double target = CoarsestReduction * Norm(level.Residual);
            for (int round = 0; round < CoarsestRounds && Norm(level.Residual) > target; round++)
            {
                for (int sweep = 0; sweep < 4; sweep++)
                {
                    SweepRedBlack(level, 1);
                }

                EvaluateAndHold(level);
            }
        }

        private void Restrict(CellLevel from, double[] fine, double[] coarse, ReadOnlySpan<double> weights)
        {
            CellTransfers.Restrict(fine, from.Rows, from.Columns, coarse, weights);
            Work += from.Points * (weights[1] == 0 && weights[2] == 0 ? 1 : 4) / _unit;
        }

        private void Prolongate(int k)
        {
            CellLevel from = Levels[k + 1], to = Levels[k];
            CellTransfers.Prolongate(from.Iterate, from.Entry, to.Iterate, to.Rows, to.Columns, _scheme._coefficients.Prolongation(k));
            Work += to.Points * 4 / _unit;
        }
    }
}
