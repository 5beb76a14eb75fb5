using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RungeKutta;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Deployment.Integrators;

/// <summary>Exported code is compiled and run, and must give the trajectories of the library.</summary>
public class IntegratorExportTests
{
    private const string Driven = "dx = y\ndy = mu*sin(t)/(1 + x^2) - tanh(y) - x + 0.1*exp(-t)";

    private delegate bool Integrate(Span<double> y, ReadOnlySpan<double> p, double t0, double horizon, int steps, Span<double> trajectory);

    private delegate ExportedRun Runner(double mu, int steps);

    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary()
    {
        const string main = """

            #include <stdio.h>
            #include <stdlib.h>
            int main(int count, char **words)
            {
                static double trajectory[2 * 1001];
                double y[2] = { 1.25, -0.5 }, p[1] = { atof(words[1]) };
                long steps = count > 2 ? atol(words[2]) : 1;
                int learned = example_integrate(y, p, 0.0, 10.0, steps, trajectory);
                printf("%d\n%.17g\n%.17g\n", learned, y[0], y[1]);
                for (long i = 0; i < 2 * (steps + 1); i++)
                {
                    printf("%.17g\n", trajectory[i]);
                }
                return 0;
            }
            """;
        ExternalProgram.InTemporaryFolder(folder =>
        {
            foreach ((Model model, int i) in Representatives().Select((m, i) => (m, i)))
            {
                File.WriteAllText(Path.Combine(folder, $"m{i}.c"), IntegratorSource.C.Write(LearnedIntegrator.Of(model), "example") + main);
                ExternalProgram.Run("gcc", $"-Wall -Wextra -Werror -std=c99 -O2 m{i}.c -o m{i} -lm", folder);
                Check(model, (mu, steps) => ExportedRun.Parse(ExternalProgram.Run(Path.Combine(folder, $"m{i}"), FormattableString.Invariant($"{mu} {steps}"), folder)));
            }
        });
    }

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary()
    {
        const string main = """


            import sys
            mu, steps = sys.argv[1:]
            y = [1.25, -0.5]
            try:
                trajectory, learned = example_integrate(y, [float(mu)], 0.0, 10.0, int(steps))
                y = trajectory[-1]
            except ValueError:
                trajectory, learned = [[0.0, 0.0]], -1
            print(int(learned))
            for state in [y] + trajectory:
                for value in state:
                    print(repr(float(value)))

            """;
        ExternalProgram.InTemporaryFolder(folder =>
        {
            foreach ((Model model, int i) in Representatives().Select((m, i) => (m, i)))
            {
                File.WriteAllText(Path.Combine(folder, $"m{i}.py"), IntegratorSource.Python.Write(LearnedIntegrator.Of(model), "example") + main);
                Check(model, (mu, steps) => ExportedRun.Parse(ExternalProgram.Run("/usr/bin/python3", FormattableString.Invariant($"m{i}.py {mu} {steps}"), folder)));
            }
        });
    }

    [Fact]
    public void CSharpReproducesTheLibrary()
    {
        foreach (Model model in All())
        {
            using CompiledSource compiled = new(IntegratorSource.CSharp.Write(LearnedIntegrator.Of(model), "my example"));
            Integrate integrate = compiled.Method<Integrate>("My_example", "Integrate");
            Check(model, (mu, steps) =>
            {
                double[] y = [1.25, -0.5], trajectory = new double[2 * (steps + 1)];
                try
                {
                    return new(integrate(y, [mu], 0, 10, steps, trajectory) ? 1 : 0, y, trajectory);
                }
                catch (ArgumentOutOfRangeException)
                {
                    return new(-1, y, trajectory);
                }
            });
        }
    }

    [Fact]
    public void JsonReproducesTheLibrary()
    {
        foreach (Model model in All())
        {
            LearnedIntegrator integrator = LearnedIntegrator.Of(model);
            var json = new JsonIntegrator(IntegratorSource.Json.Write(integrator, "example"), integrator.Family.Function);
            Check(model, (mu, steps) => json.Integrate([1.25, -0.5], [mu], 10, steps));
        }
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

    /// <summary>One of every kind.</summary>
    private static Model[] Representatives() =>
    [
        ExampleIntegrators.Create(0),
        ExampleIntegrators.Create(3),
        ExampleIntegrators.Create(2, Driven),
        ExampleIntegrators.Multistep(4, ExampleIntegrators.Forced),
        ExampleIntegrators.Multistep(7, ExampleIntegrators.Forced),
        ExampleIntegrators.StepConditioned(Tableaus.RungeKutta4, [1, 2, 3], equations: ExampleIntegrators.Forced),
        ExampleIntegrators.StepConditioned(Tableaus.Kutta3, [2]),
        ExampleIntegrators.Scaled(Tableaus.Kutta3, [0, 1, 2], ExampleIntegrators.Forced),
    ];

    /// <summary>Also every number of steps, and tableaus whose last stage can be left out, with corrections that keep that or not.</summary>
    private static Model[] All() =>
    [
        .. Representatives(),
        ExampleIntegrators.Create(0, ExampleIntegrators.Forced),
        ExampleIntegrators.Create(4, ExampleIntegrators.Forced),
        .. Enumerable.Range(1, LearnedMultistep.LargestSteps).Select(k => ExampleIntegrators.Multistep(k, ExampleIntegrators.Forced)),
        ExampleIntegrators.StepConditioned(Tableaus.BogackiShampine, [1], equations: ExampleIntegrators.Forced),
        ExampleIntegrators.StepConditioned(Tableaus.BogackiShampine, [0, 2], sparse: true, ExampleIntegrators.Forced),
        ExampleIntegrators.StepConditioned(Tableaus.DormandPrince, [4, 1], equations: ExampleIntegrators.Forced),
    ];

    /// <summary>Compares at step sizes and parameters inside and outside the ranges, and at too few steps.</summary>
    private static void Check(Model model, Runner run)
    {
        LearnedIntegrator integrator = LearnedIntegrator.Of(model);
        bool exact = model.Family.Text("equations") != Driven && !integrator.Coefficients.Scale.DependsOnParameters; // powers are those of the language
        int outside = integrator.Method is FixedStepMultistep ? 400 : 20;
        foreach ((double mu, int steps, int learned) in new[] { (1.5, 100, 1), (1.25, 73, 1), (1.1, outside, 0), (2.5, 100, 0) })
        {
            Assert.Equal(learned == 1, integrator.ReasonToFallBack(10.0 / steps, [mu]) is null);
            ExportedRun found = run(mu, steps);
            Assert.Equal(learned, found.Learned);
            Assert.Equal(2 * (steps + 1), found.Trajectory.Length);
            Assert.Equal(found.Trajectory[^2..], found.End);
            InitialValueProblem problem = new(integrator.Family.Function, Batch.Of([1.25, -0.5]), Batch.Of([mu]), 10);
            Trajectories expected = (learned == 1 ? integrator.Method : integrator.Parent).Integrate(problem, steps, new() { Checkpoints = steps });
            Assert.True(expected.Completed);
            for (int i = 0; i < 2 * steps; i++)
            {
                double mine = expected[i / 2, i % 2, 0], other = found.Trajectory[i + 2];
                Assert.True(exact ? BitConverter.DoubleToInt64Bits(mine) == BitConverter.DoubleToInt64Bits(other) : Math.Abs(mine - other) <= 1e-13 * Math.Max(1, Math.Abs(mine)),
                    FormattableString.Invariant($"{integrator.Method.Name} with {steps} steps: {mine:R} in the library, {other:R} in the exported code after {(i / 2) + 1} steps"));
            }
        }

        ExportedRun refused = run(1.5, integrator.Method.LeastSteps - 1);
        Assert.Equal(-1, refused.Learned);
        Assert.Equal([1.25, -0.5], refused.End);
        Assert.All(refused.Trajectory, value => Assert.Equal(0, value));
    }
}
