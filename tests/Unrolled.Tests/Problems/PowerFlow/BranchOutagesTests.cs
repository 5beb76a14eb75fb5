using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using Unrolled.Problems.PowerFlow;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.PowerFlow;

/// <summary>The N-1 family, its low-rank changes, the fast decoupled matrices, states and perturbations.</summary>
public class BranchOutagesTests
{
    [Fact]
    public void OutagesThatCutBusesOffAreThoseOfTheGraphSearch()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            var outages = BranchOutages.Of(network);
            int[] searched = [.. network.InServiceBranches.Where(k => NetworkIslands.Of(network, [k]).Count > 1)];
            Assert.Equal(searched, outages.Islanding.ToArray());
            Assert.Equal(network.InServiceBranches.ToArray(), outages.Islanding.Concat(outages.Connected).Order());
            Assert.True(name != "ring" || outages.Islanding.IsEmpty);
        }
    }

    [Fact]
    public void ParallelBranchesAreNoBridges()
    {
        var outages = BranchOutages.Of(SmallNetworks.Read(SmallNetworks.Mixed));
        Assert.Equal("8 branch outages: 6 leave the network connected, 2 cut buses off and are left out: 40-50, 60-50", outages.Summary());
        Assert.Equal(new[] { 6, 8 }, outages.Islanding.ToArray());
        string twins = SmallNetworks.Ring(2);
        Assert.Equal((2, 0), (BranchOutages.Of(SmallNetworks.Read(twins)).Connected.Length, BranchOutages.Of(SmallNetworks.Read(twins)).Islanding.Length));
    }

    [SharedDataFact("data/powerflow/case118.m")]
    public void Case118Has177OutagesThatLeaveItConnected()
    {
        var outages = BranchOutages.Of(SmallNetworks.Published("case118"));
        Assert.Equal((177, 9), (outages.Connected.Length, outages.Islanding.Length));
        Assert.StartsWith("186 branch outages: 177 leave the network connected, 9 cut buses off", outages.Summary());
        Assert.Equal((177, 177), (outages.Operator().Instances, outages.Connected.Length));
        Assert.Throws<ArgumentException>(() => outages.Operator([outages.Islanding[0]]));
    }

    [Fact]
    public void AnOutageChangesTheEquationsByItsLowRankPart()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            var outages = BranchOutages.Of(network);
            var intact = new PowerFlowOperator(network);
            PowerFlowOperator family = outages.Operator();
            Batch point = intact.Unknowns.CaseStart(1), many = intact.Unknowns.WarmStart(point.Values, family.Instances);
            (Batch f, Matrix j) = At(intact, point, 0);
            for (int s = 0; s < Math.Min(family.Instances, 25); s++)
            {
                (Batch fOut, Matrix jOut) = At(family, many, s);
                var change = BranchOutageChange.At(network, intact.Unknowns, point.Values, outages.Connected[s]);
                for (int r = 0; r < change.Jacobian.Indices.Length; r++)
                {
                    int row = change.Jacobian.Indices[r];
                    f[row, 0] += change.Mismatch[r];
                    for (int c = 0; c < change.Jacobian.Indices.Length; c++)
                    {
                        j[row, change.Jacobian.Indices[c]] += change.Jacobian[r, c];
                    }
                }

                for (int i = 0; i < intact.Components; i++)
                {
                    Assert.True(Math.Abs(f[i, 0] - fOut[i, s]) < 1e-11, $"{name}, outage {s}, row {i}");
                    for (int c = 0; c < intact.Components; c++)
                    {
                        Assert.True(Math.Abs(j[i, c] - jOut[i, c]) < 1e-10, $"{name}, outage {s}, entry {i}, {c}: {j[i, c]} and {jOut[i, c]}");
                    }
                }

                (f, j) = At(intact, point, 0);
            }
        }
    }

    [Fact]
    public void FastDecoupledMatricesAreThoseOfTheAdmittanceMatrix()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            var unknowns = new PowerFlowUnknowns(network);
            var matrices = new FastDecoupledMatrices(network);
            Complex[,] angle = NaivePowerFlow.Admittances(Changed(network, b => b with { Shunt = 0 }, b => b with { Resistance = 0, Charging = 0, TapRatio = 1 }), _ => 1);
            Complex[,] magnitude = NaivePowerFlow.Admittances(Changed(network, b => b, b => b with { PhaseShift = 0 }), _ => 1);
            for (int i = 0; i < network.Buses.Length; i++)
            {
                for (int k = 0; k < network.Buses.Length; k++)
                {
                    if (unknowns.AngleOf[i] >= 0 && unknowns.AngleOf[k] >= 0)
                    {
                        Assert.True(Math.Abs(-angle[i, k].Imaginary - matrices.Angle[unknowns.AngleOf[i], unknowns.AngleOf[k]]) < 1e-10, name);
                    }

                    if (unknowns.MagnitudeOf[i] >= 0 && unknowns.MagnitudeOf[k] >= 0)
                    {
                        double stored = matrices.Magnitude[unknowns.MagnitudeOf[i] - unknowns.Angles, unknowns.MagnitudeOf[k] - unknowns.Angles];
                        Assert.True(Math.Abs(-magnitude[i, k].Imaginary - stored) < 1e-10, name);
                    }
                }
            }

            int outage = BranchOutages.Of(network).Connected[0];
            var without = new FastDecoupledMatrices(Changed(network, b => b, (b, k) => k == outage ? b with { InService = false } : b));
            AssertChange(matrices.Angle, matrices.AngleChange(outage), without.Angle);
            AssertChange(matrices.Magnitude, matrices.MagnitudeChange(outage), without.Magnitude);
        }
    }

    [SharedDataFact("data/powerflow/case118.m")]
    public void FastDecoupledIterationsConvergeOnThePublishedCases()
    {
        foreach (string name in new[] { "case9", "case14", "case30", "case57", "case118" })
        {
            var flow = new PowerFlowOperator(SmallNetworks.Published(name));
            var matrices = new FastDecoupledMatrices(flow.Network);
            var angle = LuFactorization.Factor(Dense(matrices.Angle));
            var magnitude = LuFactorization.Factor(Dense(matrices.Magnitude));
            Batch x = flow.Unknowns.FlatStart(1), f = Batch.Zeros(flow.Components, 1), scaled = Batch.Zeros(flow.Components, 1);
            int angles = flow.Unknowns.Angles, iterations = 0;
            do
            {
                Half(angle, 0, angles);
                Half(magnitude, angles, flow.Components - angles);
                flow.Evaluate(x, f);
            }
            while (++iterations < 40 && f.Values.ToArray().Max(Math.Abs) > 1e-8);

            // The published XB form needs 4 to 15 iterations on these; wrong scaling or matrices need far more or diverge.
            Assert.True(iterations <= 15, $"{name}: {iterations} iterations, mismatch {f.Values.ToArray().Max(Math.Abs)}");

            void Half(LuFactorization factors, int first, int count)
            {
                flow.Evaluate(x, f);
                flow.DivideByMagnitude(x, f, scaled);
                double[] step = new double[count];
                factors.Solve(scaled.Values.Slice(first, count), step);
                for (int i = 0; i < count; i++)
                {
                    x[first + i, 0] -= step[i];
                }
            }
        }
    }

    [Fact]
    public void StatesBalance()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            var flow = new PowerFlowOperator(network);
            Batch x = flow.Unknowns.FlatStart(1);
            NaivePowerFlow.Newton(flow, x, 10);
            var state = new PowerFlowState(flow, x, 0);
            PowerBus slack = network.Buses[network.SlackBus];
            double given = network.Buses.Sum(b => b.Generation.Real) - slack.Generation.Real, load = network.Buses.Sum(b => b.Load.Real);
            double shunts = network.Buses.Select((b, i) => b.Shunt.Real * Math.Pow(state.Voltages[i].Magnitude, 2)).Sum();
            Assert.Equal(((load + shunts - given) * network.BaseMva) + state.Losses.Real, state.SlackPower.Real, 1e-7);
            Assert.True(state.Losses.Real > 0, name);
            Assert.Equal(state.Flows.Max(one => one.Loading), state.WorstLoading?.Loading ?? 0);
            for (int i = 0; i < network.Buses.Length; i++)
            {
                if (network.Buses[i].Kind == PowerBusKind.Load)
                {
                    Complex expected = (network.Buses[i].Generation - network.Buses[i].Load) * network.BaseMva;
                    Assert.True((state.Injections[i] - expected).Magnitude < 1e-7, $"{name}, bus {network.Buses[i].Number}");
                }
            }
        }
    }

    [Fact]
    public void PerturbationsKeepProportions()
    {
        PowerNetwork network = SmallNetworks.Read(SmallNetworks.Mixed);
        var perturbation = new PowerPerturbation(Distribution.Uniform(0.5, 1.5), Distribution.Uniform(0.8, 1.2), Distribution.Uniform(0.5, 1.5));
        PowerInjections drawn = perturbation.Draw(network, 20, new RandomStream(3)), shorter = perturbation.Draw(network, 4, new RandomStream(3));
        double load = network.Buses.Sum(b => b.Load.Real), generation = network.Buses.Sum(b => b.Generation.Real);
        for (int s = 0; s < 20; s++)
        {
            double newLoad = 0, newGeneration = 0;
            for (int i = 0; i < network.Buses.Length; i++)
            {
                Complex before = network.Buses[i].Load, after = drawn.Load(i, s);
                Assert.Equal(before.Real * after.Imaginary, before.Imaginary * after.Real, 1e-14);
                newLoad += after.Real;
                newGeneration += drawn.Generation(i, s).Real;
                Assert.True(s >= 4 || (after == shorter.Load(i, s) && drawn.Generation(i, s) == shorter.Generation(i, s)));
            }

            Assert.Equal(newLoad / load, newGeneration / generation, 1e-12);
            Assert.NotEqual(drawn.Load(1, s), drawn.Load(1, (s + 1) % 20));
        }

    }

    private static (Batch F, Matrix J) At(PowerFlowOperator flow, Batch x, int instance)
    {
        Batch f = Batch.Zeros(flow.Components, x.Instances), l = Batch.Zeros(flow.LinearizationComponents, x.Instances), e = Batch.Zeros(flow.JacobianPattern.Count, x.Instances);
        flow.Evaluate(x, f);
        flow.Linearize(x, l);
        flow.JacobianEntries(x, l, e);
        return (f, NaivePowerFlow.Dense(flow.JacobianPattern, e, instance));
    }

    private static PowerNetwork Changed(PowerNetwork network, Func<PowerBus, PowerBus> bus, Func<PowerBranch, PowerBranch> branch) =>
        Changed(network, bus, (b, _) => branch(b));

    private static PowerNetwork Changed(PowerNetwork network, Func<PowerBus, PowerBus> bus, Func<PowerBranch, int, PowerBranch> branch) =>
        new(network.BaseMva, network.Buses.Select(bus), network.Branches.Select(branch));

    private static void AssertChange(SparseMatrix intact, LowRankChange change, SparseMatrix without)
    {
        Matrix dense = Dense(intact), expected = Dense(without);
        for (int r = 0; r < change.Indices.Length; r++)
        {
            for (int c = 0; c < change.Indices.Length; c++)
            {
                dense[change.Indices[r], change.Indices[c]] += change[r, c];
            }
        }

        for (int i = 0; i < dense.Rows; i++)
        {
            for (int k = 0; k < dense.Columns; k++)
            {
                Assert.Equal(expected[i, k], dense[i, k], 1e-10);
            }
        }
    }

    private static Matrix Dense(SparseMatrix sparse)
    {
        var dense = new Matrix(sparse.Rows, sparse.Columns);
        for (int i = 0; i < sparse.Rows; i++)
        {
            for (int k = sparse.RowStart[i]; k < sparse.RowStart[i + 1]; k++)
            {
                dense[i, sparse.ColumnIndices[k]] = sparse.Values[k];
            }
        }

        return dense;
    }
}
