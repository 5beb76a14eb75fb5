using System.Globalization;
using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Linear;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Deployment.Rules;
using Unrolled.Diffusion.Networks;
using Unrolled.Krylov;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Deployment;
using Unrolled.Tests.Deployment.Integrators;

namespace Unrolled.Tests.Native;

/// <summary>Models of every method with numbers made without training, as files.</summary>
internal static class NativeModels
{
    /// <summary>The eigenvalues that the linear model is certified for.</summary>
    public const double Low = 0.01, High = 1.99;

    /// <summary>Chebyshev's polynomial, certified.</summary>
    public static Model Linear(string preconditioner = "none")
    {
        const int n = 6;
        LearnedKrylov method = LearnedKrylov.FromSteps([.. Enumerable.Range(0, n).Select(i => 1 / (((High + Low) / 2) + ((High - Low) / 2 * Math.Cos(((2 * i) + 1) * Math.PI / (2 * n)))))]);
        Certificate certificate = SpectralContraction.Verify(method, Low, High);
        Assert.True(certificate.Holds);
        var parameters = new Parameters(("weights-6", [method.Weights.Length]));
        method.Weights.CopyTo(parameters["weights-6"]);
        var settings = new Settings("model", "methodSettings");
        settings.Set("preconditioner", preconditioner);
        return new Model
        {
            Method = "krylov",
            Description = "Chebyshev's polynomial",
            MethodSettings = settings,
            ValidRanges = [new ValidRange(LearnedLinear.Spectrum, Low, High)],
            Parameters = parameters,
            Training = Training,
            Certificates = [new Certificate($"{method.Name}: {certificate.Claim}", certificate.Value, certificate.Bound, true, certificate.Assumptions)],
        };
    }

    /// <summary>x = p / (1 + y^2), y = x / 2 with p in [1, 2].</summary>
    public static Model Nonlinear()
    {
        var learned = new LearnedNonlinear(LearnedForm.Direct, new LearnedCoefficients(2, 1, 1, [-0.8, 0.02, -0.45, 0.01, -0.4, 0.0]), 0.9);
        var settings = new Settings("model", "methodSettings");
        learned.WriteTo(settings);
        var family = new Settings("model", "family");
        family.Set("equations", "0 = x - p/(1 + y^2)\n0 = y - 0.5*x");
        family.Section("parameters").Set("p", "uniform(1, 2)");
        family.Section("initial").Set("x", "uniform(0, 1)");
        family.Section("initial").Set("y", "uniform(0, 1)");
        return new Model
        {
            Method = "nonlinear-solver",
            Description = "two equations",
            MethodSettings = settings,
            Family = family,
            ValidRanges = [new ValidRange("p", 1, 2)],
            Parameters = learned.ToParameters(),
            Training = Training,
        };
    }

    /// <summary>RK4 with a small change, valid for steps from 0.05 to 0.2 and mu from 1 to 2.</summary>
    public static Model Integrator() => ExampleIntegrators.Create(2);

    /// <summary>A small network with its initial numbers.</summary>
    public static Model Denoiser(bool signals)
    {
        var settings = new Settings("model", "methodSettings");
        foreach ((string key, string value) in new[] { ("network", "symmetric"), ("blocks", "2"), ("filters", "4"), ("kernel", "3") })
        {
            settings.Set(key, value);
        }

        FieldKind fields = signals ? FieldKind.Signals : FieldKind.Images;
        FieldNetwork network = FieldNetworks.Read(settings, fields, "1", 0.1);
        Parameters parameters = network.InitialParameters(new RandomStream(3));
        new LearnedDenoiser(network, parameters, fields, 0.1, (0.05, 0.2)).WriteTo(settings);
        return new Model { Method = "diffusion-network", Description = "a denoiser", MethodSettings = settings, Parameters = parameters, Training = Training };
    }

    /// <summary>Elimination over GF(2).</summary>
    public static Model Rule(string learner = "parity")
    {
        LearnedRule rule = LearnedRule.OfLearner(learner);
        var settings = new Settings("model", "methodSettings");
        rule.WriteTo(settings);
        return new Model
        {
            Method = "recurrent-convolution", Description = "a rule", MethodSettings = settings, Parameters = FilterParameters.Of(rule.Filter), Training = Training,
        };
    }

    private static TrainingRecord Training => new() { Seed = 1, Trainer = "none", Seconds = 0, Loss = 0, Instances = 1 };
}
