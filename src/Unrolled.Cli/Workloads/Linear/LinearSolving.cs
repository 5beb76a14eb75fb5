using System.Diagnostics;
using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>
/// Solves the user's own system to a tolerance with the learned polynomial as the preconditioner of CG or FGMRES, so
/// that the answer is verified whatever the polynomial is worth, and runs classical methods beside it.
/// </summary>
internal sealed class LinearSolving
{
    private const int Restart = 60;
    private const int LargestDirect = 2000;

    private readonly LinearModel _model;
    private readonly WorkContext _context;
    private readonly SparseMatrix _matrix;
    private readonly Batch _rightHandSide;
    private readonly OperatorProperties _properties;
    private readonly StoppingCriterion _stop;
    private readonly List<string> _notes = [];
    private readonly List<OutOfRange> _outside = [];

    private LinearSolving(LinearModel model, WorkContext context, SparseMatrix matrix, Batch rightHandSide, double tolerance)
    {
        _model = model;
        _context = context;
        _matrix = matrix;
        _rightHandSide = rightHandSide;
        _properties = SparseProperties.Of(matrix);
        _stop = StoppingCriterion.Relative(tolerance);
    }

    private bool PositiveDefinite => _properties.HasFlag(OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);

    public static SolveOutcome Run(LinearModel model, Settings options, WorkContext context)
    {
        double tolerance = options.Number("tolerance", 1e-15, 1, 1e-8);
        SparseMatrix matrix = ReadMatrix(options.Text("matrix"));
        Batch b = options.Has("rhs") ? ReadRightHandSide(options.Text("rhs"), matrix.Rows) : ProductWithOnes(matrix);
        string? output = options.Has("output") ? options.Text("output") : null;
        return new LinearSolving(model, context, matrix, b, tolerance).Run(output);
    }

    private SolveOutcome Run(string? output)
    {
        var rows = new List<SolveRow>();
        (SolveRow learned, Batch solution) = Learned();
        rows.Add(learned);
        if (output is not null)
        {
            MatrixMarketWriter.Write(output, solution.Components, solution.Instances, solution.Values);
        }

        foreach ((IIteration<LinearSystem> method, string preconditioner) in Classical())
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            rows.Add(RunClassical(method, preconditioner));
        }

        if (_matrix.Rows <= LargestDirect)
        {
            rows.Add(Direct());
        }

        SolveRow fastest = rows.Where(r => r.Converged).MinBy(r => r.Seconds) ?? learned;
        _notes.Add(fastest == learned
            ? "The learned method was the fastest here."
            : string.Create(CultureInfo.InvariantCulture,
                $"{fastest.Method} was the fastest here ({fastest.Seconds * 1e3:0.#} ms against {learned.Seconds * 1e3:0.#} ms): for this matrix alone prefer it."));
        return new SolveOutcome
        {
            Residual = "relative residual |b - A x| / |b| of the system as given, recomputed",
            Rows = rows,
            Outside = _outside,
            Output = output,
            Notes = _notes,
        };
    }

    private (SolveRow Row, Batch Solution) Learned()
    {
        long started = Stopwatch.GetTimestamp();
        DiagonalScaling scaling = DiagonalScaling.Of(_matrix, Scaling());
        var scaled = new SparseOperator(scaling.Scale(_matrix), _properties);
        ILinearOperator? inner = Preconditioner.Create(_model.PreconditionerName, scaled);
        var polynomial = new PolynomialPreconditioner(_model.Longest, scaled, inner);
        IIteration<LinearSystem> outer = Outer(scaled, inner);
        CompareWithFamily(scaled, inner);
        LinearSystem system = new LinearSystem(new SparseOperator(_matrix, _properties), _rightHandSide)
            .PreconditionedBy(new ScaledPreconditioner(scaling, polynomial));
        Solution solution = Solver.Solve(outer, system, _stop, Options(), _context.Cancellation);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        string name = $"{outer.Name} + {_model.Longest.Name}" + (inner is null ? string.Empty : $" + {_model.PreconditionerName}");
        return (Row(name, "learned", solution, seconds, polynomial.ProductsPerApplication), solution.Iterate);
    }

    /// <summary>CG or FGMRES around the polynomial, with what the user should know about the choice.</summary>
    private IIteration<LinearSystem> Outer(SparseOperator scaled, ILinearOperator? inner)
    {
        OuterIteration outer = OuterIteration.For(_model.Longest, _model.Eigenvalues, scaled, inner);
        _outside.AddRange(outer.Outside);
        if (PositiveDefinite && inner is null && outer.ReasonForGmres is string reason)
        {
            _notes.Add($"FGMRES was used instead of CG: {reason}{(outer.Spectrum is null ? string.Empty : "; a model trained for this matrix will do better")}.");
        }
        else if (outer.ReasonForGmres is null && _model.Eigenvalues is ValidRange range && outer.Spectrum is SpectralInterval found && found.Smallest < range.Low)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"The smallest eigenvalue of the scaled matrix is about {found.Smallest:g3}, the model was trained down to {range.Low:g3}: expect more iterations."));
        }

        return outer.Method;
    }

    /// <summary>Whether the method alone brings the residual as far down as on 99 % of its family: a detector that needs no spectrum.</summary>
    private void CompareWithFamily(SparseOperator scaled, ILinearOperator? inner)
    {
        if (FreshInstances.Of(_model.Model) is not FreshInstances fresh || _model.Absolute || _model.Model.Certificates.Count == 0)
        {
            return;
        }

        Batch b = _rightHandSide.Select([0]);
        var system = new LinearSystem(scaled, b);
        system = inner is null ? system : system.PreconditionedBy(inner);
        double residual = Solver.Solve(_model.Longest, system, StoppingCriterion.Iterations(_model.OuterIterations), Options(), _context.Cancellation).Outcome().RelativeResidual;
        var range = new ValidRange($"relative residual after {_model.OuterIterations * _model.Longest.InnerEvaluations} products alone", 0, fresh.Threshold);
        IReadOnlyList<OutOfRange> far = OutOfRange.Find([range], [(range.Name, double.IsFinite(residual) ? residual : double.MaxValue)]);
        _outside.AddRange(far);
        if (far.Count > 0)
        {
            _notes.Add("The polynomial does less for this system than for the family that it was learned for; the outer method makes the answer right, in more iterations.");
        }
    }

    private ScalingKind Scaling() => _model.Model.Family.Text("scaling", "auto") switch
    {
        "jacobi" => ScalingKind.Jacobi,
        "equilibrate" => ScalingKind.Equilibrate,
        "none" => ScalingKind.None,
        _ => DiagonalScaling.Suited(_matrix),
    };

    private IEnumerable<(IIteration<LinearSystem> Method, string Preconditioner)> Classical() => PositiveDefinite
        ? [(new ConjugateGradient(), "jacobi"), (new ConjugateGradient(), "ic0")]
        : [(new Gmres(Restart), "none"), (new Gmres(Restart), "jacobi"), (new Gmres(Restart), "ilu0"), (new Gmres(Restart), "ilut"), (new BiCgStab(), "ilut")];

    private SolveRow RunClassical(IIteration<LinearSystem> method, string preconditioner)
    {
        string name = preconditioner == "none" ? method.Name : $"{method.Name} + {preconditioner}";
        long started = Stopwatch.GetTimestamp();
        try
        {
            var a = new SparseOperator(_matrix, _properties);
            var system = new LinearSystem(a, _rightHandSide);
            system = Preconditioner.Create(preconditioner, a) is ILinearOperator m ? system.PreconditionedBy(m) : system;
            Solution solution = Solver.Solve(method, system, _stop, Options(), _context.Cancellation);
            return Row(name, "classical", solution, Stopwatch.GetElapsedTime(started).TotalSeconds, 0);
        }
        catch (ArgumentException e)
        {
            return new SolveRow(name, "classical", false, e.Message, null, [], Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private SolveRow Direct()
    {
        var system = new LinearSystem(new SparseOperator(_matrix, _properties), _rightHandSide);
        (double[] residuals, double seconds) = DirectSolution.Solve(system);
        double[] norms = new double[residuals.Length];
        system.ReferenceNorm(norms);
        double worst = residuals.Select((r, s) => norms[s] == 0 ? r : r / norms[s]).Max();
        return new SolveRow("dense LU (direct)", "classical", worst <= _stop.RelativeTolerance, "factored", worst, [], seconds);
    }

    private static SolveRow Row(string name, string kind, Solution solution, double seconds, int productsPerApplication)
    {
        Outcome[] outcomes = solution.Outcomes.ToArray();
        Outcome worst = outcomes.MaxBy(o => (o.Termination != Termination.Converged, o.RelativeResidual));
        double products = outcomes.Max(o => o.Products + ((double)o.PreconditionerApplications * productsPerApplication));
        return new SolveRow(name, kind, solution.Converged, worst.Termination.Message(), worst.RelativeResidual,
            [("iterations", outcomes.Max(o => o.Iterations)), ("products", products)], seconds, worst.Termination.Remedy());
    }

    private SolverOptions Options() => new() { Threads = _context.Threads };

    private static SparseMatrix ReadMatrix(string path)
    {
        MatrixMarketFile file = MatrixMarketReader.Read(path);
        return file.Header.Rows == file.Header.Columns
            ? file.ToSparse()
            : throw new InvalidInputException(path, $"the matrix is {file.Header.Rows} x {file.Header.Columns}; expected a square one");
    }

    private static Batch ReadRightHandSide(string path, int rows)
    {
        MatrixMarketFile file = MatrixMarketReader.Read(path);
        if (file.Header.Rows != rows)
        {
            throw new InvalidInputException(path, $"the right-hand side has {file.Header.Rows} rows, the matrix has {rows}");
        }

        Batch b = Batch.Zeros(rows, file.Header.Columns);
        file.ToDense().CopyTo(b.Values);
        return b;
    }

    /// <summary>The right-hand side whose solution is 1 in every component.</summary>
    private static Batch ProductWithOnes(SparseMatrix matrix)
    {
        double[] ones = new double[matrix.Rows];
        Array.Fill(ones, 1);
        Batch b = Batch.Zeros(matrix.Rows, 1);
        matrix.Multiply(ones, b.Values);
        return b;
    }
}
