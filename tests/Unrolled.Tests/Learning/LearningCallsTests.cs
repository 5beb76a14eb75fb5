using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Learning.Fields;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;
using Unrolled.Tests.Cli;

namespace Unrolled.Tests.Learning;

/// <summary>The calls that lead from a family to something that runs, in one line each.</summary>
public sealed class LearningCallsTests : CommandTest
{
    private static readonly IntegratorTrainingOptions Short = new()
    {
        Seed = 3, Instances = 8, Validation = 6, Search = new() { Parents = 1, Extensions = 1, Fit = new() { Rounds = 3 } },
    };

    private static OdeFamily Oscillator => OdeFamilies.FromEquations("dx = v\ndv = -w*x", "w: uniform(1, 2)", "x: uniform(-1, 1); v: 0", 3);

    [Fact]
    public void TheLibraryAndTheCommandLearnTheSameBits()
    {
        LearnedIntegrator learned = IntegratorTraining.Learn(Oscillator, 48, Short);
        File.WriteAllText(At("e.yaml"), """
            method: runge-kutta
            family:
              equations: |
                dx = v
                dv = -w*x
              parameters: { w: uniform(1, 2) }
              initial: { x: uniform(-1, 1), v: 0 }
              horizon: 3
            budget: 48
            runge-kutta: { parents: 1 }
            training: { seed: 3, instances: 8, validation: 6, rounds: 3 }
            comparison: { instances: 3 }
            certificate: { instances: 0 }
            """);
        // The command gives a memory to as many methods as were tuned, here one.
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--quiet").Code);
        Model command = ModelFile.Read(At("run/model.json"));
        Assert.Equal(command.Parameters.Values.ToArray(), learned.Model.Parameters.Values.ToArray());
        Assert.Equal(command.ValidRanges, learned.Model.ValidRanges);
    }

    [Fact]
    public void ALearnedIntegratorIsSavedWholeAndFallsBackByItself()
    {
        LearnedIntegrator learned = IntegratorTraining.Learn(Oscillator, 48, Short);
        ModelFile.Write(At("model.json"), learned.Model);
        LearnedIntegrator read = LearnedIntegrator.Of(ModelFile.Read(At("model.json")));
        Trajectories a = learned.Integrate([1, 0], [1.5]), b = read.Integrate([1, 0], [1.5]), outside = read.Integrate([1, 0], [3]);
        Assert.Equal(a.States.Values.ToArray(), b.States.Values.ToArray());
        Assert.Equal(learned.Method.Name, a.Method);
        Assert.Equal(learned.Parent.Name, outside.Method);
        Assert.True(Math.Abs(a.Last[0, 0] - Math.Cos(Math.Sqrt(1.5) * 3)) < 1e-3);
        Assert.Throws<ArgumentException>(() => learned.Integrate([1], [1.5]));
    }

    [Fact]
    public void BadFamiliesAndBudgetsAreRefusedInOneLine()
    {
        Assert.Contains("'family.parameters' holds 'w uniform(1, 2)'", Assert.Throws<InvalidInputException>(
            () => OdeFamilies.FromEquations("dx = -w*x", "w uniform(1, 2)", "x: 1", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'budget' is 1;", Assert.Throws<InvalidInputException>(() => IntegratorTraining.Learn(Oscillator, 1, Short)).Message, StringComparison.Ordinal);
        var traced = new OdeFamily("decay", Oscillator.Function, Oscillator.Parameters, Oscillator.Initial, 1);
        Assert.Contains("needs equations as text", Assert.Throws<ArgumentException>(() => IntegratorTraining.Learn(traced, 48, Short)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null)] // DOP853 at order 7: the conditions are singular there
    [InlineData(2, null)]
    [InlineData(10, 1)] // Euler is the only method of its order with one stage
    public void AnOrderThatLeavesNothingFreeIsNoMisfortune(double horizon, int? order)
    {
        OdeFamily family = OdeFamilies.FromEquations("dy = -a*y^2", "a: uniform(0.5, 1.5)", "y: uniform(0.5, 1.5)", horizon);
        IntegratorTrainingOptions options = Short with { Search = new() { Form = IntegratorForm.ExactOrder, Order = order, Fit = new() { Rounds = 3 } } };
        LearnedIntegrator learned = IntegratorTraining.Learn(family, 24, options);
        ButcherTableau tableau = ((FixedStepRungeKutta)learned.Method).Tableau;
        Assert.InRange(OrderConditions.Defects(tableau, order ?? ((FixedStepRungeKutta)learned.Parent).Tableau.Order - 1).Max(Math.Abs), 0, 2e-13);
    }

    [Fact]
    public void WhereNothingIsFreeALineSaysSo()
    {
        OdeFamily family = OdeFamilies.FromEquations("dy = -a*y^2", "a: uniform(0.5, 1.5)", "y: uniform(0.5, 1.5)", 2);
        IntegratorTrainingOptions Keep(int stages, int? order) => Short with { Search = new() { Form = IntegratorForm.ExactOrder, Stages = stages, Order = order } };
        Assert.Contains("coefficients to fit that order 1 leaves free", Assert.Throws<InvalidInputException>(
            () => IntegratorTraining.Learn(family, 24, Keep(1, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("has order 2, from which", Assert.Throws<InvalidInputException>(
            () => IntegratorTraining.Learn(family, 24, Keep(1, null))).Message, StringComparison.Ordinal);
        Assert.Contains("no freedom at order 1", Assert.Throws<ArgumentException>(() => new OrderManifold([1.0], 1, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACanceledTrainingReturnsNothing()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => IntegratorTraining.Learn(Oscillator, 48, Short, cancellationToken: stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => LinearTraining.Learn(FixedMatrixFamily.FiveByFive(), cancellationToken: stop.Token));
        var signals = new DenoisingFamily(new PiecewiseSignals(32), new GaussianNoise(Distribution.Constant(0.2)));
        Assert.ThrowsAny<OperationCanceledException>(() => DenoiserTraining.Learn(signals, cancellationToken: stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => NonlinearTraining.Learn(NonlinearFamilies.Create("chandrasekhar"), cancellationToken: stop.Token));
    }

    [Fact]
    public void TheLinearCallDoesWhatTheSlicesDo()
    {
        var options = new LinearTrainingOptions { InnerEvaluations = 4, Instances = 20 };
        using var training = new LinearTraining(FixedMatrixFamily.FiveByFive(), options);
        while (training.Advance())
        {
        }

        Assert.Equal(training.Method.Weights.ToArray(), LinearTraining.Learn(FixedMatrixFamily.FiveByFive(), options).Method.Weights.ToArray());
    }

    [Fact]
    public void AMatrixOfItsOwnScaleGetsThePreconditionerOfTheTraining()
    {
        var family = new DiffusionFamily(grid: 12, rightHandSides: RightHandSideKind.White);
        LearnedKrylov learned = LinearTraining.Learn(family, new() { InnerEvaluations = 8, Instances = 20 }).Method;
        SparseMatrix a = Laplacian(12, 1000);
        double[] b = [.. Enumerable.Repeat(1.0, a.Rows)];
        var system = new LinearSystem(a, b);
        Solution plain = Solver.Solve(new ConjugateGradient(), system).EnsureConverged();
        Solution solution = Solver.Solve(new ConjugateGradient(), system.PreconditionedBy(PolynomialPreconditioner.Of(learned, a, Unrolled.Operators.ScalingKind.Jacobi))).EnsureConverged();
        Assert.True(solution.Outcome().Iterations * 3 < plain.Outcome().Iterations, $"{solution.Outcome().Iterations} and {plain.Outcome().Iterations}");
    }

    [Fact]
    public void ADenoiserOfOneCallHasTheSameBitsForAnyThreadsAndRemovesNoise()
    {
        var family = new DenoisingFamily(new PiecewiseSignals(64), new GaussianNoise(Distribution.Constant(0.2)));
        FieldFitOptions options = FieldFitOptions.For(family) with { Iterations = 60, BatchSize = 8, Rounds = 3, LearningRate = 0.1 };
        LearnedDenoiser one = DenoiserTraining.Learn(family, options: options with { Threads = 1 }), three = DenoiserTraining.Learn(family, options: options with { Threads = 3 });
        Assert.Equal(one.Parameters.Values.ToArray(), three.Parameters.Values.ToArray());
        NoisyFields fresh = family.Draw(20, new RandomStream(9));
        double Error(Field<float> u) => Enumerable.Range(0, u.Values.Length).Sum(i => Math.Pow(u.Values[i] - fresh.Clean.Values[i], 2));
        Assert.True(Error(one.Denoise(fresh.Noisy, 0.2)) < 0.6 * Error(fresh.Noisy));
    }

    private static SparseMatrix Laplacian(int m, double scale)
    {
        List<(int Row, int Column, double Value)> entries = [];
        for (int i = 0; i < m * m; i++)
        {
            entries.Add((i, i, 4 * scale));
            foreach (int j in new[] { i % m > 0 ? i - 1 : -1, i % m < m - 1 ? i + 1 : -1, i - m, i + m < m * m ? i + m : -1 }.Where(j => j >= 0))
            {
                entries.Add((i, j, -scale));
            }
        }

        return SparseMatrix.FromTriplets(m * m, m * m, [.. entries.Select(e => e.Row)], [.. entries.Select(e => e.Column)], [.. entries.Select(e => e.Value)]);
    }
}
