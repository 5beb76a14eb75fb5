using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Problems.Families;

public class NonlinearFamiliesTests
{
    public static TheoryData<string> Kinds => new(NonlinearFamilies.All.Skip(1).Select(f => f.Kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_long_draw_begins_with_a_short_one_and_streams_decide(string kind)
    {
        NonlinearSystem few = NonlinearFamilies.Create(kind).Draw(3, new RandomStream(4)), many = NonlinearFamilies.Create(kind).Draw(9, new RandomStream(4));
        Assert.Equal(Numbers(few), Numbers(many.Select([0, 1, 2])));
        Assert.NotEqual(Numbers(few), Numbers(NonlinearFamilies.Create(kind).Draw(3, new RandomStream(5))));
        Assert.NotEqual(Numbers(few.Select([0])), Numbers(few.Select([1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonlinearFamilies.Create(kind).Draw(0, new RandomStream(1)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Resolved_settings_make_the_same_family_again(string kind)
    {
        Settings settings = SettingsText.Parse($"kind: {kind}");
        NonlinearFamily family = NonlinearFamilies.Create(settings), again = NonlinearFamilies.Create(settings);
        Assert.Equal(family.Description, again.Description);
        Assert.StartsWith(kind, family.Description, StringComparison.Ordinal);
        Assert.Equal(Numbers(family.Draw(2, new RandomStream(1))), Numbers(again.Draw(2, new RandomStream(1))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_problem_has_a_root_that_Newton_finds_and_a_place_in_the_family(string kind)
    {
        NonlinearFamily family = NonlinearFamilies.Create(kind);
        NonlinearSystem problem = family.Draw(60, new RandomStream(1));
        Assert.True(Solver.Solve(new NewtonMethod(), problem).Converged);
        Batch place = problem.Coordinates!.Value;
        Assert.Equal(family.Coordinates, place.Components);
        Assert.All(place.Values.ToArray(), c => Assert.InRange(c, -1, 1));
        for (int i = 0; i < place.Components; i++)
        {
            Assert.InRange(place.Row(i).ToArray().Average(), -0.35, 0.35);
            Assert.True(place.Row(i).ToArray().Max() > 0.8 && place.Row(i).ToArray().Min() < -0.8);
        }
    }

    [Fact]
    public void Coordinates_go_from_one_end_to_the_other()
    {
        NonlinearFamily family = NonlinearFamilies.Create(SettingsText.Parse(
            "equations: 0 = x - a*b*c|parameters: {a: uniform(1, 3); b: 5; c: normal(2, 0.5)}|initial: {x: 0}"));
        Batch p = Batch.Zeros(3, 4);
        (double A, double C)[] values = [(1, 2), (3, 3.5), (2, 0.5), (2.5, 9)];
        for (int s = 0; s < 4; s++)
        {
            (p[0, s], p[1, s], p[2, s]) = (values[s].A, 5, values[s].C);
        }

        Batch place = family.CoordinatesOf(p);
        Assert.Equal([-1, 1, 0, 0.5], place.Row(0).ToArray());
        Assert.Equal([0, 1, -1, 1], place.Row(1).ToArray());
        Assert.Equal(2, family.Coordinates);
    }

    [Fact]
    public void Ones_own_equations_need_no_program()
    {
        NonlinearFamily family = NonlinearFamilies.Create(SettingsText.Parse(
            "equations: 0 = x^2 + y^2 - r\n0 = x - y|parameters: {r: uniform(1, 2)}|initial: {x: uniform(0.5, 1.5); y: normal(1, 0.1)}"));
        NonlinearSystem problem = family.Draw(50, new RandomStream(2));
        Solution solution = Solver.Solve(new NewtonMethod(), problem, StoppingCriterion.Absolute(1e-13));
        Assert.True(solution.Converged);
        for (int s = 0; s < 50; s++)
        {
            double r = 0.5 * (problem.Coordinates!.Value[0, s] + 3);
            Assert.Equal(Math.Sqrt(r / 2), Math.Abs(solution.Iterate[0, s]), 1e-12);
        }

        Assert.Equal("own equations: 2 unknowns; r ~ uniform(1, 2); start x ~ uniform(0.5, 1.5), y ~ normal(1, 0.1).", family.Description);
    }

    [Fact]
    public void Descriptions_name_equal_components_once() =>
        Assert.Equal(
            "chandrasekhar: 10 unknowns; c = 0.875; start H[1]..H[10] ~ normal(1, 0.4472135954999579).", NonlinearFamilies.Create("chandrasekhar").Description);

    [Fact]
    public void The_H_function_has_its_known_mean()
    {
        // Continuous: (c/2) int H = 1 - sqrt(1 - c); the midpoint rule with 200 nodes is close to it.
        Settings settings = SettingsText.Parse("kind: chandrasekhar|m: 200|parameters: {c: 0.5}");
        NonlinearSystem problem = NonlinearFamilies.Create(settings).Draw(1, new RandomStream(1));
        Solution solution = Solver.Solve(new NewtonKrylov(), problem, StoppingCriterion.Relative(1e-12));
        Assert.True(solution.Converged);
        Assert.Equal(1 - Math.Sqrt(0.5), 0.25 * solution.Iterate.Values.ToArray().Average(), 1e-3);
    }

    [Fact]
    public void Bratus_problem_has_its_known_solution()
    {
        // u = -2 ln(cosh((x - 1/2) t/2) / cosh(t/4)) with t = sqrt(2 lambda) cosh(t/4); second order in h.
        double[] errors = [.. new[] { 15, 31, 63 }.Select(m =>
        {
            Settings settings = SettingsText.Parse($"kind: bratu-1d|grid: {m}|parameters: {{lambda: 2}}");
            Solution solution = Solver.Solve(new NewtonMethod(), NonlinearFamilies.Create(settings).Draw(1, new RandomStream(1)), StoppingCriterion.Relative(1e-11));
            double t = 2;
            for (int k = 0; k < 200; k++)
            {
                t = Math.Sqrt(4) * Math.Cosh(t / 4);
            }

            return Enumerable.Range(0, m).Max(i => Math.Abs(solution.Iterate[i, 0] + (2 * Math.Log(Math.Cosh((((i + 1.0) / (m + 1)) - 0.5) * t / 2) / Math.Cosh(t / 4)))));
        })];
        Assert.InRange(errors[0] / errors[1], 3.8, 4.2);
        Assert.InRange(errors[1] / errors[2], 3.8, 4.2);
        Assert.InRange(errors[1], 0, 1e-3);
    }

    [Theory]
    [InlineData("kind: bratu", "'family.kind' is 'bratu'; expected one of equations, chandrasekhar, bratu-1d, bratu-2d, burgers, reactor")]
    [InlineData("m: 3", "test: 'family.kind' is missing")]
    [InlineData("kind: chandrasekhar|m: 0", "test:2:1: 'family.m' is 0; expected an integer from 1 to 2000")]
    [InlineData("kind: bratu-1d|m: 5", "test:2:1: unknown key 'family.m'; known keys are equations, grid, initial, kind, parameters")]
    [InlineData("kind: reactor|parameters: {dA: 1}", "test:2:1: unknown key 'family.parameters.dA' (did you mean 'da'?); known keys are da, b, beta, gamma")]
    [InlineData("kind: burgers|initial: {v: 1}", "test:2:1: unknown key 'family.initial.v'")]
    [InlineData("kind: burgers|equations: 0 = 1", "test:2:1: unknown key 'family.equations'; 'burgers' has equations of its own")]
    [InlineData("kind: burgers|parameters: {nu: uniform(2, 1)}", "test:2:1: 'family.parameters.nu': 'uniform(2, 1)' is not a distribution")]
    [InlineData("equations: 0 = x - k|initial: {x: 1}", "test:1:1: 'family.equations' line 1, column 9: unknown name 'k'")]
    [InlineData("equations: 0 = x - y|initial: {x: 1; y: 2}", "test:1:1: 'family.equations' has 1 equation 0 = ..., 'family.initial' names 2 unknowns: x, y")]
    [InlineData("equations: 0 = x\n0 = x - 1|initial: {x: 1}", "test:1:1: 'family.equations' has 2 equations 0 = ..., 'family.initial' names 1 unknown: x")]
    [InlineData("equations: 0 = x", "'family.initial' is empty; it names the unknowns")]
    [InlineData("equations: dx = x|initial: {x: 1}", "found no equation of the form 0 = ...")]
    [InlineData("equations: 0 = x - a|initial: {x: 1; a: 1}|parameters: {a: 2}", "the name 'a' is used twice")]
    [InlineData("equations: 0 = x|initial: {x: 1}|horizon: 3", "test:3:1: unknown key 'family.horizon'")]
    public void Faults_are_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => NonlinearFamilies.Create(SettingsText.Parse(text))).Message, StringComparison.Ordinal);

    private static double[] Numbers(NonlinearSystem problem)
    {
        Batch f = Batch.Zeros(problem.Components, problem.Instances), probe = Batch.Zeros(problem.Components, problem.Instances);
        probe.Values.Fill(0.3);
        problem.Residual(probe, f);
        return [.. problem.InitialIterate!.Value.Values, .. f.Values, .. problem.Coordinates!.Value.Values];
    }
}
