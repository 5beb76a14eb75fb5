using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;
using Unrolled.Tests.Laws;
using Unrolled.Tests.Problems.PowerFlow;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Newton.PowerFlow;

/// <summary>Every way to solve the outages of a network leads to the solutions of Newton's method, and compensated factors are the right ones.</summary>
public class OutageScreenTests
{
    private static readonly StoppingCriterion Stop = StoppingCriterion.Absolute(1e-9) with { MaximumIterations = 600 };

    [Fact]
    public void TheScreenOfARingHoldsAllItsLinesAndThatOfATreeNone()
    {
        OutageScreen ring = OutageScreen.Of(SmallNetworks.Read(SmallNetworks.Ring(9)));
        Assert.Equal((9, 0), (ring.Outages.Connected.Length, ring.Outages.Islanding.Length));
        Batch f = Batch.Zeros(ring.Flow.Components, 1);
        ring.Flow.Evaluate(ring.Intact.Iterate, f);
        Assert.True(f.Values.ToArray().Max(Math.Abs) < 1e-10);
        Assert.Throws<ArgumentException>(() => OutageScreen.Of(SmallNetworks.Read(SmallNetworks.Mixed)).Systems([8])); // the radial bus
    }

    [Fact]
    public void CompensatedFactorsInvertTheJacobianOfTheOutage()
    {
        foreach (string text in new[] { SmallNetworks.Ring(9), SmallNetworks.Mixed })
        {
            OutageScreen screen = OutageScreen.Of(SmallNetworks.Read(text));
            int[] branches = [.. screen.Outages.Connected];
            NonlinearSystem systems = screen.CompensatedSystems(branches);
            INonlinearOperator flow = systems.Operator;
            Batch x = systems.InitialIterate!.Value, l = Batch.Zeros(flow.LinearizationComponents, branches.Length);
            Batch v = Batch.Zeros(flow.Components, branches.Length), product = Batch.Zeros(flow.Components, branches.Length), back = Batch.Zeros(flow.Components, branches.Length);
            var stream = new RandomStream(3);
            foreach (ref double value in v.Values)
            {
                value = stream.NextNormal();
            }

            flow.Linearize(x, l);
            flow.ApplyJacobian(x, l, v, product);
            systems.Preconditioner!.Apply(product, back);
            for (int k = 0; k < v.Length; k++)
            {
                Assert.Equal(v.Values[k], back.Values[k], 1e-9);
            }
        }
    }

    [Fact]
    public void AllMethodsFindTheSolutionsOfNewton()
    {
        foreach (string text in new[] { SmallNetworks.Ring(7), SmallNetworks.Mixed })
        {
            Compare(SmallNetworks.Read(text));
        }
    }

    [SharedDataFact("data/powerflow/case118.m")]
    public void AllMethodsFindTheSolutionsOfNewtonOnAPublishedCase() => Compare(SmallNetworks.Published("case118"));

    [Fact]
    public void OneInstanceHasTheBitsOfTheBatchThroughSparseFactors()
    {
        // A ring with more than 64 unknowns: the sparse branch, whose single instances are factored without lanes.
        OutageScreen screen = OutageScreen.Of(SmallNetworks.Read(SmallNetworks.Ring(41)));
        NonlinearSystem systems = screen.Systems([5, 17, 30]);
        Assert.True(systems.Components > 64);
        StoppingCriterion stop = StoppingCriterion.Absolute(1e-10);
        Solution together = Solver.Solve(new NewtonMethod(), systems, stop);
        for (int s = 0; s < 3; s++)
        {
            Truth.SameBits(together, Solver.Solve(new NewtonMethod(), systems.Select([s]), stop), s, 0);
        }
    }

    [Fact]
    public void FastDecoupledAndCompensatedStepsHaveTheSameBitsInAnyBatch()
    {
        PowerNetwork network = SmallNetworks.Read(SmallNetworks.Ring(13));
        OutageScreen screen = OutageScreen.Of(network);
        foreach ((IIteration<NonlinearSystem> method, NonlinearSystem systems) in new (IIteration<NonlinearSystem>, NonlinearSystem)[]
        {
            (new FastDecoupled(network), screen.Systems([.. screen.Outages.Connected])),
            (new FixedPointIteration(), screen.CompensatedSystems([.. screen.Outages.Connected])),
        })
        {
            StoppingCriterion stop = StoppingCriterion.Iterations(6);
            Solution together = Solver.Solve(method, systems, stop), split = Solver.Solve(method, systems, stop, new SolverOptions { Threads = 3, ChunkInstances = 8 });
            for (int s = 0; s < systems.Instances; s++)
            {
                Truth.SameBits(together, split, s);
                Truth.SameBits(together, Solver.Solve(method, systems.Select([s]), stop), s, 0);
            }
        }
    }

    [Fact]
    public void FastDecoupledIsForPowerFlow()
    {
        var method = new FastDecoupled(SmallNetworks.Read(SmallNetworks.Ring(5)));
        string message = Assert.Throws<ArgumentException>(() => Solver.Solve(method, NonlinearGallery.Named("linear"))).Message;
        Assert.Contains("fast decoupled (XB) is for power flow", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANetworkThatCannotCarryItsLoadIsNoScreen() =>
        Assert.Throws<NotConvergedException>(() => OutageScreen.Of(SmallNetworks.Read(SmallNetworks.Ring(9).Replace(" 1 2 1 0 0", " 1 2000 900 0 0", StringComparison.Ordinal).Replace(" 1 3 1 0 0", " 1 3000 900 0 0", StringComparison.Ordinal))));

    private static void Compare(PowerNetwork network)
    {
        OutageScreen screen = OutageScreen.Of(network);
        int[] branches = [.. screen.Outages.Connected];
        Solution newton = Solver.Solve(new NewtonMethod(), screen.Systems(branches), OutageScreen.Tight).EnsureConverged();
        foreach ((IIteration<NonlinearSystem> method, NonlinearSystem systems) in new (IIteration<NonlinearSystem>, NonlinearSystem)[]
        {
            (new FixedPointIteration(), screen.CompensatedSystems(branches)),
            (new Anderson(3), screen.CompensatedSystems(branches)),
            (new FastDecoupled(network), screen.Systems(branches)),
        })
        {
            Solution solution = Solver.Solve(method, systems, Stop);
            int solved = 0;
            for (int s = 0; s < branches.Length; s++)
            {
                if (solution.Outcome(s).Termination != Termination.Converged)
                {
                    continue;
                }

                solved++;
                for (int i = 0; i < systems.Components; i++)
                {
                    Assert.Equal(newton.Iterate[i, s], solution.Iterate[i, s], 1e-6);
                }
            }

            Assert.True(10 * solved >= 9 * branches.Length, $"{method.Name} solves {solved} of {branches.Length} outages");
        }
    }
}
