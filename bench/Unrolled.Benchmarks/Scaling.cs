using System.Globalization;
using System.Text.Json;

namespace Unrolled.Benchmarks;

/// <summary>Trainings as MPI jobs of 1, 2 and 4 ranks on this machine: the same work on more ranks, and as much work for every rank.</summary>
internal static class Scaling
{
    private const int Repeats = 5;

    private static readonly int[] Ranks = [1, 2, 4];

    private static readonly Case[] Cases =
    [
        new("network for images, patches of a batch", """
            family: { kind: images, noise: { sigma: 25 } }
            method: diffusion-network
            diffusion-network: { blocks: 5, filters: 15, kernel: 5, flux: spline, knots: [0.6, 1.3, 2.2, 3.5, 6, 10], learning-rates: 2e-2 }
            training: { iterations: 40, batch: 16, validation: 4, patch: 44, seed: 1, checkpoint-seconds: 60 }
            comparison: { instances: 2 }
            """, "training.batch", 16),
        new("integrator, groups of trajectories", """
            family:
              equations: |
                dx = y
                dy = mu*(1 - x^2)*y - x
              parameters: { mu: uniform(1, 2) }
              initial: { x: uniform(-2, 2), y: uniform(-2, 2) }
              horizon: 10
            method: runge-kutta
            budget: 480
            runge-kutta: { stages: 6, parents: 1, memory: none }
            training: { seed: 1, instances: 2048, validation: 64, rounds: 2, checkpoint-seconds: 60 }
            comparison: { instances: 4 }
            """, "training.instances", 2048),
        new("rule search, restarts", """
            family: { kind: parity }
            method: recurrent-convolution
            recurrent-convolution: { task: discover, space: gates }
            training: { seed: 1, search: random, evaluations: 10000, restarts: 96, restarts-per-round: 12, checkpoint-seconds: 60 }
            comparison: { sizes: [4], instances: 1 }
            """, "training.restarts", 96),
    ];

    public static void Run(Results results)
    {
        string command = Path.Combine(Results.Root, "src", "Unrolled.Cli", "bin", "Release", "net10.0", "Unrolled.Cli.dll");
        results.Line(string.Empty);
        if (!File.Exists(command) || Job(command, 1, null, []) is null)
        {
            results.Line("Not measured: `mpirun` of Open MPI is not installed, or the command is not built (`dotnet build src/Unrolled.Cli -c Release`).");
            return;
        }

        results.Line($"Ranks of one thread, `mpirun -n N --bind-to none --oversubscribe`, on {Environment.ProcessorCount} processors: more ranks than processors share them, so 4 ranks on 2");
        results.Line($"processors can at best take as long as 2. Times are those from the first to the last shared step, the least of {Repeats} runs. Other programs used");
        results.Line("the machine, so the processor time of rank 0 outside of exchanges stands beside them: what the training takes where every rank has a processor of");
        results.Line("its own and exchanges cost nothing. The model of `docs/many-machines.md` is fed by the run on 1 rank and knows nothing of this machine.");
        string folder = Directory.CreateTempSubdirectory("unrolled-scaling").FullName;
        try
        {
            foreach (Case work in Cases)
            {
                string experiment = Path.Combine(folder, "e.yaml");
                File.WriteAllText(experiment, work.Experiment);
                Measure(results, command, experiment, folder, work, weak: false);
                Measure(results, command, experiment, folder, work, weak: true);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(Results results, string command, string experiment, string folder, Case work, bool weak)
    {
        int size = weak ? work.Size / 2 : work.Size;
        results.Table(
            $"{work.Name}: {(weak ? $"weak scaling, {work.Key} = {size} times the ranks" : $"strong scaling, {work.Key} = {size}")}",
            "ranks", "time", weak ? "efficiency" : "speed-up", "processor time of a rank", weak ? "efficiency by it" : "speed-up by it", "expected by the model", "steps", "bytes a step", "serial", "exchanging and waiting");
        double alone = 0, aloneBusy = 0;
        double[] expected = [];
        foreach (int ranks in Ranks)
        {
            string[] arguments =
            [
                "learn", experiment, "--out", Path.Combine(folder, "run"), "--threads", "1", "--quiet", "--json", "--predict-ranks",
                "--set", string.Create(CultureInfo.InvariantCulture, $"{work.Key}={(weak ? size * ranks : size)}"),
            ];
            JsonElement? best = null;
            double busy = double.PositiveInfinity;
            for (int i = 0; i < Repeats; i++)
            {
                JsonElement? run = Job(command, ranks, folder, arguments);
                busy = run is { } measured ? Math.Min(busy, Number(measured, "busySeconds")) : busy;
                best = best is null || (run is { } now && Number(now, "seconds") < Number(best.Value, "seconds")) ? run : best;
            }

            if (best is not { } least)
            {
                results.Row($"{ranks}", "failed");
                continue;
            }

            double seconds = Number(least, "seconds");
            if (ranks == 1)
            {
                (alone, aloneBusy, expected) = (seconds, busy, [1, .. Ranks[1..].Select(n => least.GetProperty("expectedSpeedUp").GetProperty($"{n}").GetDouble())]);
            }

            double model = weak ? double.NaN : expected[Array.IndexOf(Ranks, ranks)];
            results.Row(
                $"{ranks}", string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"), string.Create(CultureInfo.InvariantCulture, $"{alone / seconds:0.00}"),
                string.Create(CultureInfo.InvariantCulture, $"{busy:0.00} s"), string.Create(CultureInfo.InvariantCulture, $"{aloneBusy / busy:0.00}"),
                double.IsNaN(model) ? "1.00" : string.Create(CultureInfo.InvariantCulture, $"{model:0.00}"), $"{Number(least, "steps"):0}", $"{Number(least, "bytesPerStep"):0}",
                Part("serialSeconds"), Part("exchangeSeconds"));

            string Part(string name) => string.Create(CultureInfo.InvariantCulture, $"{100 * Number(least, name) / seconds:0.0} %");
        }
    }

    /// <summary>What a job says about its ranks; null where it fails. Without arguments whether jobs can be run at all.</summary>
    private static JsonElement? Job(string command, int ranks, string? folder, string[] arguments)
    {
        string[] launcher = ["-n", $"{ranks}", "--bind-to", "none", "--oversubscribe", "--allow-run-as-root", "-x", "TERM=dumb", "dotnet", command];
        if (Peer.Execute("mpirun", [.. launcher, .. folder is null ? ["list", "--json"] : arguments]) is not (0 or 2, string output))
        {
            return null; // 2: done, and not accepted
        }

        using JsonDocument document = JsonDocument.Parse(output);
        return (folder is null ? document.RootElement : document.RootElement.GetProperty("ranks")).Clone();
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    /// <summary>An experiment, and the key of what its ranks share.</summary>
    private sealed record Case(string Name, string Experiment, string Key, int Size);
}
