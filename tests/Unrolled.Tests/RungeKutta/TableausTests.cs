using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class TableausTests
{
    private static readonly string[] Irrational = ["Ralston 4", "Tsitouras 5(4)", "DOP853"];

    public static TheoryData<string> Names => new(Tableaus.All.Select(tableau => tableau.Name));

    [Fact]
    public void EveryMethodIsListedOnce()
    {
        int declared = typeof(Tableaus).GetProperties().Count(property => property.PropertyType == typeof(ButcherTableau));
        Assert.Equal(declared, Tableaus.All.Distinct().Count());
        Assert.Equal(declared, Tableaus.All.Select(tableau => tableau.Name).Distinct().Count());
        Assert.Equal(Tableaus.All.Select(tableau => tableau.Order).Order(), Tableaus.All.Select(tableau => tableau.Order));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheOrderIsWhatIsClaimedAndNotMore(string name)
    {
        ButcherTableau tableau = Find(name);
        double[] defects = OrderConditions.Defects(tableau, tableau.Order + 1);
        int conditions = RootedTree.CountUpTo(tableau.Order);
        Assert.All(defects[..conditions], defect => Assert.InRange(Math.Abs(defect), 0, 1e-14));
        Assert.True(defects[conditions..].Max(Math.Abs) > 1e-5);
        Assert.Equal(tableau.Order, OrderConditions.OrderOf(tableau, 1e-13));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheOrderHoldsInExactArithmetic(string name)
    {
        ButcherTableau tableau = Find(name);
        Rational[] defects = OrderConditions.ExactDefects(tableau, tableau.Order);
        if (Irrational.Contains(name))
        {
            Rational printed = Rational.Parse(tableau.ExactParameters.IsEmpty ? "5e-16" : "1e-27");
            Assert.All(defects, defect => Assert.True(Rational.Abs(defect) < printed));
        }
        else
        {
            Assert.All(defects, defect => Assert.Equal(Rational.Zero, defect));
        }
    }

    /// <summary>Nearest doubles leave 1.05e-14 in b·c⁴ of Tsitouras' method; its smallest entries pay for less.</summary>
    [Fact]
    public void CoefficientsAreNearestDoublesSaveForTsitourasRowSums()
    {
        foreach (ButcherTableau tableau in Tableaus.All.Where(tableau => !tableau.ExactParameters.IsEmpty))
        {
            double[] nearest = Array.ConvertAll(tableau.ExactParameters.ToArray(), exact => exact.ToDouble());
            double moved = tableau.Parameters.ToArray().Zip(nearest, (x, y) => Math.Abs(x - y)).Max();
            Assert.InRange(moved, 0, tableau == Tableaus.Tsitouras ? 1e-15 : 0);
        }
    }

    [Fact]
    public void RalstonsFourStagesHaveOrderFourExactly()
    {
        QuadraticSurd[] closed =
        [
            Surd("2/5", "0"),
            Surd("-2889/1024", "1428/1024"), Surd("3785/1024", "-1620/1024"),
            Surd("-3365/6040", "2094/6040"), Surd("-975/2552", "-3046/2552"), Surd("467040/240845", "203968/240845"),
            Surd("263/1812", "24/1812"), Surd("125/3828", "-1000/3828"), Surd("3426304/5924787", "1661952/5924787"), Surd("30/123", "-4/123"),
        ];
        Assert.All(new ElementaryWeights<QuadraticSurd>(closed, 4).Defects(), defect => Assert.Equal(default, defect));
        Assert.All(Tableaus.Ralston4.Parameters.ToArray().Zip(closed), pair => Assert.Equal(pair.Second.ToDouble(), pair.First, 1e-15));

        double[] printed = [.4, .29697761, .15875964, .21810040, -3.05096516, 3.83286476, .17476028, -.55148066, 1.20553560, .17118478];
        Assert.All(Tableaus.Ralston4.Parameters.ToArray().Zip(printed), pair => Assert.Equal(pair.Second, pair.First, 2e-8));

        static QuadraticSurd Surd(string p, string q) => new(Rational.Parse(p), Rational.Parse(q));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EmbeddedMethodsHaveTheirOrder(string name)
    {
        ButcherTableau tableau = Find(name);
        foreach (ErrorEstimator estimator in tableau.ErrorEstimators)
        {
            double[] parameters = tableau.Parameters.ToArray();
            for (int i = 0; i < tableau.Stages; i++)
            {
                parameters[parameters.Length - tableau.Stages + i] -= estimator.Weights[i];
            }

            Assert.Equal(estimator.Order, OrderConditions.OrderOf(new ButcherTableau("embedded", estimator.Order, parameters), 1e-13));
        }
    }

    [Fact]
    public void EstimatorsAreThoseOfThePairs() => Assert.Equal(
        ["Bogacki-Shampine 3(2) 2", "Dormand-Prince 5(4) 4", "Tsitouras 5(4) 4", "DOP853 5", "DOP853 3"],
        Tableaus.All.SelectMany(tableau => tableau.ErrorEstimators.ToArray().Select(estimator => $"{tableau.Name} {estimator.Order}")));

    [Theory]
    [MemberData(nameof(Names))]
    public void InterpolantsHaveTheirOrderAtEveryFraction(string name)
    {
        ButcherTableau tableau = Find(name);
        DenseOutput dense = tableau.DenseOutput;
        int conditions = RootedTree.CountUpTo(dense.Order);
        foreach (double theta in (double[])[0.1, 0.25, 0.5, 0.9, 1])
        {
            double[] defects = OrderConditions.Defects(dense.At(theta), dense.Order + 1);
            Assert.All(RootedTree.UpTo(dense.Order).ToArray(), tree => Assert.InRange(Math.Abs(defects[tree.Index]) * Math.Pow(theta, tree.Order), 0, 1e-13));
            Assert.True(theta == 1 || defects[conditions..].Max(Math.Abs) > 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void InterpolantsMeetTheStepAtBothEnds(string name)
    {
        ButcherTableau tableau = Find(name);
        DenseOutput dense = tableau.DenseOutput;
        var weights = new double[dense.Stages];
        dense.Weights(1, weights);
        Assert.Equal(tableau.Weights[..dense.EndStage].ToArray(), weights[..dense.EndStage]);
        Assert.All(weights[dense.EndStage..], weight => Assert.Equal(0, weight));
        dense.Weights(0, weights);
        Assert.All(weights, weight => Assert.Equal(0, weight));

        // Slopes: only f at the start counts at the start, only f at the end counts at the end.
        const double Small = 1e-7;
        dense.Weights(Small, weights);
        Assert.All(Enumerable.Range(0, dense.Stages), i => Assert.Equal(i == 0 ? 1 : 0, weights[i] / Small, 1e-4));
        dense.Weights(1 - Small, weights);
        Assert.All(Enumerable.Range(0, dense.Stages), i => Assert.Equal(i == dense.EndStage ? 1 : 0, ((i < dense.EndStage ? tableau.Weights[i] : 0) - weights[i]) / Small, 1e-4));
    }

    private static ButcherTableau Find(string name) => Tableaus.All.Single(tableau => tableau.Name == name);
}
