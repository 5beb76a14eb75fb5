using Unrolled.Krylov;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Newton;

/// <summary>Learned steps with classical coefficients are the classical methods; rates catch what "any decrease" lets pass.</summary>
public class LearnedStepTests
{
    [Theory]
    [InlineData("chandrasekhar", 1.0)]
    [InlineData("bratu-1d", 1.0)]
    [InlineData("bratu-1d", 0.7)]
    [InlineData("reactor", 0.3)]
    public void One_weight_is_the_fixed_point_iteration_bit_for_bit(string system, double omega)
    {
        NonlinearSystem problem = NonlinearGallery.FamilyOf(system).Draw(9, new RandomStream(7));
        StoppingCriterion stop = StoppingCriterion.Iterations(12);
        Solution classical = Solver.Solve(new FixedPointIteration(omega), problem, stop);
        Solution[] learned =
        [
            Solver.Solve(new LearnedSolver(new LearnedCoefficients(-omega)), problem, stop),
            Solver.Solve(new LearnedNewtonKrylov(new LearnedCoefficients(-omega)), problem, stop),
        ];
        for (int s = 0; s < 9; s++)
        {
            Assert.All(learned, l => Truth.SameBits(classical, l, s));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void For_a_linear_function_all_three_learned_forms_agree(bool preconditioned)
    {
        NonlinearSystem nonlinear = NonlinearGallery.Equations("0 = 1.1*x + 0.2*y - 1\n0 = 0.9*y - 0.1*x + 0.05*z\n0 = z + 0.1*x - 3", "x,y,z", 0.5, -1, 2);
        SparseMatrix a = Gallery.FromDense(3, (i, j) => new[,] { { 1.1, 0.2, 0 }, { -0.1, 0.9, 0.05 }, { 0.1, 0, 1 } }[i, j]);
        LinearSystem linear = new LinearSystem(new SparseOperator(a), [1.0, 0, 3]).StartingAt(Batch.Of([0.5, -1, 2]));
        if (preconditioned)
        {
            ILinearOperator m = new SparseOperator(Gallery.FromDense(3, (i, j) => i == j ? 0.95 - (0.1 * i) : 0));
            (nonlinear, linear) = (nonlinear.PreconditionedBy(m), linear.PreconditionedBy(m));
        }

        double[] weights = [-0.8, -0.6, -0.7, -0.9, 0.2, -0.5];
        var coefficients = new LearnedCoefficients(weights);
        for (int steps = 1; steps < 8; steps++)
        {
            StoppingCriterion stop = StoppingCriterion.Iterations(steps);
            double[] direct = Solver.Solve(new LearnedSolver(coefficients), nonlinear, stop).Iterate.Values.ToArray();
            double[] newton = Solver.Solve(new LearnedNewtonKrylov(coefficients), nonlinear, stop).Iterate.Values.ToArray();
            double[] krylov = Solver.Solve(new LearnedKrylov(weights), linear, stop).Iterate.Values.ToArray();
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(krylov[i], direct[i], 1e-13);
                Assert.Equal(krylov[i], newton[i], 1e-13);
            }
        }
    }

    [Fact]
    public void A_nonlinear_function_tells_the_two_forms_apart()
    {
        NonlinearSystem problem = NonlinearGallery.Named("chandrasekhar");
        StoppingCriterion stop = StoppingCriterion.Iterations(1);
        Assert.NotEqual(
            Solver.Solve(new LearnedSolver(NonlinearMethods.Damped), problem, stop).Outcome().Residual,
            Solver.Solve(new LearnedNewtonKrylov(NonlinearMethods.Damped), problem, stop).Outcome().Residual);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stall_is_caught_by_a_rate_and_not_by_any_decrease(bool krylov)
    {
        // Every step shrinks ||F|| by 0.1 %.
        NonlinearSystem problem = NonlinearGallery.Equations("0 = x - 1\n0 = y", "x,y", 5, 3);
        var weights = new LearnedCoefficients(-0.001);
        IIteration<NonlinearSystem> With(double rate) => krylov ? new LearnedNewtonKrylov(weights, rate) : new LearnedSolver(weights, rate);
        Solution guarded = Solver.Solve(With(0.5), problem), decrease = Solver.Solve(With(1), problem);
        Assert.Equal((Termination.RateNotMet, 1), (guarded.Outcome().Termination, guarded.Outcome().Iterations));
        Assert.Equal([5.0, 3.0], guarded.Iterate.Values.ToArray());
        Assert.Equal(Termination.IterationLimit, decrease.Outcome().Termination);
        Assert.Equal(0, decrease.Outcome().Fallbacks);
        Assert.InRange(decrease.Outcome().RelativeResidual, 0.8, 0.95);
    }

    [Fact]
    public void Accepted_steps_contract_by_the_rate()
    {
        NonlinearSystem problem = NonlinearGallery.WideChandrasekhar().Draw(40, new RandomStream(5));
        var norms = new Dictionary<int, List<double>>();
        void Keep(in IterationReport report)
        {
            for (int k = 0; k < report.Instances.Length; k++)
            {
                if (!norms.TryGetValue(report.Instances[k], out List<double>? list))
                {
                    norms[report.Instances[k]] = list = [];
                }

                list.Add(report.ResidualNorms[k]);
            }
        }

        Solution solution = Solver.Solve(
            new LearnedSolver(new LearnedCoefficients(-0.9, -0.9, -0.9), 0.3), problem, StoppingCriterion.Relative(1e-12), new SolverOptions { Threads = 1, Observer = Keep });
        for (int s = 0; s < 40; s++)
        {
            List<double> own = norms[s];
            int steps = solution.Outcome(s).Iterations;
            for (int k = 1; k <= steps; k++)
            {
                bool refused = k == steps && solution.Outcome(s).Termination == Termination.RateNotMet;
                Assert.True(refused ? own[k] == own[k - 1] : own[k] <= 0.3 * own[k - 1], $"{s} step {k}: {own[k - 1]} to {own[k]}");
            }
        }
    }

    [Fact]
    public void Weights_of_the_wrong_number_or_place_are_refused()
    {
        Assert.Contains("there are 4 weights", Assert.Throws<ArgumentException>(() => new LearnedCoefficients(1, 2, 3, 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LearnedCoefficients(double.NaN));
        var polynomial = new LearnedCoefficients(1, 1, 1, [-1, 0.1]);
        string message = Assert.Throws<ArgumentException>(() => Solver.Solve(new LearnedSolver(polynomial), NonlinearGallery.Named("linear"))).Message;
        Assert.Contains("the weights depend on 1 coordinates of the family, the problem has none", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_are_polynomials_in_the_coordinates()
    {
        // T_0, T_1, T_2 in one coordinate for each of three weights.
        var c = new LearnedCoefficients(2, 1, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Batch place = Batch.Zeros(1, 2), basis = Batch.Zeros(3, 2), weights = Batch.Zeros(3, 2);
        (place[0, 0], place[0, 1]) = (0.5, -1);
        c.Basis(place, basis);
        c.At(basis, weights);
        Assert.Equal(1 + (2 * 0.5) + (3 * -0.5), weights[0, 0], 1e-15);
        Assert.Equal(4 - 5 + 6, weights[1, 1], 1e-15);
        Assert.Equal(10, LearnedCoefficients.BasisLengthFor(2, 3));
    }
}
