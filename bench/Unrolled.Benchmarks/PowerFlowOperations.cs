using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Benchmarks;

/// <summary>What one call of the power flow operator costs: the N-1 family of case118 and the intact network alone, one thread.</summary>
internal static class PowerFlowOperations
{
    public static Scenario Scenario { get; } = new("power-flow", "what one call of the power-flow operator costs, for all outages of a 118-bus network and for the intact one", Run);

    private static void Run(Results results)
    {
        results.Line(string.Empty);
        if (CaseFile.Find("case118.m") is not string path)
        {
            results.Line($"Not measured: no case file. {CaseFile.Remedy}");
            return;
        }

        PowerNetwork network = PowerNetwork.Read(path);
        var outages = BranchOutages.Of(network);
        results.Line(outages.Summary());
        Measure(results, "N-1", outages.Operator());
        Measure(results, "intact", new PowerFlowOperator(network));
    }

    private static void Measure(Results results, string name, PowerFlowOperator flow)
    {
        int instances = flow.Instances;
        Batch x = flow.Unknowns.CaseStart(instances), v = flow.Unknowns.FlatStart(instances), f = Batch.Zeros(flow.Components, instances);
        Batch l = Batch.Zeros(flow.LinearizationComponents, instances), entries = Batch.Zeros(flow.JacobianPattern.Count, instances);
        flow.Linearize(x, l);
        results.Table(
            string.Create(CultureInfo.InvariantCulture, $"{name}, one thread: {instances} instances, {flow.Components} unknowns, {flow.JacobianPattern.Count} entries, {flow.LinearizationComponents} numbers between"),
            "operation", "time", "median", "per instance");
        Add("Evaluate", () => flow.Evaluate(x, f));
        Add("Linearize", () => flow.Linearize(x, l));
        Add("ApplyJacobian", () => flow.ApplyJacobian(x, l, v, f));
        Add("JacobianEntries", () => flow.JacobianEntries(x, l, entries));
        Add("DivideByMagnitude", () => flow.DivideByMagnitude(x, v, f));

        void Add(string operation, Action action)
        {
            Times times = Times.Of(action, 1);
            results.Row(operation, Micro(times.Least), Micro(times.Median), Micro(times.Least / instances));
        }
    }

    private static string Micro(double milliseconds) => (milliseconds * 1000).ToString("0.00", CultureInfo.InvariantCulture) + " us";
}
