using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Cli;
using Unrolled.Tests.Problems.PowerFlow;

namespace Unrolled.Tests.Repository;

/// <summary>A folder of its own with the experiments and with files of the kind that pages speak of, in which their commands run.</summary>
internal sealed class PageFolder : IDisposable
{
    private const string Uncertified = "certificate.instances=0";

    /// <summary>
    /// What is added to trainings so that they end in seconds; nothing else is changed. The first row whose name is in the command counts.
    /// </summary>
    private static readonly (string Experiment, string[] Settings)[] Short =
    [
        ("van-der-pol", Integrator),
        ("my-equations", Integrator),
        ("my-system", ["training.rounds=4", "training.instances=32", "comparison.instances=5", Uncertified]),
        ("diffusion-2d", ["training.instances=8", "comparison.instances=4", "krylov.inner-evaluations=8", Uncertified]),
        ("denoise-signals", ["training.iterations=20", "training.batch=4", "training.seeds=1", "training.rounds=2", "rivals=[]", "comparison.instances=2", Uncertified]),
        ("denoise-images", ["training.iterations=4", "training.batch=2", "training.rounds=1", "training.validation=1", "training.validation-extent=32", "rivals=[]", "comparison.instances=1", Uncertified]),
        ("discover-elimination", ["comparison.instances=1", "comparison.sizes=8", Uncertified]),
        ("parity", ["family.bits=8", "family.examples=12", "family.queries=6", "rivals.parameters=2000", "rivals.steps=5", "comparison.instances=1", "comparison.sizes=8", Uncertified]),
        ("power-flow", []),
        ("matrix-market", [Uncertified]),
    ];

    public PageFolder()
    {
        Directory.CreateDirectory(At("experiments"));
        foreach (string experiment in Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "experiments"), "*.yaml"))
        {
            File.Copy(experiment, At(Path.Combine("experiments", Path.GetFileName(experiment))));
        }

        WriteSystem();
        WriteImages();
        File.WriteAllText(At("case118.m"), SmallNetworks.Ring(9));
        var bits = new RandomStream(3);
        string Row(int columns) => string.Join(',', Enumerable.Range(0, columns).Select(_ => bits.NextIndex(2)));
        File.WriteAllLines(At("q.csv"), Enumerable.Range(0, 4).Select(_ => Row(8)));
        File.WriteAllLines(At("data.csv"), Enumerable.Range(0, 12).Select(_ => Row(8)).Select(r => $"{r},{r[0] ^ r[4]}"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("page-").FullName;

    private static string[] Integrator => ["budget=60", "training.rounds=2", "training.instances=8", "training.validation=8", "comparison.instances=4",
        "runge-kutta.parents=1", "runge-kutta.memory=none", "acceptance.better-than-best-classical=0.001", Uncertified];

    public string At(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs <c>unrolled ...</c> here, a training with its short settings; the experiment may end unaccepted, everything else must end well.</summary>
    public void Run(string page, string line)
    {
        string command = line.Split(" #", 2)[0].Trim();
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        bool learns = words[0] == "learn";
        if (learns)
        {
            int row = Array.FindIndex(Short, s => words[1].Contains(s.Experiment, StringComparison.Ordinal));
            Assert.True(row >= 0, $"{page}: '{words[1]}' has no short settings here");
            words = [.. words, .. Short[row].Settings.Where(s => !words.Contains(s)).SelectMany(s => new[] { "--set", s })];
        }

        (int code, string output, string error) = LinearCommand.Finish(LinearCommand.StartIn(Folder, words));
        Assert.True(code == 0 || (code == 2 && learns), $"{page}: '{command}' ended with {code}\n{error}\n{output}");
    }

    /// <summary>The five-point operator, symmetric and definite, with a right-hand side.</summary>
    private void WriteSystem()
    {
        const int n = 8;
        var text = new StringBuilder();
        int entries = 0;
        for (int i = 0; i < n * n; i++)
        {
            text.Append($"{i + 1} {i + 1} 4.2\n");
            entries++;
            foreach (int j in new[] { i % n > 0 ? i - 1 : -1, i - n }.Where(j => j >= 0))
            {
                text.Append($"{i + 1} {j + 1} -1\n");
                entries++;
            }
        }

        File.WriteAllText(At("A.mtx"), $"%%MatrixMarket matrix coordinate real symmetric\n{n * n} {n * n} {entries}\n{text}");
        File.WriteAllText(At("b.mtx"), $"%%MatrixMarket matrix array real general\n{n * n} 1\n{string.Concat(Enumerable.Repeat("1\n", n * n))}");
    }

    private void WriteImages()
    {
        var images = new DenoisingFamily(new DeadLeaves(144), new GaussianNoise(Distribution.Constant(25), unit: 1 / 255.0));
        NoisyFields drawn = images.Draw(1, new RandomStream(1));
        foreach (string folder in new[] { "DIR", "TESTDIR" })
        {
            Directory.CreateDirectory(At(folder));
            RasterFile.Write(At(Path.Combine(folder, "one.png")), new Raster(drawn.Clean));
        }

        RasterFile.Write(At("photo.png"), new Raster(drawn.Noisy));
        RasterFile.Write(At("noisy.png"), new Raster(drawn.Noisy));
    }
}
