using Unrolled.Tests.Problems.PowerFlow;

namespace Unrolled.Tests.Cli;

/// <summary>A small model of every workload, learned once for all tests that look at what a user sees of one.</summary>
public sealed class SmallModels : IDisposable
{
    private readonly LinearCommand _command = new();
    private readonly Dictionary<string, SmallModel> _learned = [];

    /// <summary>The names of the models.</summary>
    public static TheoryData<string> Names => new(All.Keys);

    /// <summary>The options of <c>learn</c> behind the experiment.</summary>
    private static Dictionary<string, (string Experiment, string[] Settings)> All { get; } = new()
    {
        ["linear"] = ("linear-5x5", ["training.trainer=gradient", "training.starts=40", "training.instances=100", "certificate.instances=40", "acceptance.loss-at-most=1", "acceptance.certified=optional"]),
        ["diffusion-2d"] = ("diffusion-2d", ["family.grid=8", "training.instances=8", "comparison.instances=5", "krylov.inner-evaluations=[4, 8]", "certificate.instances=40"]),
        ["integrator"] = ("pendulum", ["budget=60", "training.rounds=3", "comparison.instances=5", "certificate.instances=40", "acceptance.better-than-best-classical=0.001"]),
        ["step-conditioned"] = ("step-conditioned", ["training.rounds=3", "comparison.instances=5", "certificate.instances=40", "acceptance.better-than-best-classical-of-as-many-stages=0.001"]),
        ["one-step"] = ("square-order-3", []),
        ["nonlinear"] = ("chandrasekhar", ["training.rounds=6", "training.instances=64", "comparison.instances=5", "certificate.instances=40"]),
        ["nonlinear-range"] = ("chandrasekhar-range", ["training.rounds=3", "training.instances=64", "training.validation=32", "comparison.instances=5", "nonlinear-solver.degree=2", "certificate.instances=40"]),
        ["power-flow"] = ("power-flow", ["family.case={0}/net.m", "power-flow.inner-evaluations=2", "training.rounds=4", "training.starts=1", "acceptance.fallback-at-most=1"]),
        ["signals"] = ("denoise-signals", ["training.iterations=60", "training.batch=8", "training.seeds=2", "rivals=[]", "comparison.instances=2", "certificate.instances=20"]),
        ["images"] = ("denoise-images", ["diffusion-network.blocks=2", "diffusion-network.filters=4", "diffusion-network.kernel=3", "training.iterations=20", "training.batch=2", "training.patch=16", "rivals=[]", "comparison.instances=2", "certificate.instances=20"]),
        ["memory"] = ("parity", ["family.bits=16", "family.examples=24", "family.queries=10", "training.problems=2", "rivals.parameters=2000", "rivals.steps=5", "comparison.instances=1", "comparison.sizes=8"]),
        ["discovery"] = ("discover-elimination", ["comparison.instances=1", "comparison.sizes=8"]),
    };

    /// <summary>The model, learned when it is first asked for.</summary>
    internal SmallModel this[string name]
    {
        get
        {
            if (!_learned.TryGetValue(name, out SmallModel? model))
            {
                _learned[name] = model = Learn(name);
            }

            return model;
        }
    }

    /// <summary>What a verb prints; it must have done its work.</summary>
    internal string Run(params string[] arguments)
    {
        (int code, string output, string error) = _command.Run(arguments);
        Assert.True(code is 0 or 2, $"{string.Join(' ', arguments)}: code {code}: {error}");
        return output;
    }

    public void Dispose() => _command.Dispose();

    private SmallModel Learn(string name)
    {
        (string experiment, string[] settings) = All[name];
        File.WriteAllText(_command.At("net.m"), SmallNetworks.Mixed);
        string folder = _command.At(name);
        string[] words = ["learn", LinearCommand.Experiment($"{experiment}.yaml"), "--out", folder, .. settings.SelectMany(s => new[] { "--set", s.Replace("{0}", _command.Folder) })];
        (int code, string output, string error) = _command.Run(words);
        Assert.True(code is 0 or 2, $"{name}: code {code}: {error}");
        return new SmallModel(folder, output);
    }
}

/// <param name="Folder">The folder of the run.</param>
/// <param name="Printed">What <c>learn</c> printed.</param>
internal sealed record SmallModel(string Folder, string Printed)
{
    public string Report => Path.Combine(Folder, "report.html");
}
