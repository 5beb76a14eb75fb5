using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Native;

/// <summary>Linear and nonlinear systems whose operator is a callback.</summary>
internal static unsafe class Solvers
{
    private const int LargestDense = 512;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SolveLinear(
        nint model, int size, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> product, void* context, int properties, double* diagonal,
        double* rightHandSide, double tolerance, int maximumSteps, double* x, RunOutcome* outcome, byte* text, int textSize) => new Call(text, textSize).Run(() =>
    {
        LearnedLinear learned = Call.Model(model).Linear;
        Guard.Positive(size, "the size");
        Guard.NotNull(product, "the callback for y = A x");
        Guard.NotNull(rightHandSide, "the right-hand side");
        Guard.NotNull(x, "x");
        if (properties is < 0 or > (int)(OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite))
        {
            throw new ArgumentException($"the properties are {properties}; expected 0, UNROLLED_SYMMETRIC or UNROLLED_SYMMETRIC_POSITIVE_DEFINITE");
        }

        var iterate = new Span<double>(x, size);
        var a = new CallbackOperator(size, (OperatorProperties)properties, product, context);
        DiagonalScaling? scaling = diagonal is null ? null : DiagonalScaling.Jacobi(new ReadOnlySpan<double>(diagonal, size));
        var solver = new LearnedLinearSolver(learned, a, scaling);
        Solution solution = solver.Solve(
            Batch.Of(new ReadOnlySpan<double>(rightHandSide, size)), iterate.IndexOfAnyExcept(0.0) < 0 ? null : Batch.Of(iterate), Stop(tolerance, 0, maximumSteps));
        solution.Iterate.Values.CopyTo(iterate);
        return Finish(solution, a.Calls, 0, outcome, solver.ReasonForGmres is string reason ? $"FGMRES was used: {reason}" : string.Empty);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SolveNonlinear(
        nint model, int size, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int> function,
        delegate* unmanaged[Cdecl]<int, double*, double*, double*, void*, int> product, void* context, int parameterCount, double* parameters,
        double tolerance, int maximumSteps, double* x, RunOutcome* outcome, byte* text, int textSize) => new Call(text, textSize).Run(() =>
    {
        LoadedModel loaded = Call.Model(model);
        (LearnedNonlinear learned, NonlinearFamily family) = loaded.NonlinearSolver;
        Guard.Positive(size, "the size");
        Guard.NotNull(x, "x");
        Guard.Count(parameterCount, family.ParameterNames.Length, "parameters");
        if (parameterCount > 0)
        {
            Guard.NotNull(parameters, "the parameters");
        }

        var iterate = new Span<double>(x, size);
        Batch start = Batch.Of(iterate), p = Batch.Of(new ReadOnlySpan<double>(parameters, parameterCount));
        CallbackFunction? callback = function is null ? null : new CallbackFunction(size, function, product, context);
        NonlinearSystem problem;
        if (callback is null)
        {
            Guard.Count(size, family.Unknowns.Length, "unknowns");
            problem = family.Problem(p, start);
        }
        else
        {
            problem = new NonlinearSystem(product is null ? new ForwardDifferenceJacobian(callback) : callback, start).At(family.CoordinatesOf(p));
            problem = family.Preconditioner is null ? problem : problem.PreconditionedBy(family.Preconditioner);
        }

        IIteration<NonlinearSystem> classical = callback is null || size <= LargestDense ? new NewtonMethod() : new NewtonKrylov();
        StoppingCriterion stop = Stop(0, tolerance, maximumSteps);
        var options = new SolverOptions { Threads = 1 };
        string? outside = Outside(loaded.Model, family, p.Values);
        Solution solution = outside is null ? learned.Solve(problem, classical, stop, options) : Solver.Solve(classical, problem, stop, options);
        solution.Iterate.Values.CopyTo(iterate);
        string note = outside is not null
            ? $"{classical.Name} was used from the start: {outside}"
            : solution.Outcome().Fallbacks > 0 ? FormattableString.Invariant($"a learned step missed the rate {learned.Rate:g3}: {classical.Name} took the last {solution.Outcome().Fallbacks} steps") : string.Empty;
        int steps = solution.Outcome().Iterations;
        (Status status, string message) = Finish(solution, callback?.Evaluations ?? solution.Outcome().Products, callback?.Products ?? 0, outcome, note);
        if (outside is not null && outcome is not null)
        {
            outcome->Fallbacks = steps;
        }

        return (status, message);
    });

    private static StoppingCriterion Stop(double relative, double absolute, int maximumSteps) => !(relative + absolute > 0)
        ? throw new ArgumentException(FormattableString.Invariant($"the tolerance is {relative + absolute}; a positive number is needed"))
        : new() { RelativeTolerance = relative, AbsoluteTolerance = absolute, MaximumIterations = maximumSteps > 0 ? maximumSteps : null };

    private static string? Outside(Model model, NonlinearFamily family, ReadOnlySpan<double> parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            string name = family.ParameterNames.Components[i];
            foreach (ValidRange range in model.ValidRanges.Where(r => r.Name == name))
            {
                if (!range.Contains(parameters[i]))
                {
                    return FormattableString.Invariant($"the parameter {name} = {parameters[i]:g6} lies outside [{range.Low:g6}, {range.High:g6}], where the method was learned");
                }
            }
        }

        return null;
    }

    private static (Status Status, string Text) Finish(Solution solution, int evaluations, int products, RunOutcome* outcome, string note)
    {
        Outcome ended = solution.Outcome();
        if (outcome is not null)
        {
            *outcome = RunOutcome.Of(ended, evaluations, products);
        }

        return solution.Converged
            ? (Status.Ok, note)
            : (Status.NotConverged,
                FormattableString.Invariant($"{ended.Termination.Message()} (residual {ended.Residual:g3} after {ended.Iterations} steps); {ended.Termination.Remedy()}") + (note.Length == 0 ? note : $". {note}"));
    }
}
