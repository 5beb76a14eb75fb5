using Unrolled.Learning;
using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.Learning;

public class ErrorEstimateTests
{
    [Fact]
    public void A_fitted_estimate_follows_the_true_error()
    {
        LearnedRungeKutta method = new(Tableaus.Ralston4, new double[10], 0.1, 0, new(0.05, 0.2));
        double[] weights = ErrorEstimateTrainer.Fit(method, SmallFamilies.DrawVanDerPol(64, 1));
        Assert.Equal(0, weights.Sum(), 1e-12);
        Rollout held = ErrorEstimateTrainer.LocalErrors(Tableaus.Ralston4, 0.1, SmallFamilies.DrawVanDerPol(50, 2));
        using RolloutResiduals residuals = new(held);
        double perfect = residuals.Evaluate([.. Tableaus.Ralston4.Parameters[..6], .. weights]) / held.Instances;
        double nothing = residuals.Evaluate([.. Tableaus.Ralston4.Parameters[..6], 0, 0, 0, 0]) / held.Instances;
        Assert.Equal(1, nothing, 1e-6);
        Assert.InRange(perfect, 0, 0.95);
        ChosenTableau chosen = new LearnedRungeKutta(Tableaus.Ralston4, new double[10], 0.1, 0, new(0.05, 0.2)) { ErrorWeights = weights }.TableauFor(0.1);
        Assert.Equal(1, chosen.Tableau.ErrorEstimators.Length);
    }
}
