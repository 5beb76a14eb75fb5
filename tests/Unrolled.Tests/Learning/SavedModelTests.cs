using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Deployment.Linear;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Deployment.Rules;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Learning.Fields;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Cli;
using Unrolled.Tests.Problems.Families;

namespace Unrolled.Tests.Learning;

/// <summary>Learn, use, save, load: what the library writes every verb of the command reads, and the other way round.</summary>
public sealed class SavedModelTests : CommandTest
{
    private const string Chandrasekhar = """
        family: { kind: chandrasekhar, parameters: { c: uniform(0.5, 0.9) } }
        method: nonlinear-solver
        nonlinear-solver: { inner-evaluations: 3, degree: 1 }
        training: { seed: 4, instances: 24, validation: 16, rounds: 4, starts: 2 }
        comparison: { instances: 8 }
        certificate: { instances: 0 }
        """;

    private const string Diffusion = """
        family: { kind: diffusion, grid: 8, rhs: white }
        method: krylov
        krylov: { inner-evaluations: 6 }
        training: { seed: 3, instances: 20 }
        comparison: { instances: 8 }
        certificate: { instances: 0 }
        """;

    private static readonly NonlinearTrainingOptions Short = new()
    {
        Seed = 4, InnerEvaluations = 3, Degree = 1, Instances = 24, Validation = 16, Starts = 2, Fit = new() { Fit = new() { Rounds = 4, StepsPerRound = 8, Ridge = 0 } },
    };

    private static readonly TrainingRecord NoTraining = new() { Seed = 1, Trainer = "none", Seconds = 0, Loss = 0, Instances = 0 };

    public static TheoryData<string> Kinds => ["integrator", "linear", "nonlinear", "own equations", "signals", "images", "residual network", "rule"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatTheLibraryWritesTheCommandReads(string kind)
    {
        Model model = Learned(kind);
        Assert.Empty(model.Certificates);
        ModelFile.Write(At("m.json"), model);
        foreach (string[] line in new[]
        {
            ["show", At("m.json")], ["certify", At("m.json")], ["export", At("m.json"), "--to", "json", "--output", At("exported.json")], Compare(kind), Solve(kind),
        })
        {
            (int code, string output, string error) = Run(line);
            Assert.True(code == 0, $"{string.Join(' ', line)}: {code}\n{output}{error}");
            Assert.DoesNotContain("REFUSED", output);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatWasSavedRunsAsBefore(string kind)
    {
        Model model = Learned(kind);
        ModelFile.Write(At("m.json"), model);
        Model read = ModelFile.Read(At("m.json"));
        Assert.Equal(Answer(model), Answer(read));
        ModelFile.Write(At("again.json"), read);
        Assert.Equal(File.ReadAllText(At("m.json")), File.ReadAllText(At("again.json")));
    }

    [Theory]
    [InlineData(Chandrasekhar)]
    [InlineData(Diffusion)]
    public void TheLibraryAndTheCommandLearnTheSameBits(string experiment)
    {
        File.WriteAllText(At("e.yaml"), experiment);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--quiet").Code);
        Model command = ModelFile.Read(At("run/model.json")), library = Learned(experiment == Diffusion ? "linear" : "nonlinear");
        Assert.Equal(command.Parameters.Values.ToArray(), library.Parameters.Values.ToArray());
        Assert.Equal(command.ValidRanges, library.ValidRanges);
        Assert.Equal(command.Training.Loss, library.Training.Loss);
        Assert.Equal(command.Description, library.Description);
        Assert.Equal(Answer(library), Answer(command));
    }

    /// <summary>The library trains, the command certifies; what is refused is not written.</summary>
    [Theory]
    [InlineData("integrator")]
    [InlineData("linear")]
    [InlineData("nonlinear")]
    [InlineData("signals")]
    [InlineData("rule")]
    public void TheCommandStatesWhatHoldsAboutAModelOfTheLibrary(string kind)
    {
        Model model = Learned(kind);
        ModelFile.Write(At("m.json"), model);
        Assert.Equal(0, Run("certify", At("m.json"), "--output", At("certified.json")).Code);
        Model certified = ModelFile.Read(At("certified.json"));
        Assert.NotEmpty(certified.Certificates);
        Assert.Equal(model.Parameters.Values.ToArray(), certified.Parameters.Values.ToArray());
        (int code, string output, _) = Run("certify", At("certified.json"));
        Assert.Equal(0, code);
        Assert.DoesNotContain("does not state", output);

        Certificate first = certified.Certificates[0];
        ModelFile.Write(At("wrong.json"), certified with { Certificates = [first with { Bound = first.Bound + 1 }] });
        Assert.Equal(3, Run("certify", At("wrong.json"), "--output", At("none.json")).Code);
        Assert.False(File.Exists(At("none.json")));
    }

    [Fact]
    public void AModelOfAnotherMethodIsNamedInOneLine()
    {
        ModelFile.Write(At("m.json"), Learned("rule"));
        Model rule = ModelFile.Read(At("m.json"));
        foreach ((Action read, string expected) in new (Action, string)[]
        {
            (() => LearnedIntegrator.Of(rule), "'runge-kutta'"), (() => LearnedLinear.Of(rule), "'krylov'"), (() => LearnedNonlinear.Of(rule), "'nonlinear-solver' or 'power-flow'"),
            (() => LearnedDenoiser.Of(rule), "'diffusion-network'"),
        })
        {
            Assert.EndsWith($"m.json: is a model of the method 'recurrent-convolution'; expected {expected}", Assert.Throws<InvalidInputException>(read).Message);
        }
    }

    /// <summary>Problems that only a program can draw: the model still solves and is exported, and a line says what it cannot do.</summary>
    [Fact]
    public void AFamilyOfAProgramIsSavedWithItsDescriptionAlone()
    {
        LearnedLinear learned = LinearTraining.Learn(new OwnFamily(), new() { InnerEvaluations = 4, Instances = 8 });
        ModelFile.Write(At("m.json"), learned.Model);
        MatrixMarketWriter.Write(At("A.mtx"), Tridiagonal());
        Assert.Equal(0, Run("solve", At("m.json"), "--matrix", At("A.mtx")).Code);
        Assert.Equal(0, Run("certify", At("m.json")).Code);
        Assert.Equal(0, Run("export", At("m.json"), "--to", "c", "--output", At("m.c")).Code);
        (int code, _, string error) = Run("compare", At("m.json"));
        Assert.Equal(1, code);
        Assert.Contains("drawn by the program that learned the model", error);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void PartsAloneAreNoModelAndANetworkThatAModelCannotHoldIsRefusedBeforeTraining()
    {
        LearnedNonlinear solver = new NonlinearTraining(NonlinearFamilies.Create("chandrasekhar"), Short with { Degree = 0 }).Solver([-1, -1, -1, -1, -1, -1]);
        Assert.Contains("ToModel", Assert.Throws<InvalidOperationException>(() => solver.Model).Message);
        var images = new DenoisingFamily(new DeadLeaves(16), new GaussianNoise(Distribution.Constant(25), 1 / 255.0));
        Assert.Contains("3 x 5", Assert.Throws<ArgumentException>(() => DenoiserTraining.Learn(images, new Unrolled.Diffusion.Networks.PlainNetwork(3, 4, 3, 5))).Message);
    }

    [Fact]
    public void ASolverWithTooFewProblemsOrNothingThatVariesIsRefused()
    {
        NonlinearFamily constant = NonlinearFamilies.FromEquations("0 = x^2 - a", "a: 2", "x: 1");
        Assert.Contains("degree 2 need a parameter that varies", Assert.Throws<ArgumentException>(() => new NonlinearTraining(constant, new() { Degree = 2 })).Message);
        Assert.Contains("1 instances give 3 numbers to fit 10 coefficients", Assert.Throws<ArgumentException>(() => new NonlinearTraining(constant, new() { Instances = 1 })).Message);
    }

    [Fact]
    public void ALearnedSolverNeedsNoMoreThanItsProblem()
    {
        NonlinearFamily family = NonlinearFamilies.FromEquations("0 = x + a*y^2 - 1\n0 = y - 0.5*cos(x)", "a: uniform(0.1, 0.4)", "x: uniform(0, 1); y: uniform(0, 1)");
        LearnedNonlinear learned = NonlinearTraining.Learn(family, Short);
        Solution solution = learned.Solve(family.Draw(20, new RandomStream(9)));
        Assert.True(solution.Converged);
        Assert.All(solution.Outcomes.ToArray(), o => Assert.True(o.RelativeResidual <= 1e-8));
    }

    private static Model Learned(string kind) => kind switch
    {
        "integrator" => IntegratorTraining.Learn(
            OdeFamilies.FromEquations("dx = v\ndv = -w*x", "w: uniform(1, 2)", "x: uniform(-1, 1); v: 0", 3), 48,
            new() { Seed = 3, Instances = 8, Validation = 6, Search = new() { Parents = 1, Extensions = 1, Fit = new() { Rounds = 3 } } }).Model,
        "linear" => LinearTraining.Learn(new DiffusionFamily(8, rightHandSides: RightHandSideKind.White), new() { Seed = 3, InnerEvaluations = 6, Instances = 20 }).Model,
        "nonlinear" => NonlinearTraining.Learn(NonlinearFamilies.Create(SettingsText.Parse("kind: chandrasekhar|parameters: {c: uniform(0.5, 0.9)}")), Short).Model,
        "own equations" => NonlinearTraining.Learn(
            NonlinearFamilies.FromEquations("0 = x + a*y^2 - 1\n0 = y - 0.5*cos(x)", "a: uniform(0.1, 0.4)", "x: uniform(0, 1); y: uniform(0, 1)"), Short).Model,
        "rule" => LearnedRule.OfLearner("parity").ToModel(new Settings("model"), new Settings("model", "family"), NoTraining),
        "images" => Denoiser(new DenoisingFamily(new DeadLeaves(16), new GaussianNoise(Distribution.Uniform(5, 25), 1 / 255.0))),
        "residual network" => Denoiser(Signals, new Unrolled.Diffusion.Networks.ResidualNetwork(2, 3, 1, 3)),
        _ => Denoiser(Signals),
    };

    private static DenoisingFamily Signals => new(new PiecewiseSignals(64), new GaussianNoise(Distribution.Constant(0.2)));

    private static Model Denoiser(DenoisingFamily family, Unrolled.Diffusion.Networks.FieldNetwork? network = null)
    {
        FieldFitOptions options = FieldFitOptions.For(family) with { Iterations = 4, BatchSize = 2, Rounds = 2 };
        return DenoiserTraining.Learn(family, network, family.Source.Rows == 1 ? options : options with { PatchRows = 16, PatchColumns = 16 }).Model;
    }

    private string[] Compare(string kind)
    {
        if (kind == "images")
        {
            Directory.CreateDirectory(At("photos"));
            RasterFile.Write(At("photos/a.png"), new Raster(new DeadLeaves(48).DrawAll(1, new RandomStream(2))));
            return ["compare", At("m.json"), "--images", At("photos"), "--sigma", "20"];
        }

        return kind == "rule" ? ["compare", At("m.json"), "--instances", "2", "--sizes", "8"] : ["compare", At("m.json"), "--instances", "4"];
    }

    /// <summary>The smallest call of <c>solve</c>, with the files that it needs.</summary>
    private string[] Solve(string kind)
    {
        switch (kind)
        {
            case "linear":
                MatrixMarketWriter.Write(At("A.mtx"), Tridiagonal());
                return ["solve", At("m.json"), "--matrix", At("A.mtx")];
            case "signals" or "residual network":
                CsvSignalWriter.Write(At("in.csv"), Signals.Draw(2, new RandomStream(5)).Noisy);
                return ["solve", At("m.json"), "--input", At("in.csv"), "--output", At("out.csv"), "--sigma", "0.2"];
            case "images":
                RasterFile.Write(At("in.png"), new Raster(new DeadLeaves(40).DrawAll(1, new RandomStream(2))));
                return ["solve", At("m.json"), "--input", At("in.png"), "--output", At("out.png"), "--sigma", "20"];
            case "rule":
                File.WriteAllText(At("e.csv"), "0,1,1\n1,0,0\n1,1,1\n");
                File.WriteAllText(At("q.csv"), "1,1\n0,0\n");
                return ["solve", At("m.json"), "--examples", At("e.csv"), "--queries", At("q.csv")];
            default:
                return ["solve", At("m.json")];
        }
    }

    /// <summary>What a method that a model holds computes, bit for bit.</summary>
    private static double[] Answer(Model model)
    {
        switch (model.Method)
        {
            case LearnedIntegrator.MethodName:
                return LearnedIntegrator.Of(model).Integrate([1, 0], [1.5]).States.Values.ToArray();
            case LearnedLinear.MethodName:
                LinearSystem system = LinearFamilies.Create(model.Family).Draw(2, new RandomStream(8));
                return Solver.Solve(LearnedLinear.Of(model).Method, system, StoppingCriterion.Iterations(2)).Iterate.Values.ToArray();
            case LearnedNonlinear.MethodName:
                NonlinearSystem equations = NonlinearFamilies.Create(model.Family).Draw(2, new RandomStream(8));
                return LearnedNonlinear.Of(model).Solve(equations).Iterate.Values.ToArray();
            case LearnedDenoiser.MethodName:
                NoisyFields fields = DenoisingFamilies.Create(model.Family).Draw(2, new RandomStream(8));
                return [.. LearnedDenoiser.Of(model).Denoise(fields.Noisy, fields.Sigma[0]).Values.ToArray().Select(v => (double)v)];
            default:
                LearnedRule rule = LearnedRule.Of(model);
                return [.. FilterParameters.Of(rule.Filter).Values, .. rule.Rule.ToString().Select(c => (double)c)];
        }
    }

    private static SparseMatrix Tridiagonal()
    {
        const int n = 20;
        (int, int, double)[] entries = [.. Enumerable.Range(0, n).SelectMany(i => new[] { (i, i - 1, -0.5), (i, i, 1.1), (i, i + 1, -0.5) }).Where(e => e.Item2 is >= 0 and < n)];
        return SparseMatrix.FromTriplets(n, n, [.. entries.Select(e => e.Item1)], [.. entries.Select(e => e.Item2)], [.. entries.Select(e => e.Item3)]);
    }

    private sealed class OwnFamily : IProblemFamily<LinearSystem>
    {
        public string Description => "A family of this test.";

        public LinearSystem Draw(int instances, RandomStream stream)
        {
            SparseMatrix a = Tridiagonal();
            Batch b = Batch.Zeros(a.Rows, instances);
            for (int s = 0; s < instances; s++)
            {
                RandomStream own = stream.Split((ulong)s);
                for (int i = 0; i < a.Rows; i++)
                {
                    b[i, s] = own.NextNormal();
                }
            }

            return new LinearSystem(new Unrolled.Operators.SparseOperator(a, Unrolled.Operators.SparseProperties.Of(a)), b);
        }
    }
}
