using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RungeKutta;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Deployment;

public class IntegratorExportTests
{
    private const string Driven = "dx = y\ndy = mu*sin(t)/(1 + x^2) - tanh(y) - x + 0.1*exp(-t)";

    // The step count decides whether the learned method (100 steps) or its parent (20 steps) runs.
    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary()
    {
        const string main = """

            #include <stdio.h>
            #include <stdlib.h>
            int main(int count, char **words)
            {
                static double trajectory[2 * 1001];
                double y[2] = { atof(words[1]), atof(words[2]) }, p[1] = { atof(words[3]) };
                long steps = count > 4 ? atol(words[4]) : 1;
                int learned = example_integrate(y, p, 0.0, 10.0, steps, trajectory);
                printf("%d\n", learned);
                for (long i = 0; i < 2 * (steps + 1); i++)
                {
                    printf("%.17g\n", trajectory[i]);
                }
                return 0;
            }
            """;
        InTemporaryFolder(folder => ForAll((model, name, check) =>
        {
            File.WriteAllText(Path.Combine(folder, name + ".c"), IntegratorSource.C.Write(LearnedIntegrator.Of(model), "example") + main);
            Run("gcc", $"-Wall -Wextra -Werror -std=c99 -O2 {name}.c -o {name} -lm", folder);
            check(arguments => Run(Path.Combine(folder, name), arguments, folder));
        }));
    }

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary()
    {
        const string main = """


            import sys
            x, y, mu, steps = sys.argv[1:]
            trajectory, learned = example_integrate([float(x), float(y)], [float(mu)], 0.0, 10.0, int(steps))
            print(int(learned))
            for state in trajectory:
                for value in state:
                    print(repr(float(value)))

            """;
        InTemporaryFolder(folder => ForAll((model, name, check) =>
        {
            File.WriteAllText(Path.Combine(folder, name + ".py"), IntegratorSource.Python.Write(LearnedIntegrator.Of(model), "example") + main);
            check(arguments => Run("/usr/bin/python3", $"{name}.py {arguments}", folder));
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void CSharpHasTheSameTables(int memory)
    {
        LearnedIntegrator integrator = LearnedIntegrator.Of(ExampleIntegrators.Create(memory));
        string source = IntegratorSource.CSharp.Write(integrator, "my example");
        Assert.Contains("public static class My_example", source);
        Assert.Contains("Step(NextA, NextC, 4, " + memory, source);
        foreach (double a in integrator.Coefficients.Rows.SelectMany(r => r))
        {
            Assert.Contains(a.ToString("R", CultureInfo.InvariantCulture), source);
        }

        Assert.Contains("    static void RightHandSide(ReadOnlySpan<double> y, ReadOnlySpan<double> p, double t, Span<double> dy)", source);
        Assert.Equal(source.Count(c => c == '{'), source.Count(c => c == '}'));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void JsonIsAButcherTableau(int memory)
    {
        LearnedIntegrator integrator = LearnedIntegrator.Of(ExampleIntegrators.Create(memory));
        JsonObject json = JsonNode.Parse(IntegratorSource.Json.Write(integrator, "example"))!.AsObject();
        double[] b = ResultNumbers.ToDoubles(json["b"]), v = ResultNumbers.ToDoubles(json["v"]);
        Assert.Equal(4, b.Length);
        Assert.Equal(memory, v.Length);
        Assert.Equal(1, b.Sum() + v.Sum(), 1e-12);
        Assert.Equal([0, 1, 2, 3], json["A"]!.AsArray().Select(row => row!.AsArray().Count));
        Assert.Equal([0.05, 0.2], ResultNumbers.ToDoubles(json["validStepSizes"]));
        Assert.Equal("RK4", (string?)json["parent"]!["method"]);
        Assert.Equal([1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6], ResultNumbers.ToDoubles(json["parent"]!["b"]));
        Assert.Equal(memory > 0, json.ContainsKey("firstStep"));
    }

    [Fact]
    public void OutsideItsRangesTheParentIsUsed()
    {
        LearnedIntegrator integrator = LearnedIntegrator.Of(ExampleIntegrators.Create(2));
        Assert.Null(integrator.ReasonToFallBack(0.1, [1.5]));
        Assert.Contains("the step size 0.3 lies outside [0.05, 0.2]", integrator.ReasonToFallBack(0.3, [1.5]));
        Assert.Contains("the parameter mu = 2.5 lies outside [1, 2]", integrator.ReasonToFallBack(0.1, [2.5]));
        Assert.Same(integrator.Parent, integrator.MethodFor(0.3));
    }

    private static void ForAll(Action<Model, string, Action<Func<string, string>>> test)
    {
        foreach ((int memory, string equations) in new[] { (0, ExampleIntegrators.VanDerPol), (3, ExampleIntegrators.VanDerPol), (2, Driven) })
        {
            Model model = ExampleIntegrators.Create(memory, equations);
            test(model, $"m{memory}", run =>
            {
                foreach ((double mu, int steps, bool learned) in new[] { (1.5, 100, true), (1.1, 20, false), (2.5, 100, false) })
                {
                    Compare(LearnedIntegrator.Of(model), mu, steps, learned, equations == Driven ? 1e-13 : 0,
                        run(string.Create(CultureInfo.InvariantCulture, $"1.25 -0.5 {mu} {steps}")));
                }
            });
        }
    }

    private static void Compare(LearnedIntegrator integrator, double mu, int steps, bool learned, double tolerance, string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(learned ? "1" : "0", lines[0]);
        InitialValueProblem problem = new(integrator.Family.Function, Batch.Of([1.25, -0.5]), Batch.Of([mu]), 10);
        Trajectories run = (learned ? integrator.Method : integrator.Parent).Integrate(problem, steps, new() { Checkpoints = steps });
        Assert.Equal(2 * (steps + 1), lines.Length - 1);
        for (int c = 0; c < steps; c++)
        {
            for (int i = 0; i < 2; i++)
            {
                double other = double.Parse(lines[1 + (2 * (c + 1)) + i], CultureInfo.InvariantCulture);
                Assert.Equal(run[c, i, 0], other, tolerance * Math.Max(1, Math.Abs(other)));
            }
        }
    }

    private static void InTemporaryFolder(Action<string> action)
    {
        string folder = Directory.CreateTempSubdirectory("unrolled").FullName;
        try
        {
            action(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string program, string arguments, string folder)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Result;
    }
}
