using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Deployment.Integrators;

public class IntegratorCoefficientsTests
{
    [Fact]
    public void The_start_leads_to_equally_spaced_times_and_costs_what_the_library_says()
    {
        Assert.Null(IntegratorStart.Of(new FixedStepMultistep(new AdamsBashforth(1))));
        for (int k = 2; k <= LearnedMultistep.LargestSteps; k++)
        {
            FixedStepMultistep method = new(new AdamsBashforth(k));
            IntegratorStart start = IntegratorStart.Of(method)!;
            Assert.Equal(k - 1, start.Steps);
            Assert.Equal(method.StartEvaluations, start.Stages + start.Steps - 1);
            Assert.Equal(method.LeastSteps, IntegratorCoefficients.Of(method).LeastSteps);
            for (int i = 0; i < start.Steps; i++)
            {
                // y' = 1 and y' = 2 t are integrated exactly.
                double theta = (i + 1.0) / start.Steps;
                Assert.Equal(theta, start.States[i].Sum(), 1e-13);
                Assert.Equal(theta * theta, start.States[i].Zip(start.Nodes, (w, c) => 2 * w * c).Sum(), 1e-13);
            }
        }
    }

    [Fact]
    public void A_step_conditioned_model_gives_the_method_that_it_holds()
    {
        Model model = ExampleIntegrators.StepConditioned(Tableaus.RungeKutta4, [1, 3]);
        LearnedIntegrator integrator = LearnedIntegrator.Of(model);
        LearnedRungeKutta method = Assert.IsType<FixedStepLearnedRungeKutta>(integrator.Method).Method;
        Assert.Same(Tableaus.RungeKutta4, method.Parent);
        Assert.Equal(0.2, method.BaseStep);
        Assert.Equal([1, 3], method.Corrections.Select(c => c.Exponent));
        Assert.Equal(model.Parameters["coefficients"].ToArray(), method.Corrections.SelectMany(c => c.Delta));
        Assert.Equal(new ValidInterval(0, 0.2), integrator.ValidSteps);
        Assert.Same(integrator.Method, integrator.MethodFor(1e-5));
        Assert.Same(integrator.Parent, integrator.MethodFor(0.21));
    }

    [Theory]
    [InlineData("exponents", "1, x", "exponents' is '1, x'; expected integers from 0 to 20, separated by commas")]
    [InlineData("exponents", "1, -1", "expected integers from 0 to 20")]
    [InlineData("exponents", "", "expected integers from 0 to 20")]
    [InlineData("exponents", "1, 2, 3", "20 coefficients were given, 0 reference values and 3 corrections of 10 numbers need 30")]
    [InlineData("reference-parameters", "1.4, x", "reference-parameters' is '1.4, x'; expected numbers that are not negative")]
    [InlineData("reference-parameters", "-1", "reference-parameters' is '-1'; expected numbers that are not negative")]
    [InlineData("reference-parameters", "1.4, 2", "reference-parameters' holds 2 numbers; the equations have 1 parameters")]
    [InlineData("reference-parameters", "1.4", "20 coefficients were given, 1 reference values and 2 corrections of 10 numbers need 21")]
    [InlineData("base-step", "0", "base-step' is '0'; expected a number")]
    public void A_wrong_setting_is_named(string key, string text, string message)
    {
        Model model = ExampleIntegrators.StepConditioned(Tableaus.RungeKutta4, [1, 3]);
        model.MethodSettings.Set(key, text);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => LearnedIntegrator.Of(model)).Message);
    }

    [Fact]
    public void A_correction_that_makes_the_method_inconsistent_is_refused()
    {
        Model model = ExampleIntegrators.StepConditioned(Tableaus.RungeKutta4, [2]);
        model.Parameters["coefficients"][9] += 1e-3;
        Assert.Contains("the correction of the weights", Assert.Throws<InvalidInputException>(() => LearnedIntegrator.Of(model)).Message);
    }

    [Fact]
    public void Exponents_of_parameters_are_read_and_need_positive_ranges()
    {
        Model model = ExampleIntegrators.Scaled(Tableaus.Kutta3, [0, 2]);
        LearnedIntegrator integrator = LearnedIntegrator.Of(model);
        LearnedRungeKutta method = Assert.IsType<FixedStepLearnedRungeKutta>(integrator.Method).Method;
        Assert.Equal([0.37], method.Scale.Exponents);
        Assert.Equal([1.4], method.Scale.References);
        Assert.Equal([0, 2], method.Corrections.Select(c => c.Exponent));
        Assert.Same(method.Scale, integrator.Coefficients.Scale);
        Model wide = model with { ValidRanges = [model.ValidRanges[0], new ValidRange("mu", 0, 2)] };
        Assert.Contains("a power of mu, whose range begins at 0", Assert.Throws<InvalidInputException>(() => LearnedIntegrator.Of(wide)).Message);
    }
}
