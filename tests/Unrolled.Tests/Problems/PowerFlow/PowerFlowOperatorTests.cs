using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Families;
using Unrolled.Problems.PowerFlow;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.PowerFlow;

/// <summary>The mismatch against S = V conj(Y V), derivatives against differences, many instances against one, to the bit.</summary>
public class PowerFlowOperatorTests
{
    private const int Instances = 11;

    [Fact]
    public void TheMismatchIsThatOfTheAdmittanceMatrix()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            (PowerFlowOperator flow, Batch status, Batch x) = Scenario(network, 1);
            Batch f = Batch.Zeros(flow.Components, Instances);
            flow.Evaluate(x, f);
            for (int s = 0; s < Instances; s++)
            {
                double[] naive = NaivePowerFlow.Mismatch(network, NaivePowerFlow.Admittances(network, k => status[k, s]), flow.Injections, s, Column(x, s));
                for (int i = 0; i < naive.Length; i++)
                {
                    Assert.True(Math.Abs(naive[i] - f[i, s]) <= 2e-11 * (1 + naive.Max(Math.Abs)), $"{name}, row {i} of instance {s}: {f[i, s]}, expected {naive[i]}");
                }
            }
        }
    }

    [Fact]
    public void ProductsAreThoseOfDifferences()
    {
        const double h = 1e-5;
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            (PowerFlowOperator flow, _, Batch x) = Scenario(network, 2);
            Batch v = Random(flow.Components, new RandomStream(5), 1), product = Product(flow, x, v);
            Batch before = Batch.Zeros(flow.Components, Instances), after = Batch.Zeros(flow.Components, Instances);
            flow.Evaluate(Moved(x, v, -h), before);
            flow.Evaluate(Moved(x, v, h), after);
            double largest = product.Values.ToArray().Max(Math.Abs);
            for (int i = 0; i < product.Length; i++)
            {
                double difference = (after.Values[i] - before.Values[i]) / (2 * h);
                Assert.True(Math.Abs(difference - product.Values[i]) < 2e-8 * largest, $"{name}, number {i}: {product.Values[i]}, difference {difference}");
            }
        }
    }

    [Fact]
    public void EntriesTimesVectorIsTheProduct()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            (PowerFlowOperator flow, _, Batch x) = Scenario(network, 3);
            SparsityPattern pattern = flow.JacobianPattern;
            Batch v = Random(flow.Components, new RandomStream(6), 1), product = Product(flow, x, v), entries = Entries(flow, x);
            for (int s = 0; s < Instances; s++)
            {
                for (int i = 0; i < pattern.RowCount; i++)
                {
                    double sum = 0, size = 0;
                    for (int k = pattern.RowStart[i]; k < pattern.RowStart[i + 1]; k++)
                    {
                        double term = entries[k, s] * v[pattern.Columns[k], s];
                        (sum, size) = (sum + term, size + Math.Abs(term));
                    }

                    Assert.True(Math.Abs(sum - product[i, s]) <= 1e-13 * (1 + size), $"{name}, row {i}: {sum}, product {product[i, s]}");
                }
            }
        }
    }

    [Fact]
    public void AnInstanceAloneAndSelectedHasTheBitsOfTheBatch()
    {
        foreach ((string name, PowerNetwork network) in SmallNetworks.All())
        {
            (PowerFlowOperator flow, _, Batch x) = Scenario(network, 4);
            Batch v = Random(flow.Components, new RandomStream(7), 1);
            Batch[] together = Everything(flow, x, v);
            int[][] choices = [[0], [10], [9, 3, 3, 0, 8, 7, 6, 5, 4], [.. Enumerable.Range(0, 8)]];
            foreach (int[] chosen in choices)
            {
                Batch[] part = Everything((PowerFlowOperator)flow.Select(chosen), x.Select(chosen), v.Select(chosen));
                for (int r = 0; r < together.Length; r++)
                {
                    Assert.True(part[r].Values.SequenceEqual(together[r].Select(chosen).Values), $"{name}, result {r} of {string.Join(' ', chosen)}");
                }
            }
        }
    }

    [Fact]
    public void ASharedOperatorIsThatOfEveryInstance()
    {
        PowerNetwork network = SmallNetworks.Read(SmallNetworks.Mixed);
        Batch ones = Batch.Zeros(network.Branches.Length, Instances);
        ones.Values.Fill(1);
        var shared = new PowerFlowOperator(network);
        var each = new PowerFlowOperator(network, ones, PowerInjections.Scaled(network, Ones(Instances), null));
        Batch x = Moved(shared.Unknowns.FlatStart(Instances), Random(shared.Components, new RandomStream(8), 1), 0.1);
        Assert.Equal((1, Instances), (shared.Instances, each.Instances));
        Assert.Same(shared, shared.Select([0, 0]));
        foreach ((Batch a, Batch b) in Everything(shared, x, x).Zip(Everything(each, x, x)))
        {
            Assert.True(a.Values.SequenceEqual(b.Values));
        }
    }

    [Fact]
    public void NothingIsAllocatedPerCall()
    {
        (PowerFlowOperator flow, _, Batch x) = Scenario(SmallNetworks.Read(SmallNetworks.Mixed), 5);
        Batch f = Batch.Zeros(flow.Components, Instances), l = Batch.Zeros(flow.LinearizationComponents, Instances), e = Batch.Zeros(flow.JacobianPattern.Count, Instances);
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            flow.Evaluate(x, f);
            flow.Linearize(x, l);
            flow.ApplyJacobian(x, l, x, f);
            flow.JacobianEntries(x, l, e);
            flow.DivideByMagnitude(x, f, f);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void MistakesOfTheCallerAreNamed()
    {
        PowerNetwork network = SmallNetworks.Read(SmallNetworks.Mixed);
        var flow = new PowerFlowOperator(network);
        Assert.Contains("is 3 x 2", Assert.Throws<ArgumentException>(() => flow.Evaluate(Batch.Zeros(3, 2), Batch.Zeros(3, 2))).Message);
        Batch twice = Batch.Zeros(network.Branches.Length, 2);
        twice.Values.Fill(2);
        Assert.Contains("status is 2", Assert.Throws<ArgumentException>(() => new PowerFlowOperator(network, twice)).Message);
        Assert.Throws<ArgumentException>(() => new PowerFlowOperator(network, Batch.Zeros(network.Branches.Length, 2), PowerInjections.Scaled(network, Ones(3), null)));
        Assert.Throws<ArgumentException>(() => PowerInjections.Scaled(network, Batch.Zeros(3, 3), null));
    }

    [Fact]
    public void NewtonFindsTheSolutionOfSmallNetworks() => Assert.All(
        new[] { SmallNetworks.Mixed, SmallNetworks.Ring(9) }, text => Converges(SmallNetworks.Read(text)));

    [SharedDataFact("data/powerflow/case118.m")]
    public void NewtonFindsTheSolutionOfThePublishedCases() => Assert.All(
        new[] { "case9", "case14", "case30", "case57", "case118" }, name => Converges(SmallNetworks.Published(name)));

    /// <summary>Operator, status and points of many instances: outages, weakened branches, other loads and dispatch.</summary>
    private static (PowerFlowOperator Flow, Batch Status, Batch X) Scenario(PowerNetwork network, ulong seed)
    {
        var stream = new RandomStream(seed);
        Batch status = Batch.Zeros(network.Branches.Length, Instances);
        status.Values.Fill(1);
        for (int s = 1; s < Instances; s++)
        {
            status[stream.NextIndex(status.Components), s] = 0;
            status[stream.NextIndex(status.Components), s] = s % 3 == 0 ? stream.NextUniform() : 0;
        }

        var perturbation = new PowerPerturbation(Distribution.Uniform(0.8, 1.1), Distribution.Normal(1, 0.1), Distribution.Uniform(0.5, 1.5));
        var flow = new PowerFlowOperator(network, status, perturbation.Draw(network, Instances, stream.Split("powers")));
        return (flow, status, Moved(flow.Unknowns.CaseStart(Instances), Random(flow.Components, stream.Split("points"), 0.4), 1));
    }

    private static void Converges(PowerNetwork network)
    {
        var flow = new PowerFlowOperator(network);
        Batch x = flow.Unknowns.FlatStart(1);
        List<double> norms = NaivePowerFlow.Newton(flow, x, 10);
        Assert.True(norms[^1] < 1e-12, string.Join(' ', norms));
        double[] naive = NaivePowerFlow.Mismatch(network, NaivePowerFlow.Admittances(network, _ => 1), flow.Injections, 0, x.Values);
        Assert.InRange(naive.Max(Math.Abs), 0, 2e-12);

        // Quadratic: each mismatch is a multiple of the square of the one before, as long as rounding does not rule.
        int first = norms.FindIndex(norm => norm < 1e-2);
        Assert.True(norms[first + 1] < 100 * norms[first] * norms[first] + 1e-12, string.Join(' ', norms));
    }

    private static Batch[] Everything(PowerFlowOperator flow, Batch x, Batch v)
    {
        Batch f = Batch.Zeros(flow.Components, x.Instances), l = Batch.Zeros(flow.LinearizationComponents, x.Instances), scaled = Batch.Zeros(flow.Components, x.Instances);
        flow.Evaluate(x, f);
        flow.Linearize(x, l);
        flow.DivideByMagnitude(x, f, scaled);
        return [f, l, Product(flow, x, v), Entries(flow, x), scaled];
    }

    private static Batch Product(INonlinearOperator flow, Batch x, Batch v)
    {
        Batch l = Batch.Zeros(flow.LinearizationComponents, x.Instances), product = Batch.Zeros(flow.Components, x.Instances);
        flow.Linearize(x, l);
        flow.ApplyJacobian(x, l, v, product);
        return product;
    }

    private static Batch Entries(INonlinearOperator flow, Batch x)
    {
        Batch l = Batch.Zeros(flow.LinearizationComponents, x.Instances), entries = Batch.Zeros(flow.JacobianPattern!.Count, x.Instances);
        flow.Linearize(x, l);
        flow.JacobianEntries(x, l, entries);
        return entries;
    }

    private static double[] Column(Batch x, int instance) => x.Select([instance]).Values.ToArray();

    private static Batch Ones(int instances)
    {
        Batch ones = Batch.Zeros(1, instances);
        ones.Values.Fill(1);
        return ones;
    }

    private static Batch Random(int components, RandomStream stream, double size)
    {
        Batch numbers = Batch.Zeros(components, Instances);
        foreach (ref double number in numbers.Values)
        {
            number = stream.NextUniform(-size, size);
        }

        return numbers;
    }

    private static Batch Moved(Batch x, Batch v, double step)
    {
        Batch moved = Batch.Zeros(x.Components, x.Instances);
        for (int i = 0; i < x.Length; i++)
        {
            moved.Values[i] = x.Values[i] + (step * v.Values[i]);
        }

        return moved;
    }
}
