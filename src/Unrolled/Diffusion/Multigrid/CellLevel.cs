using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>One grid of the full approximation scheme: the operator <c>A(x) = x + tau K^T Phi(K x)</c> at its spacing, and its vectors.</summary>
internal sealed class CellLevel
{
    private const double TinySlope = 1e-30;

    private readonly double[] _fluxes;
    private double[] _slopes;
    private double[] _held;

    public CellLevel(FiniteVolumeGrid grid)
    {
        Grid = grid;
        int points = Rows * Columns;
        (Iterate, RightHandSide, Residual, Diagonal) = (new double[points], new double[points], new double[points], new double[points]);
        (Entry, Problem, Scratch) = (new double[points], new double[points], new double[points]);
        (_slopes, _fluxes, _held) = (new double[2 * points], new double[2 * points], new double[2 * points]);
    }

    public FiniteVolumeGrid Grid { get; }

    public int Rows => Grid.Rows;

    public int Columns => Grid.Columns;

    public double Points => (double)Rows * Columns;

    public double[] Iterate { get; }

    /// <summary>The right-hand side of the cycle in progress.</summary>
    public double[] RightHandSide { get; }

    /// <summary><c>b - A(x)</c>.</summary>
    public double[] Residual { get; }

    /// <summary>The diagonal of <c>I + tau K^T diag(g) K</c>, held during a visit.</summary>
    public double[] Diagonal { get; }

    /// <summary>The iterate at entry, restricted from above.</summary>
    public double[] Entry { get; }

    /// <summary>The right-hand side of the level's own problem, for full multigrid.</summary>
    public double[] Problem { get; }

    /// <summary>Anything.</summary>
    public double[] Scratch { get; }

    /// <summary>Evaluates the residual.</summary>
    public void Evaluate(IActivation<double> flux, double tau)
    {
        CellDiffusionKernels.Slopes(Iterate, Grid, _slopes);
        flux.Apply(_slopes, _fluxes, 2);
        CellDiffusionKernels.Residual(Iterate, RightHandSide, _fluxes, Grid, tau, Residual);
    }

    /// <summary>Evaluates the residual, and the diffusivity and diagonal at the same iterate.</summary>
    public void EvaluateAndHold(IActivation<double> flux, double tau)
    {
        CellDiffusionKernels.Slopes(Iterate, Grid, _slopes);
        FlowKernels.Lift(_slopes.AsSpan(), TinySlope);
        flux.Apply(_slopes, _fluxes, 2);
        FlowKernels.DivideInto<double>(_fluxes, _slopes);
        (_held, _slopes) = (_slopes, _held);
        CellDiffusionKernels.ClearBorder(Grid, _fluxes);
        CellDiffusionKernels.ClearBorder(Grid, _held);
        CellDiffusionKernels.Residual(Iterate, RightHandSide, _fluxes, Grid, tau, Residual);
        CellDiffusionKernels.Diagonal(_held, Grid, tau, Diagonal);
    }

    /// <summary>A sweep of overrelaxation over two colors with what <see cref="EvaluateAndHold"/> held last.</summary>
    public void SweepRedBlack(double tau, double relaxation) =>
        CellDiffusionKernels.RedBlack(Iterate, RightHandSide, _held, Diagonal, Grid, tau, relaxation);
}
