using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Benchmarks;

/// <summary>
/// Methods with a constant step on 10,000 van der Pol instances x 200 steps, beside NumPy and PyTorch eager vectorized over instances and
/// ARKODE one instance after the other; then what the first result of a new function costs.
/// </summary>
internal static class RungeKuttaSpeed
{
    private const int Instances = 10_000, Steps = 200;
    private const string NumPy = "NumPy", PyTorch = "PyTorch eager", Arkode = "ARKODE one by one";

    private static readonly Asked First = Asked.Time("first result of a new function after the start of a process", 300, "ms");

    private static readonly Dictionary<(string Peer, StepRounding Rounding, int Threads), Asked> _asked = new[] { NumPy, PyTorch, Arkode }
        .SelectMany(peer => new[] { StepRounding.AsWritten, StepRounding.Contracted }.SelectMany(rounding => new[] { 1, 2 }.Select(threads => (Key: (peer, rounding, threads), Asked: Asked.Ratio(
            $"RK4, {Instances} trajectories, {(rounding == StepRounding.Contracted ? "products fused into sums" : "rounded as written")}, against {peer}, {(threads == 1 ? "one thread" : "two threads")}",
            peer == Arkode ? 300 : 15 * threads)))))
        .ToDictionary(a => a.Key, a => a.Asked);

    public static Scenario Scenario { get; } = new("runge-kutta", "methods with a constant step on many van der Pol trajectories, and the first result of a new function", Run)
    {
        Asked = [.. _asked.Values, First],
        Peers = [PeerLibrary.NumPy, PeerLibrary.PyTorch, PeerLibrary.Sundials],
    };

    private static void Run(Results results)
    {
        string[] work = [.. new[] { Instances, Steps }.Select(Text)];
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(Instances, new RandomStream(1)).WithHorizon(4);
        Function step = RungeKuttaStep.Compose(problem.Function!, Tableaus.RungeKutta4);
        results.Table($"van der Pol, {Instances} instances x {Steps} steps",
            "method", "threads", "time", "median", "per instance and step", "against NumPy", "against PyTorch eager", "against ARKODE");
        (string Name, Times Times)? arkode = Peer.Shell("rk4_van_der_pol_arkode.sh", 2, work);
        Announce(results, arkode, 1);
        (string Name, Times Times)? numpy = Peer.Python("rk4_van_der_pol.py", 1, 3, ["numpy", .. work, "1", "15"]);
        Announce(results, numpy, 1);
        foreach (int threads in new[] { 1, 2 })
        {
            (string Name, Times Times)? torch = Peer.Python("rk4_van_der_pol.py", threads, 3, ["torch", .. work, Text(threads), "15"]);
            Announce(results, torch, threads);
            foreach ((IFixedStepMethod method, StepRounding rounding) in new (IFixedStepMethod, StepRounding)[]
            {
                (new FixedStepRungeKutta(Tableaus.RungeKutta4), StepRounding.AsWritten), (new FixedStepRungeKutta(Tableaus.RungeKutta4), StepRounding.Contracted),
                (new FixedStepRungeKutta(Tableaus.DormandPrince), StepRounding.AsWritten), (new FixedStepMultistep(new AdamsBashforth(4)), StepRounding.AsWritten),
            })
            {
                var options = new IntegrationOptions { Threads = threads, Memory = new SolverMemory(), Rounding = rounding };
                Times times = Times.Of(() => method.Integrate(problem, Steps, options), 4);
                bool asked = method.Name == Tableaus.RungeKutta4.Name;
                string Ratio((string, Times Times)? peer, string against, PeerLibrary library) =>
                    peer is { } p ? results.Ratio(p.Times.Least / times.Least, asked ? _asked[(against, rounding, threads)] : null) : library.Missing;
                string name = rounding == StepRounding.Contracted ? $"{method.Name}, products fused into sums" : method.Name;
                Row(results, name, threads, times, Ratio(numpy, NumPy, PeerLibrary.NumPy), Ratio(torch, PyTorch, PeerLibrary.PyTorch), Ratio(arkode, Arkode, PeerLibrary.Sundials));
            }
        }

        results.Line(string.Empty);
        double rate = VectorPeak.OperationsPerNanosecond(), floor = step.OperationCount / rate / VectorPeak.Lanes;
        results.Line(string.Create(CultureInfo.InvariantCulture,
            $"An RK4 step is {step.OperationCount} operations rounded as written, none of them fused. This machine does {rate:0.00} additions or products of "
            + $"{VectorPeak.Lanes} numbers per nanosecond and thread when nothing else holds them up, so {floor:0.000} ns per instance and step, {floor * Instances * Steps / 1e6:0.00} ms in all, "
            + $"are the floor of one thread, and half of that of two. Fused, a step is {step.Contracted().OperationCount} operations ({nameof(IntegrationOptions)}.{nameof(IntegrationOptions.Rounding)})."));
        results.Line("A peer counts with its best form (its name says which) and its best process; NumPy and ARKODE use one thread, PyTorch as many as ours.");
        results.Line(FirstResult.Measure(7) is Times first
            ? string.Create(CultureInfo.InvariantCulture, $"First result of a new function after the start of a process: {results.Judge(First, first.Least)}, median {first.Median:0} ms, of 7 processes.")
            : "First result of a new function: not measured, the program cannot start itself.");
    }

    private static void Announce(Results results, (string Name, Times Times)? peer, int threads)
    {
        if (peer is (string name, Times times))
        {
            Row(results, name, threads, times, "-", "-", "-");
        }
    }

    private static void Row(Results results, string name, int threads, Times times, params string[] ratios) => results.Row([
        name, Text(threads), Results.Milliseconds(times.Least), Results.Milliseconds(times.Median),
        string.Create(CultureInfo.InvariantCulture, $"{times.Least * 1e6 / Instances / Steps:0.000} ns"), .. ratios]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
