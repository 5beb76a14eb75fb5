using Unrolled.Cli.Sharing;
using Unrolled.Deployment;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli;

/// <summary>The folder of a run and the files in it. A folder that was created for a run that wrote nothing goes away again.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly List<string> _created;
    private readonly Shard? _shard;

    private RunFolder(string path, bool resuming, Shard? shard, List<string> created)
    {
        Path = path;
        Resuming = resuming;
        _shard = shard;
        _created = created;
    }

    public string Path { get; }

    public bool Resuming { get; }

    public string ModelPath => System.IO.Path.Combine(Path, "model.json");

    public string ReportPath => System.IO.Path.Combine(Path, "report.html");

    public string LogPath => System.IO.Path.Combine(Path, _shard is null ? "log.jsonl" : $"log-{System.IO.Path.ChangeExtension(_shard.FileName, "jsonl")}");

    public string CheckpointPath => System.IO.Path.Combine(Path, _shard?.FileName ?? "checkpoint.json");

    /// <summary>Opens the folder of a run.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="resume">Whether to go on from a checkpoint in it.</param>
    /// <param name="shard">The shard of this run; null for the whole.</param>
    /// <param name="create">Whether this process makes the folder where it does not exist.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made, or there is nothing to resume from.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static RunFolder Open(string path, bool resume, Shard? shard = null, bool create = true)
    {
        if (File.Exists(path))
        {
            throw new InvalidInputException(path, "is a file, expected the folder of a run");
        }

        var created = new List<string>();
        for (string? level = System.IO.Path.GetFullPath(path); level is not null && !Directory.Exists(level); level = System.IO.Path.GetDirectoryName(level))
        {
            created.Add(level);
        }

        var folder = new RunFolder(path, resume, shard, create ? created : []);
        if (resume && !Checkpoint.Exists(folder.CheckpointPath))
        {
            throw new InvalidInputException(path, File.Exists(folder.ModelPath)
                ? "the run is finished: there is no checkpoint to go on from"
                : "there is no checkpoint to go on from");
        }

        if (!create)
        {
            return folder;
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"the folder cannot be made: {e.Message}", e);
        }

        AtomicFile.Create(folder.ModelPath).Dispose(); // a folder that cannot be written to is told before the training, not after it
        return folder;
    }

    /// <summary>Removes the checkpoint: the model has what it was for.</summary>
    public void Finish() => Checkpoint.Delete(CheckpointPath);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string level in _created)
        {
            if (!Directory.Exists(level) || Directory.EnumerateFileSystemEntries(level).Any())
            {
                return;
            }

            Directory.Delete(level);
        }
    }
}
