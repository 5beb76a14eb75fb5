using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Problems.Families;

public class OdeFamiliesTests
{
    public static TheoryData<string> Kinds => new(OdeFamilies.All.Skip(1).Select(f => f.Kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_long_draw_begins_with_a_short_one_and_streams_decide(string kind)
    {
        InitialValueProblem few = OdeFamilies.Create(kind).Draw(3, new RandomStream(4)), many = OdeFamilies.Create(kind).Draw(9, new RandomStream(4));
        InitialValueProblem cut = many.Select([0, 1, 2]);
        Assert.Equal(few.InitialValues.Values.ToArray(), cut.InitialValues.Values.ToArray());
        Assert.Equal(few.Parameters.Values.ToArray(), cut.Parameters.Values.ToArray());
        Assert.NotEqual(few.InitialValues.Values.ToArray(), OdeFamilies.Create(kind).Draw(3, new RandomStream(5)).InitialValues.Values.ToArray());
        Assert.NotEqual(many.InitialValues.Row(0)[0], many.InitialValues.Row(0)[1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Resolved_settings_make_the_same_family_again(string kind)
    {
        Settings settings = SettingsText.Parse($"kind: {kind}");
        OdeFamily family = OdeFamilies.Create(settings), again = OdeFamilies.Create(settings);
        Assert.Equal(family.Description, again.Description);
        Assert.Contains(family.Name, family.Description, StringComparison.Ordinal);
        Assert.True(settings.Section("parameters").Entries.Count == family.Parameters.Count);
        Assert.Equal(family.Draw(2, new RandomStream(1)).Parameters.Values.ToArray(), again.Draw(2, new RandomStream(1)).Parameters.Values.ToArray());
    }

    [Fact]
    public void Ones_own_equations_need_no_program()
    {
        OdeFamily family = OdeFamilies.Create(SettingsText.Parse(
            "equations: dx = y\ndy = mu*(1 - x^2)*y - x|parameters: {mu: uniform(1, 2)}|initial: {x: uniform(-2, 2); y: normal(0, 0.5)}|horizon: 10"));
        InitialValueProblem problem = family.Draw(200, new RandomStream(2));
        Assert.Equal((2, 200, 10.0), (problem.Components, problem.Instances, problem.Horizon));
        Assert.All(problem.Parameters.Values.ToArray(), mu => Assert.InRange(mu, 1, 2));
        Assert.All(problem.InitialValues.Row(0).ToArray(), x => Assert.InRange(x, -2, 2));
        Assert.InRange(problem.InitialValues.Row(1).ToArray().Average(), -0.15, 0.15);
        Assert.Equal("own equations: mu ~ uniform(1, 2); initial x ~ uniform(-2, 2), y ~ normal(0, 0.5); horizon 10.", family.Description);
    }

    [Fact]
    public void Indexed_names_share_a_distribution_or_have_their_own()
    {
        OdeFamily family = OdeFamilies.Create(SettingsText.Parse(
            "equations: dH[i] = -m[i]*H[i] for i = 1..3|parameters: {m[3]: uniform(1, 2)}|initial: {H: 1; H[2]: uniform(4, 5)}|horizon: 1"));
        InitialValueProblem problem = family.Draw(5, new RandomStream(2));
        Assert.Equal((3, 3), (problem.Components, problem.Parameters.Components));
        Assert.All(problem.InitialValues.Row(0).ToArray(), x => Assert.Equal(1, x));
        Assert.All(problem.InitialValues.Row(1).ToArray(), x => Assert.InRange(x, 4, 5));
        Assert.All(problem.InitialValues.Row(2).ToArray(), x => Assert.Equal(1, x));
        Assert.NotEqual(problem.Parameters[0, 0], problem.Parameters[1, 0]);
    }

    [Fact]
    public void Distributions_of_a_named_family_can_be_overridden()
    {
        OdeFamily family = OdeFamilies.Create(SettingsText.Parse("kind: van-der-pol|parameters: {mu: uniform(2, 3)}|horizon: 40"));
        Assert.Equal(40, family.Horizon);
        Assert.All(family.Draw(50, new RandomStream(1)).Parameters.Values.ToArray(), mu => Assert.InRange(mu, 2, 3));
    }

    [Theory]
    [InlineData("kind: van-der-poll", "'family.kind' is 'van-der-poll'; expected one of equations, linear, square, van-der-pol, van-der-pol-box, lotka-volterra, pendulum, fitzhugh-nagumo, rigid-body, brusselator, lorenz, kepler (did you mean 'van-der-pol'?)")]
    [InlineData("horizon: 1", "test: 'family.kind' is missing")]
    [InlineData("kind: pendulum|horizn: 1", "test:2:1: unknown key 'family.horizn' (did you mean 'horizon'?); known keys are equations, horizon, initial, kind, parameters")]
    [InlineData("kind: pendulum|equations: dx = 1", "test:2:1: unknown key 'family.equations'; 'pendulum' has equations of its own")]
    [InlineData("kind: pendulum|parameters: {w: 1}", "test:2:1: unknown key 'family.parameters.w' (did you mean 'w2'?); known keys are w2")]
    [InlineData("kind: pendulum|initial: {z: 1}", "test:2:1: unknown key 'family.initial.z' (did you mean 'v'?); known keys are x, v")]
    [InlineData("kind: pendulum|initial: {x: unifrm(1, 2)}", "test:2:1: 'family.initial.x': 'unifrm(1, 2)' is not a distribution; expected a number, uniform(a, b) with a <= b, or normal(m, s) with s >= 0 (did you mean 'uniform'?)")]
    [InlineData("kind: pendulum|initial: {x: uniform(2, 1)}", "test:2:1: 'family.initial.x': 'uniform(2, 1)' is not a distribution; expected a number, uniform(a, b) with a <= b, or normal(m, s) with s >= 0")]
    [InlineData("kind: pendulum|horizon: 0", "test:2:1: 'family.horizon' is '0'; expected a number from 1E-06 to 1000000")]
    [InlineData("equations: dx = -k*x|horizon: 1|initial: {x: 1}", "test:1:1: 'family.equations' line 1, column 7: unknown name 'k'")]
    [InlineData("equations: dx = -x|horizon: 1", "'family.initial.x' is missing")]
    [InlineData("equations: dx = -x|initial: {x: 1}", "'family.horizon' is missing")]
    [InlineData("equations: dx = -x|initial: {x: 1}|horizon: long", "test:3:1: 'family.horizon' is 'long'; expected a number from 1E-06 to 1000000")]
    public void Faults_are_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => OdeFamilies.Create(SettingsText.Parse(text))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("8/3", "2.6666666666666665")]
    [InlineData(" uniform( -1 , 1/2 )", "uniform(-1, 0.5)")]
    [InlineData("normal(0,2)", "normal(0, 2)")]
    public void Distributions_read_back(string text, string written)
    {
        Assert.Equal(written, Distribution.Parse(text).ToString());
        Assert.Equal(Distribution.Parse(text), Distribution.Parse(written));
    }

    [Fact]
    public void Families_are_the_systems_they_are_called()
    {
        // The energy of the pendulum and the angular momentum of Kepler's problem do not change along f.
        InitialValueProblem kepler = OdeFamilies.Create("kepler").Draw(1, new RandomStream(1));
        double[] y = [0.8, 0.3, -0.2, 0.9], p = [1.05], d = new double[4];
        kepler.Function!.Kernel.Evaluate(y, p, 0, d, 1);
        Assert.Equal(0, (d[0] * y[3]) + (y[0] * d[3]) - (d[1] * y[2]) - (y[1] * d[2]), 15);
        double[] body = [0.7, 0.2, 0.6], moments = [0.5, 2, 3], spin = new double[3];
        OdeFamilies.Create("rigid-body").Function.Kernel.Evaluate(body, moments, 0, spin, 1);
        Assert.Equal(0, body.Zip(spin, (w, dw) => w * dw).Zip(moments, (w, i) => i * w).Sum(), 15);
    }
}
