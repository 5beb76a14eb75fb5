using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Deployment.Linear;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Krylov;
using Unrolled.Native;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Native;

/// <summary>What C gets is what the library gives, to the bit; what is wrong is said in one sentence and leaves results alone.</summary>
public unsafe class ExportsTests
{
    private const int Side = 16;

    [Fact]
    public void Linear_systems_are_solved_as_by_the_library()
    {
        using var native = new NativeCalls(NativeModels.Linear());
        double[] b = RightHandSide(), x = new double[b.Length];
        (Status status, RunOutcome outcome) = native.SolveLinear(b, x, &Laplacian);
        Assert.Equal((Status.Ok, string.Empty), (status, native.Text));

        var a = new SquareLaplacian(Side);
        LearnedKrylov polynomial = LearnedLinear.Of(NativeModels.Linear()).Methods[^1];
        LinearSystem system = new LinearSystem(a, Batch.Of(b)).PreconditionedBy(new PolynomialPreconditioner(polynomial, a));
        Solution solution = Solver.Solve(new ConjugateGradient(), system, StoppingCriterion.Relative(1e-10));
        Assert.Equal(Bits(solution.Iterate.Values), Bits(x));
        Assert.Equal((solution.Outcome().Iterations, solution.Outcome().RelativeResidual), (outcome.Steps, outcome.RelativeResidual));
        Assert.InRange(outcome.Evaluations, a.Products + 1, a.Products + 64); // and those that found the spectrum

        var r = new double[b.Length];
        SquareLaplacian.Apply(Side, x, r);
        double norm = Math.Sqrt(r.Zip(b, (p, q) => (p - q) * (p - q)).Sum());
        Assert.Equal(norm, outcome.Residual, norm * 1e-3);
    }

    [Fact]
    public void Without_symmetry_or_outside_the_spectrum_gmres_is_used_and_said()
    {
        using var native = new NativeCalls(NativeModels.Linear());
        double[] b = RightHandSide(), x = new double[b.Length];
        (Status status, RunOutcome outcome) = native.SolveLinear(b, x, &Laplacian, properties: 0);
        Assert.Equal((Status.Ok, "FGMRES was used: the operator is not declared symmetric and positive definite"), (status, native.Text));
        Assert.True(outcome.RelativeResidual <= 1e-10);

        Array.Clear(x);
        Assert.Equal(Status.NotConverged, native.SolveLinear(b, x, &Scaled, steps: 50).Status);
        Assert.Contains("outside the model's [0.01, 1.99]", native.Text, StringComparison.Ordinal);
    }

    /// <summary>With its diagonal an operator of any size is solved as the scaled one is.</summary>
    [Fact]
    public void A_diagonal_scales_the_operator()
    {
        using var native = new NativeCalls(NativeModels.Linear());
        double[] b = RightHandSide(), x = new double[b.Length], diagonal = new double[b.Length];
        Array.Fill(diagonal, 9.0);
        (Status status, RunOutcome outcome) = native.SolveLinear(b, x, &Scaled, diagonal: diagonal);
        Assert.Equal((Status.Ok, string.Empty), (status, native.Text));
        Assert.True(outcome.RelativeResidual <= 1e-10);
        double[] plain = new double[b.Length];
        RunOutcome first = native.SolveLinear(b, plain, &Laplacian).Outcome;
        Assert.Equal(first.Steps, outcome.Steps);
        Assert.All(Enumerable.Range(0, b.Length), k => Assert.Equal(plain[k] / 9, x[k], 1e-9));
    }

    [Fact]
    public void A_good_start_is_used()
    {
        using var native = new NativeCalls(NativeModels.Linear());
        double[] b = RightHandSide(), x = new double[b.Length];
        native.SolveLinear(b, x, &Laplacian, tolerance: 1e-8);
        double[] before = [.. x];
        (Status status, RunOutcome outcome) = native.SolveLinear(b, x, &Laplacian, tolerance: 1e-8);
        Assert.Equal((Status.Ok, 0), (status, outcome.Steps));
        Assert.Equal(Bits(before), Bits(x));
    }

    [Fact]
    public void Too_few_steps_return_the_best_iterate_and_say_what_to_do()
    {
        using var native = new NativeCalls(NativeModels.Linear());
        double[] b = RightHandSide(), x = new double[b.Length];
        (Status status, RunOutcome outcome) = native.SolveLinear(b, x, &Laplacian, steps: 2);
        Assert.Equal((Status.NotConverged, (int)Termination.IterationLimit), (status, outcome.Termination));
        Assert.StartsWith("the iteration limit was reached while the residual was still falling (residual", native.Text, StringComparison.Ordinal);
        Assert.InRange(outcome.RelativeResidual, 1e-10, 0.9);
    }

    [Fact]
    public void Nonlinear_systems_are_solved_as_by_the_library()
    {
        using var native = new NativeCalls(NativeModels.Nonlinear());
        double[] x = [0.5, 0.5], p = [1.25];
        (Status status, RunOutcome outcome) = native.SolveNonlinear(p, x, &Equations, &Jacobian);
        Assert.Equal((Status.Ok, string.Empty), (status, native.Text));
        Solution solution = Reference(p[0]);
        Assert.Equal(Bits(solution.Iterate.Values), Bits(x));
        Assert.Equal((solution.Outcome().Iterations, 0, solution.Outcome().Residual), (outcome.Steps, outcome.Fallbacks, outcome.Residual));
        Assert.True(outcome.Evaluations > outcome.Steps);
    }

    [Fact]
    public void The_models_own_equations_need_no_callback()
    {
        using var native = new NativeCalls(NativeModels.Nonlinear());
        double[] x = [0.5, 0.5];
        Assert.Equal(Status.Ok, native.SolveNonlinear([1.25], x, null, null).Status);
        NonlinearFamily family = NonlinearFamilies.Create(NativeModels.Nonlinear().Family);
        Solution solution = LearnedNonlinear.Of(NativeModels.Nonlinear()).Solve(
            family.Problem(Batch.Of([1.25]), Batch.Of([0.5, 0.5])), new NewtonMethod(), StoppingCriterion.Absolute(1e-12));
        Assert.Equal(Bits(solution.Iterate.Values), Bits(x));
    }

    [Fact]
    public void Outside_its_ranges_newtons_method_answers_with_or_without_products()
    {
        using var native = new NativeCalls(NativeModels.Nonlinear());
        foreach (bool products in new[] { true, false })
        {
            double[] x = [0.5, 0.5];
            (Status status, RunOutcome outcome) = native.SolveNonlinear([7.0], x, &Equations, products ? &Jacobian : null);
            Assert.Equal((Status.Ok, outcome.Steps, products), (status, outcome.Fallbacks, outcome.Products > 0));
            Assert.Equal("Newton was used from the start: the parameter p = 7 lies outside [1, 2], where the method was learned", native.Text);
            Assert.Equal(7 / (1 + (x[1] * x[1])), x[0], 1e-10);
        }
    }

    [Fact]
    public void Trajectories_are_those_of_the_library()
    {
        using var native = new NativeCalls(NativeModels.Integrator());
        LearnedIntegrator learned = LearnedIntegrator.Of(NativeModels.Integrator());
        foreach ((double mu, int steps, bool inside) in new[] { (1.5, 100, true), (1.5, 40, false), (3.0, 100, false) })
        {
            double[] y = [1.25, -0.5], trajectory = new double[2 * (steps + 1)];
            (Status status, RunOutcome outcome) = native.Integrate([mu], y, 10, steps, trajectory);
            Trajectories run = (inside ? learned.Method : learned.Parent).Integrate(
                new InitialValueProblem(learned.Family.Function, Batch.Of([1.25, -0.5]), Batch.Of([mu]), 10), steps, new() { Checkpoints = steps });
            Assert.Equal((Status.Ok, inside ? 0 : steps), (status, outcome.Fallbacks));
            Assert.Equal(inside, native.Text.Length == 0);
            Assert.Equal([1.25, -0.5], trajectory[..2]);
            Assert.Equal(Bits(run.States.Values), Bits(trajectory.AsSpan(2)));
            Assert.Equal(Bits(trajectory.AsSpan(2 * steps)), Bits(y));
            double[] alone = [1.25, -0.5];
            native.Integrate([mu], alone, 10, steps);
            Assert.Equal(Bits(y), Bits(alone));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fields_are_denoised_as_by_the_library(bool signals)
    {
        using var native = new NativeCalls(NativeModels.Denoiser(signals));
        LearnedDenoiser denoiser = LearnedDenoiser.Of(NativeModels.Denoiser(signals));
        const int rows = 9, columns = 14;
        float[] values = [.. Enumerable.Range(0, rows * columns).Select(i => (float)(0.5 + (0.3 * Math.Sin(1.7 * i))))];
        double[] doubles = [.. values.Select(v => (double)v)];
        Field<float> noisy = signals ? new Field<float>(rows, 1, 1, columns) : new Field<float>(1, 1, rows, columns);
        values.CopyTo(noisy.Values);
        Field<float> clean = denoiser.Denoise(noisy, 0.1);
        Assert.Equal(Status.Ok, native.Denoise(rows, columns, 0.1, values));
        Assert.Equal(clean.Values.ToArray(), values);
        Assert.NotEqual(noisy.Values.ToArray(), values);
        Assert.Equal(Status.Ok, native.Denoise(rows, columns, 0.1, doubles));
        Assert.Equal(values.Select(v => (double)v), doubles);
        Assert.Equal(string.Empty, native.Text);
        native.Denoise(rows, columns, 0.7, values);
        Assert.Contains("outside [0.05, 0.2]", native.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_predicted_and_said_to_be_determined()
    {
        using var native = new NativeCalls(NativeModels.Rule());
        byte[] predictions = new byte[3], determined = new byte[3];
        // x0 ^ x2 of four bits, of which the last is 0 in all examples
        Status status = native.Predict(4, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0], [1, 0, 1, 0], [1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1], predictions, determined, out int wrong);
        Assert.Equal((Status.Ok, 0), (status, wrong));
        Assert.Equal([0, 1, 0], predictions);
        Assert.Equal([1, 1, 0], determined);

        Assert.Equal(Status.Ok, native.Predict(1, [1, 1], [0, 1], [1], new byte[1], null, out wrong));
        Assert.Equal((1, "1 of 2 examples contradict the hypothesis; predictions may be wrong"), (wrong, native.Text));
    }

    [Fact]
    public void A_model_describes_itself()
    {
        using var native = new NativeCalls(NativeModels.Integrator());
        (Status status, string json, int length) = native.Describe(1000);
        Assert.Equal(Status.Ok, status);
        JsonNode description = JsonNode.Parse(json)!;
        Assert.Equal("runge-kutta", (string?)description["method"]);
        Assert.Equal("""["x","y"]""", description["states"]!.ToJsonString());
        Assert.Equal((100, 10.0), ((int)description["steps"]!, (double)description["horizon"]!));
        Assert.Equal(2.0, (double)description["validRanges"]!["mu"]![1]!);
        Assert.Equal(json.Length, length);
        Assert.Equal((Status.Ok, json[..9], length), native.Describe(10));
    }

    [Fact]
    public void Wrong_calls_are_said_in_one_sentence_and_leave_results_alone()
    {
        using var integrator = new NativeCalls(NativeModels.Integrator());
        using var linear = new NativeCalls(NativeModels.Linear());
        using var rule = new NativeCalls(NativeModels.Rule("dictator"));
        double[] y = [1, 2], x = [3, 4];
        Check(integrator, integrator.SolveLinear(y, x, &Laplacian).Status, "a model of the method 'runge-kutta' cannot solve linear systems; one of 'krylov' can");
        Check(integrator, integrator.Integrate([1, 2], y, 10, 100).Status, "2 parameters were given, the model has 1");
        Check(integrator, integrator.Integrate([1.5], [1], 10, 100).Status, "1 states were given, the model has 2");
        Check(integrator, integrator.Integrate([1.5], y, 10, 0).Status, "the number of steps is 0; a positive number is needed");
        Check(integrator, integrator.Integrate([1.5], y, -1, 10).Status, "the horizon is -1");
        Check(integrator, integrator.Integrate([double.NaN], y, 10, 100).Status, "parameter 0 of instance 0 is NaN");
        Check(linear, linear.SolveLinear(y, x, null).Status, "the callback for y = A x is NULL");
        Check(linear, linear.SolveLinear(y, x, &Laplacian, tolerance: double.NaN).Status, "the tolerance is NaN");
        Check(linear, linear.SolveLinear(y, x, &Laplacian, properties: 4).Status, "the properties are 4");
        Check(linear, linear.SolveLinear(y, x, &Laplacian, diagonal: [1, 0]).Status, "element (2, 2) is 0");
        Check(linear, linear.SolveLinear([], [], &Laplacian).Status, "the size is 0");
        Check(rule, rule.Predict(1, [2], [0], [1], [9], null, out _), "example 0 holds the byte 2; expected 0 or 1");
        Check(rule, rule.Predict(1, [1], [0], [1], [9], [9], out _), "the learner 'dictator' does not know which labels the examples determine");
        Check(linear, linear.Open("no/such/model.json"), "no/such/model.json");
        Assert.Equal([1.0, 2.0, 3.0, 4.0], [.. y, .. x]);
        using var preconditioned = new NativeCalls(NativeModels.Linear("ilu0"));
        Check(preconditioned, preconditioned.SolveLinear(y, x, &Laplacian).Status, "was learned with the preconditioner ilu0");

        static void Check(NativeCalls native, Status status, string text)
        {
            Assert.Equal(Status.InvalidInput, status);
            Assert.Contains(text, native.Text, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', native.Text);
        }
    }

    [Fact]
    public void A_callback_that_fails_ends_the_call()
    {
        using var linear = new NativeCalls(NativeModels.Linear());
        double[] b = RightHandSide(), x = new double[b.Length];
        int left = 10;
        Assert.Equal(Status.CallbackFailed, linear.SolveLinear(b, x, &Tired, context: &left).Status);
        Assert.Equal("the callback for y = A x returned 7; 0 goes on", linear.Text);
        Assert.All(x, v => Assert.Equal(0, v));
    }

    [Fact]
    public void One_model_serves_several_threads()
    {
        using var native = new NativeCalls(NativeModels.Linear());
        nint handle = native.Handle;
        double[][] solutions = new double[8][];
        Parallel.For(0, 8, k =>
        {
            delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<int, double*, double*, void*, int>, void*, int, double*, double*, double, int, double*, RunOutcome*, byte*, int, int>
                solve = &Solvers.SolveLinear;
            double[] b = RightHandSide(), x = new double[b.Length];
            fixed (double* right = b, left = x)
            {
                Assert.Equal(0, solve(handle, b.Length, &Laplacian, null, 3, null, right, 1e-10, 0, left, null, null, 0));
            }

            solutions[k] = x;
        });
        Assert.All(solutions, x => Assert.Equal(Bits(solutions[0]), Bits(x)));
    }

    [Fact]
    public void The_exports_need_neither_training_nor_certification()
    {
        string folder = Path.Combine(Repository.RepositoryFolder.Root, "src", "Unrolled.Native");
        string project = File.ReadAllText(Path.Combine(folder, "Unrolled.Native.csproj"));
        Assert.Equal(1, project.Split("<ProjectReference").Length - 1);
        Assert.DoesNotContain("<PackageReference", project, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(folder, "*.cs"), file =>
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotContain("Unrolled.Learning", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Unrolled.Certification", text, StringComparison.Ordinal);
        });
    }

    internal static double[] RightHandSide() => [.. Enumerable.Range(1, Side * Side).Select(k => 1.0 / k)];

    internal static Solution Reference(double p)
    {
        NonlinearFamily family = NonlinearFamilies.Create(NativeModels.Nonlinear().Family);
        NonlinearSystem system = new NonlinearSystem(new TwoEquations(p), [0.5, 0.5]).At(family.CoordinatesOf(Batch.Of([p])));
        return LearnedNonlinear.Of(NativeModels.Nonlinear()).Solve(system, new NewtonMethod(), StoppingCriterion.Absolute(1e-12));
    }

    private static long[] Bits(ReadOnlySpan<double> values) => Array.ConvertAll(values.ToArray(), BitConverter.DoubleToInt64Bits);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Laplacian(int size, double* x, double* y, void* context)
    {
        SquareLaplacian.Apply((int)Math.Sqrt(size), new(x, size), new(y, size));
        return 0;
    }

    /// <summary>Nine times the Laplacian.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Scaled(int size, double* x, double* y, void* context)
    {
        SquareLaplacian.Apply((int)Math.Sqrt(size), new(x, size), new(y, size));
        for (int k = 0; k < size; k++)
        {
            y[k] *= 9;
        }

        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Tired(int size, double* x, double* y, void* context)
    {
        SquareLaplacian.Apply((int)Math.Sqrt(size), new(x, size), new(y, size));
        return --*(int*)context < 0 ? 7 : 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Equations(int size, double* x, double* y, void* context)
    {
        TwoEquations.Evaluate(*(double*)context, new(x, size), new(y, size));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Jacobian(int size, double* x, double* v, double* y, void* context)
    {
        TwoEquations.Product(*(double*)context, new(x, size), new(v, size), new(y, size));
        return 0;
    }
}
