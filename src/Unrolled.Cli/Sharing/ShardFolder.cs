using System.Globalization;
using System.Text.RegularExpressions;
using Unrolled.Cli.Experiments;
using Unrolled.Deployment;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Sharing;

/// <summary>A folder in which the shards of one experiment leave their results, and a copy of the experiment.</summary>
internal sealed partial class ShardFolder(string path)
{
    /// <summary>The experiment with its overrides.</summary>
    public string ExperimentPath => Path.Combine(path, "experiment.json");

    /// <summary>What the folder is to keep of the experiment; null where it has it. Take it before defaults are read.</summary>
    /// <exception cref="InvalidInputException">The folder holds shards of another experiment.</exception>
    public byte[]? ToKeep(Settings experiment)
    {
        if (!File.Exists(ExperimentPath))
        {
            return ExperimentWriter.ToJson(experiment);
        }

        return ExperimentFingerprint.Of(ExperimentReader.Read(ExperimentPath)) == ExperimentFingerprint.Of(experiment)
            ? null
            : throw new InvalidInputException(path, "holds shards of another experiment or other settings; choose another folder by --out");
    }

    /// <summary>Leaves the experiment for the merge.</summary>
    public void Keep(byte[]? experiment)
    {
        if (experiment is not null)
        {
            using AtomicFile file = AtomicFile.Create(ExperimentPath);
            file.Stream.Write(experiment);
            file.Commit();
        }
    }

    /// <summary>Reads the experiment of the shards.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public Settings ReadExperiment() => File.Exists(ExperimentPath)
        ? ExperimentReader.Read(ExperimentPath)
        : throw new InvalidInputException(path, "holds no shards; make them by: unrolled learn EXPERIMENT.yaml --out DIR --shard 1/3 (and 2/3, 3/3)");

    /// <summary>The results of all shards in one checkpoint, as if one run had made them.</summary>
    /// <exception cref="InvalidInputException">A shard is missing, not complete, or belongs to another experiment.</exception>
    public Checkpoint Unite(string fingerprint)
    {
        int count = Division();
        var united = new Checkpoint();
        double seconds = 0;
        for (int number = 1; number <= count; number++)
        {
            var shard = new Shard(number, count);
            Checkpoint part = Read(shard, fingerprint) ?? throw new InvalidInputException(path, $"shard {shard} is missing; make it by: unrolled learn ... --shard {shard}");
            if (part.Arrays[Shard.Key] is not [_, _, 1])
            {
                throw new InvalidInputException(path, $"shard {shard} is not complete; go on with: unrolled learn ... --shard {shard} --resume");
            }

            foreach ((string name, double[] values) in part.Arrays)
            {
                united.Arrays[name] = values;
            }

            seconds += part.Arrays["seconds"][0];
        }

        united.Arrays.Remove(Shard.Key);
        united.Arrays["seconds"] = [seconds];
        return united;
    }

    /// <summary>What a shard has so far; null where it has not begun.</summary>
    /// <exception cref="InvalidInputException">Its file is damaged or belongs to another experiment.</exception>
    public Checkpoint? Read(Shard shard, string fingerprint)
    {
        string file = Path.Combine(path, shard.FileName);
        if (!File.Exists(file))
        {
            return null;
        }

        Checkpoint checkpoint = Checkpoint.Read(file, fingerprint, $"make shard {shard} anew");
        return checkpoint.Arrays.TryGetValue(Shard.Key, out double[]? place) && place is [double i, double n, _] && i == shard.Number && n == shard.Count
            ? checkpoint
            : throw new InvalidInputException(file, $"is not shard {shard}; make it anew");
    }

    /// <summary>n, which all files of the folder have in common.</summary>
    private int Division()
    {
        int[] counts = [.. Directory.EnumerateFiles(path, "shard-*-of-*.json").Select(f => Name().Match(Path.GetFileName(f))).Where(m => m.Success)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct().Order()];
        return counts.Length switch
        {
            1 => counts[0],
            0 => throw new InvalidInputException(path, "holds no shards"),
            _ => throw new InvalidInputException(path, $"holds shards of {string.Join(" and of ", counts)}; remove those of the division that is not wanted"),
        };
    }

    [GeneratedRegex("^shard-[0-9]{1,5}-of-([0-9]{1,5})\\.json$")]
    private static partial Regex Name();
}
