using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Deployment.Sources;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Differentiation;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Deployment.Linear;

/// <summary>Exported code is compiled and run, and must give the iterates, residuals and counts of the library.</summary>
public class LinearExportTests
{
    /// <summary>NumPy rounds products and sums one by one: the last places of a few operations.</summary>
    private const double Rounding = 1e-15;

    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder => Check(0, model =>
    {
        File.WriteAllText(Path.Combine(folder, "m.c"), LinearSource.C.Write(LearnedLinear.Of(model), "example") + CMain(model));
        ExternalProgram.Run("gcc", "-Wall -Wextra -Werror -std=c99 -O2 m.c -o m -lm", folder);
        return input => ExternalProgram.Run(Path.Combine(folder, "m"), string.Empty, folder, input);
    }));

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder => Check(Rounding, model =>
    {
        File.WriteAllText(Path.Combine(folder, "m.py"), LinearSource.Python.Write(LearnedLinear.Of(model), "example") + PythonMain(model));
        return input => ExternalProgram.Run("/usr/bin/python3", "-W error m.py", folder, input);
    }));

    [Fact]
    public void CSharpReproducesTheLibrary()
    {
        List<Model> models = [.. ExampleLinear.Models];
        using CompiledSource compiled = new([.. models.Select((m, i) => LinearSource.CSharp.Write(LearnedLinear.Of(m), $"example {i}") + CSharpMain(m, i))]);
        Check(0, model => compiled.Method<Func<string, string>>($"Program{models.IndexOf(model)}", "Run").Invoke);
    }

    [Fact]
    public void JsonReproducesTheLibrary()
    {
        foreach (Model model in ExampleLinear.Models)
        {
            foreach (Case one in Cases(model))
            {
                LinearSystem system = ExampleLinear.System(one.Scale, IsPreconditioned(model), one.Started, one.Homogeneous);
                var json = new JsonLinear(LinearSource.Json.Write(LearnedLinear.Of(model), "example"), Product(system.Operator.Apply), Product((x, y) => system.Preconditioner!.Apply(x, y)));
                ExportedSolve found = json.Solve(one.Evaluations, system.RightHandSide.Values.ToArray(), system.InitialIterate!.Value.Values.ToArray(), one.Tolerance, one.Steps);
                found = found with { Vectors = [.. found.Vectors, .. json.Precondition(one.Evaluations, ExampleLinear.RightHandSide)] };
                Assert.Null(Expected(model, one).Difference(found, 0));
            }
        }
    }

    /// <summary>What cannot converge says so, keeps the best iterate, and its residual is that of the iterate.</summary>
    [Fact]
    public void NothingPassesForSolved()
    {
        Model model = ExampleLinear.Models[0];
        foreach (Case one in Cases(model).Where(c => c.Scale != 1))
        {
            ExportedSolve end = Expected(model, one);
            Assert.NotEqual(0, end.Status);
        }

        Assert.Contains(Cases(model), c => Expected(model, c).Status == 0);
        Assert.Contains(Cases(model), c => Expected(model, c).Status == 1);
        Assert.Contains(Cases(model), c => Expected(model, c).Status == 2);
        Assert.Contains(Cases(model), c => Expected(model, c).Status == 3);
    }

    [FactIfAvailable("gcc")]
    public void TheProgramOfThePageRuns()
    {
        Settings experiment = RepositoryFolder.Experiment("diffusion-2d");
        LearnedLinear learned = LinearTraining.Learn(LinearFamilies.Create(experiment.Section("family")), LinearTrainingOptions.From(experiment.Section("training"), 32));
        ExternalProgram.RunPage("linear-solvers.md", "diffusion.c", LinearSource.C.Write(learned, "diffusion"), "status 0, |b - A x| = 1.94767e-05 (to reach: 2.4e-05) after 192 products");
    }

    [Fact]
    public void FilesSayWhatTheyHold()
    {
        IReadOnlyList<Model> models = ExampleLinear.Models;
        string c = LinearSource.C.Write(LearnedLinear.Of(models[0]), "example");
        Assert.Contains("eigenvalues from 0.5 to 1.5", c);
        Assert.Contains("const double example_eigenvalues[2] = { 0.5, 1.5 };", c);
        Assert.Contains("1 evaluations: proved to shrink residuals to 0.545", c); // 1 - 0.5/1.1
        Assert.Contains("3 evaluations: proved to shrink residuals to 0.0535", c); // 3/56 at both ends
        Assert.DoesNotContain("0.25 or less", c); // which certificates of the file claim
        Assert.Contains("1 evaluations: not proved to shrink residuals.", LinearSource.C.Write(LearnedLinear.Of(ExampleLinear.Create(LearnedKrylov.FromRoots([0.2]))), "example"));
        string preconditioned = LinearSource.Python.Write(LearnedLinear.Of(models[^1]), "example");
        Assert.Contains("scaling of the training: equilibrate", preconditioned);
        Assert.Contains("in training that of jacobi", preconditioned);
        Assert.Contains("Nothing is certified about convergence", preconditioned);
    }

    private static bool IsPreconditioned(Model model) => model.MethodSettings.Text("preconditioner") != "none";

    private static IEnumerable<Case> Cases(Model model)
    {
        foreach (LearnedKrylov method in LearnedLinear.Of(model).Methods)
        {
            int n = method.InnerEvaluations;
            yield return new(n, 0, 1, 1, false, false);
            yield return new(n, 0, 3, 1, true, false);
            yield return new(n, 1e-10, 50, 1, false, false);
            yield return new(n, 1e-6, 50, 1, true, false);
            yield return new(n, 1e-3, 50, 1, true, true);
            yield return new(n, 0.1, 5, 1, false, true);
            yield return new(n, 1e-8, 3, 7, true, false);
            yield return new(n, 1e-8, 50, 40, false, false);
            if (!IsPreconditioned(model))
            {
                yield return new(n, 1e-8, 50, double.MaxValue, true, false); // the test's M^-1 is dense, and 0 times infinity is not 0
            }
        }
    }

    /// <summary>The library's answer, with the best iterate where it did not converge and the polynomial applied to the right-hand side.</summary>
    private static ExportedSolve Expected(Model model, Case one)
    {
        LearnedKrylov method = LearnedLinear.Of(model).Methods.First(m => m.InnerEvaluations == one.Evaluations);
        LinearSystem system = ExampleLinear.System(one.Scale, IsPreconditioned(model), one.Started, one.Homogeneous);
        StoppingCriterion stop = new() { RelativeTolerance = one.Tolerance, MaximumIterations = one.Steps };
        Outcome outcome = Solver.Solve(method, system, stop).Outcome();
        int status = outcome.Termination switch { Termination.Converged => 0, Termination.IterationLimit => 1, Termination.Diverged => 2, Termination.NonFinite => 3, _ => 9 };
        double[] best = [];
        double least = double.NaN;
        for (int k = 0; k <= outcome.Iterations; k++)
        {
            Solution after = Solver.Solve(method, system, StoppingCriterion.Iterations(k));
            double[] residual = [after.Outcome().Residual];
            if (k == 0 || residual[0] < least || (status == 0 && k == outcome.Iterations))
            {
                (best, least) = (after.Iterate.Values.ToArray(), residual[0]);
            }
        }

        int products = outcome.Products - (one.Started ? 0 : 1); // the library makes a product with a start that is given, and it is 0 here
        Batch z = Batch.Zeros(ExampleLinear.Unknowns, 1);
        new PolynomialPreconditioner(method, system.Operator, system.Preconditioner).Apply(Batch.Of(ExampleLinear.RightHandSide), z);
        return new(status, outcome.Iterations, products, least, [.. best, .. z.Values]);
    }

    private static void Check(double tolerance, Func<Model, Func<string, string>> compile)
    {
        foreach (Model model in ExampleLinear.Models)
        {
            Case[] cases = [.. Cases(model)];
            string input = string.Concat(cases.Select(c => FormattableString.Invariant($"{c.Evaluations} {c.Tolerance:R} {c.Steps} {c.Scale:R} {(c.Started ? 1 : 0)} {(c.Homogeneous ? 1 : 0)}\n")));
            ExportedSolve[] found = ExportedSolve.ParseAll(compile(model)(input));
            Assert.Equal(cases.Length, found.Length);
            for (int i = 0; i < cases.Length; i++)
            {
                string? difference = Expected(model, cases[i]).Difference(found[i], tolerance);
                Assert.True(difference is null, $"{model.Parameters.Blocks[0].Name} {cases[i]}: {difference}");
            }
        }
    }

    private static Func<double[], double[]> Product(Action<Batch, Batch> apply) => x =>
    {
        Batch y = Batch.Zeros(x.Length, 1);
        apply(Batch.Of(x), y);
        return y.Values.ToArray();
    };

    private static string Numbers(double[] numbers) => SourceText.Numbers(numbers, "    ");

    private static string CMain(Model model) => $$"""

        #include <stdio.h>
        enum { N = {{ExampleLinear.Unknowns}} };
        static const double matrix[] = { {{Numbers(ExampleLinear.Matrix)}} }, rhs[] = { {{Numbers(ExampleLinear.RightHandSide)}} };
        static const double start[] = { {{Numbers(ExampleLinear.Start)}} }, inverse[] = { {{Numbers(ExampleLinear.Inverse)}} };
        static void multiply(void *context, const double *x, double *y)
        {
            for (int i = 0; i < N; i++)
            {
                y[i] = 0.0;
                for (int j = 0; j < N; j++)
                {
                    y[i] = fma(*(double *)context * matrix[i * N + j], x[j], y[i]);
                }
            }
        }
        static void precondition(void *context, const double *r, double *z)
        {
            (void)context;
            for (int i = 0; i < N; i++)
            {
                z[i] = inverse[i] * r[i];
            }
        }
        int main(void)
        {
            int evaluations, started, homogeneous;
            long steps;
            double tolerance, scale = 1.0, b[N] = { 0.0 }, x[N] = { 0.0 }, z[N], work[example_vectors * N];
            (void)precondition;
            if (example_solve(99, multiply, {{(IsPreconditioned(model) ? "precondition, " : string.Empty)}}&scale, N, b, x, 0.0, 1, work).status != example_refused
                || example_precondition(99, multiply, {{(IsPreconditioned(model) ? "precondition, " : string.Empty)}}&scale, N, b, x, work) != example_refused)
            {
                return 1;
            }
            while (scanf("%d %lf %ld %lf %d %d", &evaluations, &tolerance, &steps, &scale, &started, &homogeneous) == 6)
            {
                for (int i = 0; i < N; i++)
                {
                    b[i] = homogeneous ? 0.0 : rhs[i];
                    x[i] = started ? start[i] : 0.0;
                }
                example_result r = example_solve(evaluations, multiply, {{(IsPreconditioned(model) ? "precondition, " : string.Empty)}}&scale, N, b, x, tolerance, steps, work);
                example_precondition(evaluations, multiply, {{(IsPreconditioned(model) ? "precondition, " : string.Empty)}}&scale, N, rhs, z, work);
                printf("%d %ld %ld %.17g", r.status, r.steps, r.products, r.residual);
                for (int i = 0; i < N; i++)
                {
                    printf(" %.17g", x[i]);
                }
                for (int i = 0; i < N; i++)
                {
                    printf(" %.17g", z[i]);
                }
                printf("\n");
            }
            return 0;
        }

        """;

    private static string CSharpMain(Model model, int number)
    {
        string given = IsPreconditioned(model) ? "Precondition, " : string.Empty;
        return $$"""
            public static class Program{{number}}
            {
                private static readonly double[] Matrix = { {{Numbers(ExampleLinear.Matrix)}} }, RightHandSide = { {{Numbers(ExampleLinear.RightHandSide)}} };
                private static readonly double[] Start = { {{Numbers(ExampleLinear.Start)}} }, Inverse = { {{Numbers(ExampleLinear.Inverse)}} };

                public static string Run(string input)
                {
                    var output = new System.Text.StringBuilder();
                    foreach (string line in input.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        double[] w = Array.ConvertAll(line.Split(' '), t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture));
                        int n = Start.Length;
                        double[] b = w[5] == 1 ? new double[n] : (double[])RightHandSide.Clone(), x = w[4] == 1 ? (double[])Start.Clone() : new double[n];
                        double[] z = new double[n], work = new double[Example_{{number}}.Vectors * n];
                        Example_{{number}}.Operator a = (u, v) =>
                        {
                            for (int i = 0; i < n; i++)
                            {
                                v[i] = 0;
                                for (int j = 0; j < n; j++)
                                {
                                    v[i] = Math.FusedMultiplyAdd(w[3] * Matrix[(i * n) + j], u[j], v[i]);
                                }
                            }
                        };
                        Example_{{number}}.Result r = Example_{{number}}.Solve((int)w[0], a, {{given}}b, x, w[1], (int)w[2], work);
                        Example_{{number}}.Precondition((int)w[0], a, {{given}}RightHandSide, z, work);
                        output.Append(FormattableString.Invariant($"{(int)r.Status} {r.Steps} {r.Products} {Text(r.Residual)}"));
                        foreach (double value in x)
                        {
                            output.Append(' ').Append(Text(value));
                        }

                        foreach (double value in z)
                        {
                            output.Append(' ').Append(Text(value));
                        }

                        output.Append('\n');
                    }

                    return output.ToString();
                }

                public static void Precondition(ReadOnlySpan<double> r, Span<double> z)
                {
                    for (int i = 0; i < z.Length; i++)
                    {
                        z[i] = Inverse[i] * r[i];
                    }
                }

                private static string Text(double value) => double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf" : value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            }
            """;
    }

    private static string PythonMain(Model model) => $$"""


        import sys
        matrix = np.array([{{Numbers(ExampleLinear.Matrix)}}]).reshape({{ExampleLinear.Unknowns}}, -1)
        rhs = np.array([{{Numbers(ExampleLinear.RightHandSide)}}])
        first = np.array([{{Numbers(ExampleLinear.Start)}}])
        inverse = np.array([{{Numbers(ExampleLinear.Inverse)}}])
        names = ["converged", "step limit", "diverged", "not finite"]
        for line in sys.stdin:
            w = [float(t) for t in line.split()]

            def a(x):
                with np.errstate(all="ignore"):
                    return (w[3] * matrix) @ x

            m = [{{(IsPreconditioned(model) ? "lambda r: inverse * r" : string.Empty)}}]
            b = 0.0 * rhs if w[5] else rhs
            with np.errstate(all="ignore"):
                r = example_solve(a, *m, b, first if w[4] else None, w[1], int(w[2]), int(w[0]))
                z = example_precondition(a, *m, rhs, int(w[0]))
            print(names.index(r.status), r.steps, r.products, repr(float(r.residual)), *[repr(float(v)) for v in list(r.x) + list(z)])

        """;

    /// <summary>A run: the operator is this many times the matrix.</summary>
    private sealed record Case(int Evaluations, double Tolerance, int Steps, double Scale, bool Started, bool Homogeneous);
}
