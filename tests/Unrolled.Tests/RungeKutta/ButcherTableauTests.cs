using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class ButcherTableauTests
{
    [Fact]
    public void RowsNodesAndWeightsComeFromOneTriangle()
    {
        ButcherTableau kutta = new("Kutta", 3, [0.5, -1, 2, 1.0 / 6, 2.0 / 3, 1.0 / 6]);
        Assert.Equal(3, kutta.Stages);
        Assert.Equal(0, kutta.Row(0).Length);
        Assert.Equal([0.5], kutta.Row(1).ToArray());
        Assert.Equal([-1, 2], kutta.Row(2).ToArray());
        Assert.Equal([0, 0.5, 1], kutta.Nodes.ToArray());
        Assert.Equal(Tableaus.Kutta3.Parameters.ToArray(), kutta.Parameters.ToArray());
        Assert.True(kutta.ExactParameters.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => kutta.Row(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => kutta.Row(-1));
        Assert.Equal("Kutta (order 3, 3 stages)", kutta.ToString());
    }

    [Fact]
    public void AMatrixAndATextGiveTheSameMethod()
    {
        ButcherTableau matrix = ButcherTableau.FromMatrix("RK4", 4, new double[,] { { 0, 0, 0, 0 }, { 0.5, 0, 0, 0 }, { 0, 0.5, 0, 0 }, { 0, 0, 1, 0 } }, [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6], [0, 0.5, 0.5, 1]);
        Assert.Equal(Tableaus.RungeKutta4.Parameters.ToArray(), matrix.Parameters.ToArray());
        Assert.Equal(Tableaus.Midpoint.Parameters.ToArray(), ButcherTableau.Parse("midpoint", 2, "1/2; 0 1").Parameters.ToArray());
    }

    [Fact]
    public void CostIsCounted()
    {
        (ButcherTableau, int, int, bool)[] expected =
        [
            (Tableaus.Euler, 1, 1, false), (Tableaus.RungeKutta4, 4, 4, false), (Tableaus.BogackiShampine, 4, 3, true),
            (Tableaus.DormandPrince, 7, 6, true), (Tableaus.Tsitouras, 7, 6, true), (Tableaus.Dop853, 12, 12, false),
        ];
        Assert.All(expected, e => Assert.Equal((e.Item2, e.Item3, e.Item4), (e.Item1.Stages, e.Item1.EvaluationsPerStep, e.Item1.FirstSameAsLast)));
    }

    [Fact]
    public void DroppingTheReusedStageKeepsTheStep()
    {
        ButcherTableau six = Tableaus.DormandPrince.WithoutFirstSameAsLast();
        Assert.Equal((6, 6, false), (six.Stages, six.EvaluationsPerStep, six.FirstSameAsLast));
        Assert.Equal(Tableaus.DormandPrince.Weights[..6].ToArray(), six.Weights.ToArray());
        Assert.Equal(21, six.ExactParameters.Length);
        Assert.True(six.ErrorEstimators.IsEmpty);
        Assert.Same(Tableaus.DormandPrince.DenseOutput, six.DenseOutput);
        Assert.Same(Tableaus.RungeKutta4, Tableaus.RungeKutta4.WithoutFirstSameAsLast());
    }

    [Fact]
    public void NodesOfTextAreRoundedOnce()
    {
        Assert.Equal([0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1], Tableaus.DormandPrince.Nodes.ToArray());
        Assert.Equal([1.0 / 3, 1.0 / 4, 4.0 / 13, 127.0 / 195, 3.0 / 5, 6.0 / 7, 1], Tableaus.Dop853.Nodes[^7..].ToArray());
    }

    [Fact]
    public void LengthsThatFitNoTriangleAreRefused()
    {
        Refused("5 coefficients fit no number of stages: 2 stages have 3, 3 have 6", () => new ButcherTableau("x", 1, new double[5]));
        Refused("0 coefficients fit no number of stages", () => new ButcherTableau("x", 1, []));
        RefusedText("\"1 2\" has 2 entries where row 3 with 3 entries", () => ButcherTableau.Parse("x", 1, "1; 1 2; 1 2"));
        RefusedText("\"one\" is not a number", () => ButcherTableau.Parse("x", 1, "one"));
        Refused("0 coefficients fit", () => ButcherTableau.Parse("x", 1, " \n "));
    }

    [Fact]
    public void NumbersMustBeFiniteAndWeightsSumToOne()
    {
        Refused("Coefficient 1 of \"x\" is NaN", () => new ButcherTableau("x", 1, [1, double.NaN, 1]));
        Refused("The sum of the weights b of \"x\" is 0.9; 1 is needed", () => new ButcherTableau("x", 1, [1, 0.4, 0.5]));
        Refused("is 1.00000000001; 1 is needed", () => ButcherTableau.Parse("x", 1, "1.00000000001"));
        Assert.Equal(1, new ButcherTableau("rounded", 1, [1, 0.1 + 0.2, 0.7]).Order);
    }

    [Fact]
    public void NamesAndOrdersMustSaySomething()
    {
        Assert.ThrowsAny<ArgumentException>(() => new ButcherTableau(" ", 1, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ButcherTableau("x", 0, [1]));
    }

    [Fact]
    public void MatricesMustBeStrictlyLowerTriangularWithTheirNodes()
    {
        Refused("a of \"x\" is 2 by 3, b has 2 weights", () => ButcherTableau.FromMatrix("x", 2, new double[2, 3], [0.5, 0.5]));
        Refused("c has 1 nodes", () => ButcherTableau.FromMatrix("x", 2, new double[2, 2], [0.5, 0.5], [0]));
        Refused("a[0,1] of \"x\" is 0.25; an explicit method is strictly lower triangular", () => ButcherTableau.FromMatrix("x", 2, new[,] { { 0, 0.25 }, { 1, 0 } }, [0.5, 0.5]));
        Refused("a[1,1] of \"x\" is 0.5", () => ButcherTableau.FromMatrix("x", 2, new[,] { { 0, 0 }, { 0.5, 0.5 } }, [0.5, 0.5]));
        Refused("The sum of row 1 of a of \"x\" is 1; 0.9 is needed", () => ButcherTableau.FromMatrix("x", 2, new double[,] { { 0, 0 }, { 1, 0 } }, [0.5, 0.5], [0, 0.9]));
        Refused("The sum of row 0 of a of \"x\" is 0; 0.1 is needed", () => ButcherTableau.FromMatrix("x", 2, new double[,] { { 0, 0 }, { 1, 0 } }, [0.5, 0.5], [0.1, 1]));
    }

    [Fact]
    public void ErrorWeightsSumToZeroOverAllStages()
    {
        Refused("The sum of the error weights is 0.5; 0 is needed", () => Tableaus.Heun2.WithErrorEstimator(1, [-0.25, 0.75]));
        Refused("3 error weights were given, \"Heun 2\" has 2 stages", () => Tableaus.Heun2.WithErrorEstimator(1, [1, -1, 0]));
        Refused("is 0.5; 0 is needed", () => Tableaus.Heun2.WithEmbedded(1, "1/2 0"));
        Refused("1 error weights were given", () => Tableaus.Heun2.WithEmbedded(1, "1"));
        ErrorEstimator estimator = Assert.Single(Tableaus.Heun2.WithEmbedded(1, "1 0").ErrorEstimators.ToArray());
        Assert.Equal([-0.5, 0.5], estimator.Weights.ToArray());
        Assert.Equal(1, estimator.Order);
    }

    [Fact]
    public void DenseOutputNeedsRowsOfItsOwnLength()
    {
        Refused("Correction 0 of \"RK4\" has 4 weights, its dense output has 5 stages", () => Tableaus.RungeKutta4.WithDenseOutput(3, [], [new double[4]]));
        Refused("The sum of correction 0 of the dense output of \"RK4\" is 1; 0 is needed", () => Tableaus.RungeKutta4.WithDenseOutput(3, [], [[1, 0, 0, 0, 0]]));
        Refused("12 coefficients fit no number of stages", () => Tableaus.RungeKutta4.WithDenseOutput(3, [1, 2], []));
        Refused("The destination has 4 entries, the dense output has 5 stages", () => Tableaus.RungeKutta4.DenseOutput.Weights(0.5, new double[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tableaus.RungeKutta4.DenseOutput.At(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tableaus.RungeKutta4.DenseOutput.Row(5));
    }

    private static void Refused(string text, Action construct) => Assert.Contains(text, Assert.Throws<ArgumentException>(construct).Message);

    private static void RefusedText(string text, Action construct) => Assert.Contains(text, Assert.Throws<FormatException>(construct).Message);
}
