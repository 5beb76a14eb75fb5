using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Deployment.Sources;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Differentiation;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Deployment.Nonlinear;

/// <summary>Exported code is compiled and run, and must give the iterates, residuals and counts of the library.</summary>
public class NonlinearExportTests
{
    /// <summary>NumPy rounds products and sums one by one, and elementary functions differ in the last place: a few roundings.</summary>
    private const double Rounding = 2e-15;

    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder => Check(0, example =>
    {
        File.WriteAllText(Path.Combine(folder, "m.c"), NonlinearSource.C.Write(example.Model, "example") + CMain(example));
        ExternalProgram.Run("gcc", "-Wall -Wextra -Werror -std=c99 -O2 m.c -o m -lm", folder);
        return input => ExternalProgram.Run(Path.Combine(folder, "m"), string.Empty, folder, input);
    }));

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder => Check(Rounding, example =>
    {
        File.WriteAllText(Path.Combine(folder, "m.py"), NonlinearSource.Python.Write(example.Model, "example") + PythonMain(example));
        return input => ExternalProgram.Run("/usr/bin/python3", "m.py", folder, input);
    }));

    [Fact]
    public void CSharpReproducesTheLibrary()
    {
        List<ExampleNonlinear> examples = [.. ExampleNonlinear.All];
        using CompiledSource compiled = new([.. examples.Select((e, i) => NonlinearSource.CSharp.Write(e.Model, $"example {i}") + CSharpMain(e, i))]);
        Check(0, example => compiled.Method<Func<string, string>>($"Program{examples.IndexOf(example)}", "Run").Invoke);
    }

    [Fact]
    public void JsonReproducesTheLibrary()
    {
        foreach (ExampleNonlinear example in ExampleNonlinear.All)
        {
            string json = NonlinearSource.Json.Write(example.Model, "example");
            foreach (Case one in Cases(example))
            {
                NonlinearSystem problem = example.Family.Problem(Batch.Of(one.Parameters), Batch.Of(one.Start));
                var solver = new JsonNonlinear(json, y => Vector(y.Length, v => problem.Operator.Evaluate(Batch.Of(y), v)), (y, d) => Product(problem, y, d));
                Assert.Null(Expected(example, one).Difference(solver.Solve(one.Start, one.Parameters, one.Tolerance, one.Steps), 0));
            }
        }
    }

    /// <summary>Every way to end occurs in what is compared.</summary>
    [Fact]
    public void AllEndsOccur()
    {
        int[] ends = [.. ExampleNonlinear.All.SelectMany(e => Cases(e).Select(c => Expected(e, c).Status)).Distinct().Order()];
        Assert.Equal([0, 1, 2, 3, 4], ends);
    }

    [FactIfAvailable("gcc")]
    public void TheProgramOfThePageRuns()
    {
        Settings experiment = RepositoryFolder.Experiment("my-system"), method = experiment.Section("nonlinear-solver");
        int Size(string key) => method.Integer(key, 1, 100);
        LearnedNonlinear learned = NonlinearTraining.Learn(NonlinearFamilies.Create(experiment.Section("family")), new()
        {
            InnerEvaluations = Size("inner-evaluations"), Degree = Size("degree"), Fit = SolverFitOptions.For(LearnedForm.Direct) with { UnrolledSteps = Size("unrolled-steps") },
        });
        ExternalProgram.RunPage(
            "nonlinear-solvers.md", "my.c", NonlinearSource.C.Write(learned.Model, "my"), "status 0, |F| = 2.92707e-14 after 10 evaluations: 1.13721 1.01097 0.851814");
    }

    [Fact]
    public void WeightsForOtherCoordinatesAreRefused()
    {
        Model model = ExampleNonlinear.All.First(e => e.Name.StartsWith("radiation with", StringComparison.Ordinal)).Model;
        var family = new Settings("model", "family");
        family.Set("equations", "0 = x - 1");
        family.Section("initial").Set("x", "0");
        Assert.Contains("the weights depend on 1 coordinates, the family has 0", Assert.Throws<InvalidInputException>(() => NonlinearSource.C.Write(model with { Family = family }, "x")).Message);
    }

    private static IEnumerable<Case> Cases(ExampleNonlinear example)
    {
        foreach (double[] p in example.Parameters)
        {
            foreach (double[] y in example.Starts())
            {
                yield return new(p, y, 1e-9, y[0] < 1e9 ? 200 : 5);
                yield return new(p, y, 1e-3, 2);
            }
        }
    }

    /// <summary>The answer of the learned steps in the library.</summary>
    private static ExportedSolve Expected(ExampleNonlinear example, Case one)
    {
        if (example.Model.ValidRanges.Where((r, i) => !r.Contains(one.Parameters[i])).Any())
        {
            return new(4, 0, 0, double.NaN, one.Start);
        }

        LearnedNonlinear learned = example.Learned;
        IIteration<NonlinearSystem> method = learned.Form == LearnedForm.Direct ? new LearnedSolver(learned.Coefficients, learned.Rate) : new LearnedNewtonKrylov(learned.Coefficients, learned.Rate);
        NonlinearSystem problem = example.Family.Problem(Batch.Of(one.Parameters), Batch.Of(one.Start));
        Solution solution = Solver.Solve(method, problem, StoppingCriterion.Absolute(one.Tolerance) with { MaximumIterations = one.Steps });
        Outcome outcome = solution.Outcome();
        bool missed = outcome.Termination == Termination.RateNotMet;
        int status = outcome.Termination switch { Termination.Converged => 0, Termination.IterationLimit => 1, Termination.RateNotMet => 2, Termination.NonFinite => 3, _ => 9 };
        int linearizations = outcome.Iterations * (learned.Form == LearnedForm.Direct ? 0 : problem.Operator.LinearizationCost); // the library counts what it shares between products
        return new(status, outcome.Iterations - (missed ? 1 : 0), outcome.Products - linearizations, outcome.Residual, solution.Iterate.Values.ToArray());
    }

    private static void Check(double tolerance, Func<ExampleNonlinear, Func<string, string>> compile)
    {
        foreach (ExampleNonlinear example in ExampleNonlinear.All)
        {
            Case[] cases = [.. Cases(example)];
            string input = string.Concat(cases.Select(c => string.Join(' ', ((double[])[c.Tolerance, c.Steps, .. c.Parameters, .. c.Start]).Select(v => FormattableString.Invariant($"{v:R}"))) + "\n"));
            ExportedSolve[] found = ExportedSolve.ParseAll(compile(example)(input));
            Assert.Equal(cases.Length, found.Length);
            for (int i = 0; i < cases.Length; i++)
            {
                string? difference = Expected(example, cases[i]).Difference(found[i], example.Exact ? tolerance : Rounding);
                Assert.True(difference is null, $"{example.Name}, case {i}: {difference}");
            }
        }
    }

    private static double[] Product(NonlinearSystem problem, double[] y, double[] d)
    {
        Batch at = Batch.Of(y), shared = Batch.Zeros(problem.Operator.LinearizationComponents, 1);
        problem.Operator.Linearize(at, shared);
        return Vector(y.Length, v => problem.Operator.ApplyJacobian(at, shared, Batch.Of(d), v));
    }

    private static double[] Vector(int length, Action<Batch> fill)
    {
        Batch v = Batch.Zeros(length, 1);
        fill(v);
        return v.Values.ToArray();
    }

    private static bool IsOpen(ExampleNonlinear example) => example.Family.Function is null;

    private static bool IsLinearized(ExampleNonlinear example) => example.Learned.Form == LearnedForm.NewtonKrylov;

    private static (int Unknowns, int Parameters) Sizes(ExampleNonlinear example) => (example.Family.Unknowns.Length, example.Family.ParameterNames.Length);

    /// <summary>mu_i / (mu_i + mu_j) / (2 m) of Chandrasekhar's equation, row by row.</summary>
    private static string Kernel(int m) => SourceText.Numbers(Enumerable.Range(0, m * m).Select(k => ((k / m) + 0.5) / ((k / m) + (k % m) + 1) / (2 * m)), "    ");

    private static string CMain(ExampleNonlinear example)
    {
        (int n, int parameters) = Sizes(example);
        string callbacks = !IsOpen(example) ? string.Empty : IsLinearized(example) ? "chandrasekhar, slope, p, " : "chandrasekhar, p, ";
        string open = !IsOpen(example) ? string.Empty : $$"""
            static const double kernel[] = { {{Kernel(n)}} };
            static double sum(int i, const double *v)
            {
                double w = 0.0;
                for (int j = 0; j < {{n}}; j++)
                {
                    w = fma(kernel[i * {{n}} + j], v[j], w);
                }
                return w;
            }
            static void chandrasekhar(void *context, const double *y, double *f)
            {
                const double c = *(const double *)context;
                for (int i = 0; i < {{n}}; i++)
                {
                    f[i] = y[i] - 1.0 / (1.0 - c * sum(i, y));
                }
            }

            """;
        string slope = !IsOpen(example) || !IsLinearized(example) ? string.Empty : $$"""
            static void slope(void *context, const double *y, const double *v, double *w)
            {
                const double c = *(const double *)context;
                for (int i = 0; i < {{n}}; i++)
                {
                    const double d = 1.0 - c * sum(i, y);
                    w[i] = v[i] - c / (d * d) * sum(i, v);
                }
            }

            """;
        return $$"""

            #include <stdio.h>
            {{open}}{{slope}}int main(void)
            {
                double tolerance, steps, p[{{parameters + 1}}], y[{{n}}], work[example_work];
                while (scanf("%lf %lf", &tolerance, &steps) == 2)
                {
                    for (int i = 0; i < {{parameters}} + {{n}}; i++)
                    {
                        if (scanf("%lf", i < {{parameters}} ? &p[i] : &y[i - {{parameters}}]) != 1)
                        {
                            return 1;
                        }
                    }
                    example_result r = example_solve({{callbacks}}y, p, tolerance, (long)steps, work);
                    printf("%d %ld %ld %.17g", r.status == example_outside ? 4 : r.status, r.steps, r.evaluations, r.residual);
                    for (int i = 0; i < {{n}}; i++)
                    {
                        printf(" %.17g", y[i]);
                    }
                    printf("\n");
                }
                return 0;
            }

            """;
    }

    private static string CSharpMain(ExampleNonlinear example, int number)
    {
        (int n, int parameters) = Sizes(example);
        string callbacks = !IsOpen(example) ? string.Empty : IsLinearized(example) ? "F, Slope, " : "F, ";
        return $$"""
            public static class Program{{number}}
            {
                private static readonly double[] Kernel = { {{(IsOpen(example) ? Kernel(n) : string.Empty)}} };
                private static double _c;

                public static string Run(string input)
                {
                    var output = new System.Text.StringBuilder();
                    foreach (string line in input.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        double[] w = Array.ConvertAll(line.Split(' '), t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture));
                        double[] p = w.AsSpan(2, {{parameters}}).ToArray(), y = w.AsSpan({{2 + parameters}}).ToArray(), work = new double[Example_{{number}}.Work];
                        _c = w[2];
                        Example_{{number}}.Result r = Example_{{number}}.Solve({{callbacks}}y, p, w[0], (int)w[1], work);
                        output.Append(FormattableString.Invariant($"{(int)r.Status} {r.Steps} {r.Evaluations} {Text(r.Residual)}"));
                        foreach (double value in y)
                        {
                            output.Append(' ').Append(Text(value));
                        }

                        output.Append('\n');
                    }

                    return output.ToString();
                }

                public static void F(ReadOnlySpan<double> y, Span<double> f)
                {
                    for (int i = 0; i < f.Length; i++)
                    {
                        f[i] = y[i] - (1 / (1 - (_c * Sum(i, y))));
                    }
                }

                public static void Slope(ReadOnlySpan<double> y, ReadOnlySpan<double> v, Span<double> w)
                {
                    for (int i = 0; i < w.Length; i++)
                    {
                        double d = 1 - (_c * Sum(i, y));
                        w[i] = v[i] - (_c / (d * d) * Sum(i, v));
                    }
                }

                private static double Sum(int i, ReadOnlySpan<double> v)
                {
                    double w = 0;
                    for (int j = 0; j < v.Length; j++)
                    {
                        w = Math.FusedMultiplyAdd(Kernel[(i * v.Length) + j], v[j], w);
                    }

                    return w;
                }

                private static string Text(double value) => double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf" : value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            }
            """;
    }

    private static string PythonMain(ExampleNonlinear example)
    {
        (int n, int parameters) = Sizes(example);
        string kernel = IsOpen(example) ? $"kernel = np.array([{Kernel(n)}]).reshape({n}, {n})" : string.Empty;
        string callbacks = !IsOpen(example) ? string.Empty : "lambda y: y - 1 / (1 - p[0] * (kernel @ y)), "
            + (IsLinearized(example) ? "lambda y, v: v - p[0] / (1 - p[0] * (kernel @ y)) ** 2 * (kernel @ v), " : string.Empty);
        return $$"""


            import sys
            {{kernel}}
            names = ["converged", "step limit", "rate not met", "not finite", "outside"]
            for line in sys.stdin:
                w = [float(t) for t in line.split()]
                p = w[2 : {{2 + parameters}}]
                with np.errstate(all="ignore"):
                    r = example_solve({{callbacks}}np.array(w[{{2 + parameters}} :]), p, w[0], int(w[1]))
                print(names.index(r.status), r.steps, r.evaluations, repr(float(r.residual)), *[repr(float(v)) for v in r.y])

            """;
    }

    private sealed record Case(double[] Parameters, double[] Start, double Tolerance, int Steps);
}
