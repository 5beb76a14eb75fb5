using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;
using Unrolled.Tests.Problems.PowerFlow;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Newton;

/// <summary>Learned on one half of the outages of the published cases, run on all of them.</summary>
public class LearnedPowerFlowTests
{
    [SharedDataFact("data/powerflow/case118.m")]
    public void All_outages_of_the_118_buses_that_Newton_solves_are_solved_and_no_step_falls_back()
    {
        OutageScreen screen = OutageScreen.Of(SmallNetworks.Published("case118"));
        int[] all = [.. screen.Outages.Connected];
        Assert.Equal(177, all.Length);
        LearnedNonlinear learned = Learn(screen, compensated: true);
        Solution found = learned.Solve(screen.CompensatedSystems(all), new NewtonMethod(), StoppingCriterion.Absolute(1e-8));
        Solution newton = Solver.Solve(new NewtonMethod(), screen.Systems(all), OutageScreen.Tight);
        Assert.Equal((177, 177), (newton.ConvergedCount, found.ConvergedCount));
        Assert.All(found.Outcomes.ToArray(), o => Assert.InRange(o.Residual, 0, 1e-8));
        Assert.Equal(0, found.Outcomes.ToArray().Count(o => o.Fallbacks > 0));
        Assert.InRange(found.Outcomes.ToArray().Average(o => o.Iterations), 1, 3);
    }

    [SharedDataFact("data/powerflow/case9.m")]
    public void Voltages_agree_with_Newton_to_ten_digits_on_every_case()
    {
        foreach (string name in new[] { "case9", "case14", "case30", "case57", "case118" })
        {
            OutageScreen screen = OutageScreen.Of(SmallNetworks.Published(name));
            int[] all = [.. screen.Outages.Connected];
            LearnedNonlinear learned = Learn(screen, compensated: true);
            Solution found = learned.Solve(screen.CompensatedSystems(all), new NewtonMethod(), StoppingCriterion.Absolute(1e-12) with { MaximumIterations = 100 });
            Solution newton = Solver.Solve(new NewtonMethod(), screen.Systems(all), OutageScreen.Tight);
            for (int s = 0; s < all.Length; s++)
            {
                if (newton.Outcome(s).Termination != Termination.Converged)
                {
                    continue;
                }

                for (int i = 0; i < screen.Flow.Components; i++)
                {
                    Assert.InRange(Math.Abs(found.Iterate[i, s] - newton.Iterate[i, s]), 0, 1e-10);
                }
            }
        }
    }

    /// <summary>Up to the load that the intact network can carry, everything that Newton solves is solved, whatever the learned step does.</summary>
    [SharedDataFact("data/powerflow/case118.m")]
    public void At_every_load_what_Newton_solves_is_solved()
    {
        PowerNetwork network = SmallNetworks.Published("case118");
        LearnedNonlinear learned = Learn(OutageScreen.Of(network), compensated: false);
        foreach (double load in new[] { 1.5, 2.5, 3.1 })
        {
            Unrolled.Numerics.Batch factor = Unrolled.Numerics.Batch.Of([load]);
            OutageScreen screen = OutageScreen.Of(network, PowerInjections.Scaled(network, factor, factor));
            int[] all = [.. screen.Outages.Connected];
            Solution found = learned.Solve(screen.Systems(all), new NewtonMethod(), StoppingCriterion.Absolute(1e-8));
            Solution newton = Solver.Solve(new NewtonMethod(), screen.Systems(all), StoppingCriterion.Absolute(1e-8));
            Assert.All(Enumerable.Range(0, all.Length).Where(s => newton.Outcome(s).Termination == Termination.Converged),
                s => Assert.Equal(Termination.Converged, found.Outcome(s).Termination));
        }
    }

    private static LearnedNonlinear Learn(OutageScreen screen, bool compensated)
    {
        int[] all = [.. screen.Outages.Connected], fitted = [.. all.Where((_, k) => k % 2 == 0)], deciding = [.. all.Where((_, k) => k % 2 == 1)];
        NonlinearSystem Systems(int[] branches) => compensated ? screen.CompensatedSystems(branches) : screen.Systems(branches);
        LearnedCoefficients start = SolverStarts.Number(0, 3, 0, 0, new Unrolled.Numerics.RandomStream(1));
        using SolverFit fit = new(Systems(fitted), Systems(deciding), LearnedForm.Direct, start,
            new SolverFitOptions { UnrolledSteps = 2, Fit = new FitOptions { Rounds = 6, StepsPerRound = 6, Ridge = 0 } });
        while (fit.Round())
        {
        }

        return new LearnedNonlinear(LearnedForm.Direct, start.With(fit.BestCoefficients()));
    }
}
