using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Tests.Deployment;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Cli;

public sealed class NonlinearCommandTests : CommandTest
{
    private const string Experiment = """
        # A small one
        family: { kind: chandrasekhar, parameters: { c: uniform(0.5, 0.95) } }
        method: nonlinear-solver
        nonlinear-solver: { form: direct, inner-evaluations: 4, degree: 4, unrolled-steps: 1, power: 2 }
        training: { seed: 1, instances: 96, validation: 64, rounds: 8, starts: 2, checkpoint-seconds: 0 }
        comparison: { evaluations: [4, 6, 12], instances: 200, tolerance: 1e-8 }
        acceptance: { worst-below-best-classical: 2, median-below-best-classical: 0.1, at-evaluations: 4 }
        """;

    private const string Own = """
        family:
          equations: |
            0 = x + a*y^2 - 1
            0 = y - 0.5*cos(x)
          parameters: { a: uniform(0.1, 0.4) }
          initial: { x: uniform(0, 1), y: uniform(0, 1) }
        method: nonlinear-solver
        nonlinear-solver: { inner-evaluations: 2 }
        training: { instances: 32, validation: 32, rounds: 6, starts: 2, checkpoint-seconds: 0 }
        comparison: { evaluations: [2, 4], instances: 50 }
        """;

    public NonlinearCommandTests()
    {
        File.WriteAllText(At("e.yaml"), Experiment);
        File.WriteAllText(At("own.yaml"), Own);
    }

    [Fact]
    public void LearnCompareShowAndSolve()
    {
        (int code, string output, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--json");
        Assert.True(code == 0, error + output);
        JsonNode learned = JsonNode.Parse(output)!;
        Assert.Equal("nonlinear-solver", (string?)learned["method"]);
        Assert.Equal(2, learned["acceptance"]!.AsArray().Count);
        Assert.Contains("within 4 evaluations at least 2 times below", (string?)learned["acceptance"]![0]!["criterion"]);
        Model model = ModelFile.Read(At("run/model.json"));
        Assert.Equal([new ValidRange("c", 0.5, 0.95)], model.ValidRanges);
        Assert.Equal(5, model.Certificates.Count);
        Assert.All(model.Certificates, c => Assert.True(c.Holds, c.Claim));
        Assert.InRange(model.Certificates[0].Value, 1e-12, 0.5);
        string report = File.ReadAllText(At("run/report.html"));
        Assert.All(new[] { "Median over the problems", "Worst case over the problems", "The weights", "Training", "Use Anderson", "against the parameter" }, s => Assert.Contains(s, report));

        JsonNode compared = Json("compare", At("run"), "--json");
        JsonArray rows = compared["rows"]!.AsArray();
        foreach (string name in new[] { "Newton-GMRES(3)", "Newton-GMRES(10)", "Anderson(1)", "Anderson(2)", "Anderson(3)", "Anderson(5)", "Broyden(20)", "fixed point" })
        {
            Assert.All(new[] { 4, 6, 12 }, b => Assert.Contains(rows, r => (string?)r!["method"] == $"{name} within {b}"));
            Assert.Contains(rows, r => (string?)r!["method"] == $"{name} to 1e-8");
        }

        Assert.Equal(["R2N2(4) within 4"], rows.Where(r => (string?)r!["kind"] == "learned" && ((string)r["method"]!).EndsWith("within 4", StringComparison.Ordinal)).Select(r => (string?)r!["method"]));
        Assert.Contains(rows, r => (string?)r!["method"] == "R2N2(4)+Anderson(4) within 6");
        Assert.Contains(rows, r => (string?)r!["method"] == "Newton within 12");
        Assert.DoesNotContain(rows, r => (string?)r!["method"] == "Newton within 6");
        Assert.Contains("Newton (a step has 11 evaluations)", compared["notes"]!.ToJsonString());
        Assert.All(rows.Where(r => ((string)r!["method"]!).EndsWith("within 6", StringComparison.Ordinal)), r => Assert.InRange((double)r!["cost"]!, 1, 6));
        JsonNode safeguarded = rows.Single(r => (string?)r!["method"] == "R2N2(4) safeguarded to 1e-8")!;
        Assert.Equal(200, (int)safeguarded["converged"]!);
        Assert.Contains("fell back to Newton's method on", string.Join('\n', compared["notes"]!.AsArray().Select(n => (string?)n)));
        JsonArray other = Json("compare", At("run"), "--evaluations", "8", "--tolerance", "1e-4", "--instances", "20", "--seed", "9", "--json")["rows"]!.AsArray();
        Assert.Contains(other, r => (string?)r!["method"] == "Broyden(20) within 8");
        Assert.Contains(other, r => (string?)r!["method"] == "Broyden(20) to 1e-4");

        Assert.Contains("certificate", Run("show", At("run")).Out);
        JsonNode solved = Json("solve", At("run"), "--parameters", "c=0.7", "--output", At("x.csv"), "--json");
        Assert.Equal(("learned", true), ((string?)solved["kind"], (bool)solved["converged"]!));
        Assert.InRange((double)solved["residual"]!, 0, 1e-10);
        Assert.Equal(0, (int)solved["counts"]!["fallbacks"]!);
        Assert.Equal(10, solved["rows"]!.AsArray().Count);
        string[] csv = File.ReadAllLines(At("x.csv"));
        Assert.Equal("unknown,value", csv[0]);
        Assert.StartsWith("H[10],", csv[10]);
        JsonNode again = Json("solve", At("run"), "--parameters", "c=0.7", "--initial", At("x.csv"), "--json");
        Assert.Equal(0, (int)again["counts"]!["steps"]!);
        Assert.Equal(0, Run("solve", At("run"), "--initial", "H=0.5", "--tolerance", "1e-6").Code);
        JsonNode outside = Json("solve", At("run"), "--parameters", "c=0.99", "--json");
        Assert.Equal(("classical", "Newton"), ((string?)outside["kind"], (string?)outside["method"]));
        Assert.Contains("c = 0.99 lies outside [0.5, 0.95]", outside["notes"]!.ToJsonString());
        Assert.Equal(["c"], outside["outside"]!.AsArray().Select(o => (string?)o!["quantity"]));
        Assert.Empty(solved["outside"]!.AsArray());
    }

    [Fact]
    public void OwnEquationsWithMixingAndTheOtherForm()
    {
        Assert.Equal(0, Run("learn", At("own.yaml"), "--out", At("mixed"), "--set", "nonlinear-solver.secant-pairs=3", "--quiet").Code);
        JsonNode compared = Json("compare", At("mixed"), "--json");
        Assert.Equal("R2N2(2)+Anderson(3) within 2", (string?)compared["rows"]![0]!["method"]);
        Assert.Contains(compared["rows"]!.AsArray(), r => (string?)r!["method"] == "R2N2(2) within 4");
        JsonNode solved = Json("solve", At("mixed"), "--parameters", "a=0.2", "--initial", "x=0.5,y=0.5", "--json");
        Assert.True((bool)solved["converged"]!);
        (int code, _, string error) = Run("learn", At("own.yaml"), "--out", At("newton"), "--set", "nonlinear-solver.form=newton-krylov", "--set", "nonlinear-solver.degree=1");
        Assert.True(code == 0, error);
        JsonArray rows = Json("compare", At("newton"), "--json")["rows"]!.AsArray();
        Assert.Equal("R2N2-NK(2) within 2", (string?)rows[0]!["method"]);
        Assert.DoesNotContain(rows, r => ((string)r!["method"]!).Contains("+Anderson", StringComparison.Ordinal));
    }

    /// <summary>A learned model in every format; the program answers as <c>solve</c> does.</summary>
    [FactIfAvailable("gcc")]
    public void AModelFromLearningToAProgram()
    {
        Assert.Equal(0, Run("learn", At("own.yaml"), "--out", At("run"), "--set", "nonlinear-solver.degree=1", "--quiet").Code);
        foreach (string format in new[] { "c", "csharp", "python", "json" })
        {
            (int code, string output, string error) = Run("export", At("run"), "--to", format, "--output", At("my-solver." + format));
            Assert.True(code == 0, error);
            Assert.Contains("R2N2(2) for", output);
        }

        File.AppendAllText(At("my-solver.c"), """

            #include <stdio.h>
            int main(void)
            {
                double y[my_solver_unknowns] = { 0.5, 0.5 }, work[my_solver_work];
                const double p[my_solver_parameters] = { 0.2 };
                const my_solver_result r = my_solver_solve(y, p, 1e-10, 100, work);
                printf("%d %ld %ld %.17g %.17g %.17g\n", r.status, r.steps, r.evaluations, r.residual, y[0], y[1]);
                return r.status;
            }
            """);
        ExternalProgram.Run("gcc", "-Wall -Wextra -Werror -std=c99 -O2 my-solver.c -o my-solver -lm", Folder);
        ExportedSolve found = ExportedSolve.ParseAll(ExternalProgram.Run(At("my-solver"), string.Empty, Folder))[0];
        JsonNode solved = Json("solve", At("run"), "--parameters", "a=0.2", "--initial", "x=0.5,y=0.5", "--output", At("x.csv"), "--json");
        double[] x = [.. File.ReadLines(At("x.csv")).Skip(1).Select(l => double.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        ExportedSolve expected = new(0, (int)solved["counts"]!["steps"]!, (int)solved["counts"]!["evaluations"]!, (double)solved["residual"]!, x);
        Assert.Null(expected.Difference(found, 1e-15));
    }

    [Fact]
    public void ACriterionThatIsNotMetIsExitCodeTwo() =>
        Assert.Equal(2, Run("learn", At("e.yaml"), "--out", At("run"), "--set", "acceptance.worst-below-best-classical=1e9", "--set", "training.rounds=1").Code);

    [Fact]
    public void AnInterruptedTrainingGoesOnWithTheSameBits() => ResumesWithTheSameBits();

    [Theory]
    [InlineData("nonlinear-solver.form=newton", "'nonlinear-solver.form' is 'newton'; expected one of direct, newton-krylov")]
    [InlineData("nonlinear-solver.inner-evaluations=0", "'nonlinear-solver.inner-evaluations' is 0; expected an integer from 1")]
    [InlineData("nonlinear-solver.degre=2", "unknown key 'nonlinear-solver.degre' (did you mean 'degree'?)")]
    [InlineData("nonlinear-solver.rate=1", "'nonlinear-solver.rate' is '1'; expected a number from")]
    [InlineData("nonlinear-solver.power=-1", "'nonlinear-solver.power' is '-1'")]
    [InlineData("family.parameters.c=0.875", "'nonlinear-solver.degree' needs a parameter that varies")]
    [InlineData("family.parameters.d=1", "unknown key 'family.parameters.d'")]
    [InlineData("training.instances=4", "'training.instances' is 4, which gives 40 numbers to fit 50 coefficients to")]
    [InlineData("training.starts=99", "'training.starts' is 99; expected an integer from 1 to 20")]
    [InlineData("training.secnds=5", "unknown key 'training.secnds' (did you mean 'seconds'?)")]
    [InlineData("training.seed=-1", "'training.seed' is '-1'")]
    [InlineData("comparison.evaluations=[4, x]", "'comparison.evaluations' holds 'x'; expected integers from 1")]
    [InlineData("comparison.evaluations=[2, 3]", "'comparison.evaluations' allows the learned method no step; one has 4 evaluations")]
    [InlineData("comparison.tolerance=0", "'comparison.tolerance' is '0'")]
    [InlineData("acceptance.at-evaluations=5", "'acceptance.at-evaluations' is 5; expected one of 'comparison.evaluations': 4, 6, 12")]
    public void AWrongExperimentIsOneLine(string assignment, string expected) => RefusesInOneLine(assignment, expected);

    [Theory]
    [InlineData("form: direct,", "form: newton-krylov, secant-pairs: 2,", "'nonlinear-solver.secant-pairs' belongs to the form direct")]
    [InlineData("unrolled-steps: 1,", "form: newton-krylov, unrolled-steps: 2,", "'nonlinear-solver.unrolled-steps' is trained one step at a time")]
    [InlineData("worst-below-best-classical: 2, median-below-best-classical: 0.1, ", "", "'acceptance.at-evaluations' says where to judge; what is asked for is missing")]
    public void KeysThatDoNotFitTogetherAreOneLine(string old, string replacement, string expected)
    {
        string text = replacement.Contains("unrolled", StringComparison.Ordinal) ? Experiment.Replace("form: direct, ", string.Empty, StringComparison.Ordinal) : Experiment;
        File.WriteAllText(At("e.yaml"), text.Replace(old, replacement, StringComparison.Ordinal));
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"));
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Contains("e.yaml:", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void WrongUseIsOneLine()
    {
        Assert.Equal(0, Run("learn", At("own.yaml"), "--out", At("run"), "--quiet").Code);
        File.WriteAllText(At("bad.csv"), "x,1\nz,2\n");
        File.WriteAllText(At("short.csv"), "1\n");
        foreach ((string line, string expected) in new[]
        {
            ("solve {0} --parameters b=1", "--parameters holds 'b=1'; expected NAME=NUMBER for a, separated by commas"),
            ("solve {0} --initial x=1,x=2", "--initial holds 'x=2'; expected NAME=NUMBER for x, y"),
            ("solve {0} --initial {1}/none.csv", "none.csv: there is no such file"),
            ("solve {0} --initial {1}/bad.csv", "bad.csv:2:1: holds 'z,2'"),
            ("solve {0} --initial {1}/short.csv", "short.csv: says nothing about y"),
            ("solve {0} --tolerance 0", "is '0'; expected a number from"),
            ("compare {0} --evaluations 3,", "--evaluations holds ''; expected integers from 1"),
            ("export {0} --to fortran --output x", "--to is 'fortran'; expected one of c, csharp, python, json"),
        })
        {
            (int code, _, string error) = Run([.. line.Split(' ').Select(w => w.Replace("{0}", At("run"), StringComparison.Ordinal).Replace("{1}", Folder, StringComparison.Ordinal))]);
            Assert.Equal(1, code);
            Assert.Contains(expected, error);
            Assert.Equal(1, error.Count(c => c == '\n'));
        }
    }
}
