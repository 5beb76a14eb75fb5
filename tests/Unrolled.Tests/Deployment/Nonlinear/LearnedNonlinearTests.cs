using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Deployment.Nonlinear;

/// <summary>A learned nonlinear solver survives a model file with the same bits.</summary>
public class LearnedNonlinearTests
{
    [Theory]
    [InlineData(LearnedForm.Direct, 0, 0)]
    [InlineData(LearnedForm.Direct, 2, 4)]
    [InlineData(LearnedForm.NewtonKrylov, 2, 0)]
    public void A_model_gives_back_the_solver(LearnedForm form, int degree, int pairs)
    {
        var random = new RandomStream(3);
        int basis = LearnedCoefficients.BasisLengthFor(1, degree);
        var coefficients = new LearnedCoefficients(3, 1, degree, [.. Enumerable.Range(0, 6 * basis).Select(k => k % basis == 0 ? -0.7 + (0.1 * random.NextNormal()) : 0.02 * random.NextNormal())]);
        var written = new LearnedNonlinear(form, coefficients, 0.37, pairs);
        using var stream = new MemoryStream();
        ModelFile.Write(stream, ModelOf(written));
        stream.Position = 0;
        LearnedNonlinear read = LearnedNonlinear.Of(ModelFile.Read(stream, "model.json"));
        Assert.Equal((form, 0.37, pairs), (read.Form, read.Rate, read.SecantPairs));
        Assert.Equal(coefficients.Values.ToArray(), read.Coefficients.Values.ToArray());
        Assert.Equal(written.Method.Name, read.Method.Name);
        NonlinearSystem problem = NonlinearGallery.WideChandrasekhar().Draw(11, new RandomStream(5));
        Solution before = written.Solve(problem, new NewtonMethod()), after = read.Solve(problem, new NewtonMethod());
        Assert.True(after.Converged);
        for (int s = 0; s < 11; s++)
        {
            Truth.SameBits(before, after, s);
        }
    }

    [Theory]
    [InlineData("form", "indirect", "expected one of direct, newton-krylov")]
    [InlineData("degree", "3", "the parameters are no nonlinear solver: there are 3 numbers; 2 evaluations with degree 3 in 1 coordinates need 3 x 4")]
    [InlineData("rate", "1", "the parameters are no nonlinear solver")]
    [InlineData("rate", "0", "expected a number from")]
    [InlineData("secant-pairs", "-1", "expected an integer from 0")]
    public void Parts_that_do_not_fit_are_refused(string key, string value, string expected)
    {
        Model model = ModelOf(new LearnedNonlinear(LearnedForm.Direct, new LearnedCoefficients(2, 1, 0, [-1, -1, -1])));
        model.MethodSettings.Set(key, value);
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => LearnedNonlinear.Of(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mixing_belongs_to_the_direct_form_and_a_rate_lies_below_one()
    {
        var weights = new LearnedCoefficients(-1.0);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearnedNonlinear(LearnedForm.NewtonKrylov, weights, 0.5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearnedNonlinear(LearnedForm.Direct, weights, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearnedNonlinear(LearnedForm.Direct, weights, 0));
        Assert.Equal("R2N2(1)+Anderson(2)", new LearnedNonlinear(LearnedForm.Direct, weights, 0.5, 2).Method.Name);
    }

    private static Model ModelOf(LearnedNonlinear learned)
    {
        var settings = new Settings("model", "methodSettings");
        learned.WriteTo(settings);
        return new Model
        {
            Method = "nonlinear-solver",
            Description = "a solver",
            MethodSettings = settings,
            Parameters = learned.ToParameters(),
            Training = new TrainingRecord { Seed = 1, Trainer = "none", Seconds = 0, Loss = 0, Instances = 1 },
        };
    }
}
