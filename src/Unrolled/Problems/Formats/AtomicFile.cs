namespace Unrolled.Problems.Formats;

/// <summary>
/// A file that appears complete or not at all: write to <see cref="Stream"/>, then <see cref="Commit"/>. Until then the
/// target, if it exists, keeps its contents, and disposing without a commit leaves it untouched.
/// </summary>
/// <remarks>
/// The bytes go to a temporary file in the same folder, which is flushed to the disk and renamed over the target. A
/// symbolic link is followed, and an existing target passes its permissions on. Devices (a path under /dev) cannot be
/// replaced and are written directly. One writer per file: of two at once, the last to commit wins whole.
/// <code>
/// using AtomicFile file = AtomicFile.Create(path);
/// MatrixMarketWriter.Write(file.Stream, matrix);
/// file.Commit();
/// </code>
/// </remarks>
public sealed class AtomicFile : IDisposable
{
    private readonly string path;
    private readonly string target;
    private readonly string? temporary;
    private readonly FileStream stream;

    private AtomicFile(string path, string target, string? temporary)
    {
        this.path = path;
        this.target = target;
        this.temporary = temporary;
        stream = temporary is null
            ? new FileStream(target, FileMode.Open, FileAccess.Write)
            : new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>What will be the contents of the file.</summary>
    public Stream Stream => stream;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The target. Its folder must exist.</param>
    /// <exception cref="IOException">The folder does not exist or may not be written to, or the target is a folder; the text
    /// begins with the path and is complete.</exception>
    public static AtomicFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            string target = Path.GetFullPath(path);
            if (IsDevice(target))
            {
                return new AtomicFile(path, target, null);
            }

            if (new FileInfo(target).LinkTarget is not null)
            {
                target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
            }

            if (Directory.Exists(target))
            {
                throw new IOException("is a folder, expected a file");
            }

            string folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder))
            {
                throw new IOException($"there is no folder {folder}");
            }

            return new AtomicFile(path, target, Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: the folder may not be written to: permission denied", e);
        }
        catch (IOException e)
        {
            throw new IOException($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Puts what was written in the place of the target and closes the file.</summary>
    /// <exception cref="IOException">The disk is full or the target cannot be replaced; it keeps its contents.</exception>
    public void Commit()
    {
        try
        {
            stream.Flush(flushToDisk: temporary is not null);
            stream.Dispose();
            if (temporary is null)
            {
                return;
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Closes the file. Without a <see cref="Commit"/> before it, what was written is gone.</summary>
    public void Dispose()
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // The last buffer does not fit the disk: a failure of Commit, told there, or of contents that nobody wants.
        }
        finally
        {
            if (temporary is not null)
            {
                File.Delete(temporary);
            }
        }
    }

    private static bool IsDevice(string target) =>
        File.Exists(target)
        && target.StartsWith("/dev/", StringComparison.Ordinal)
        && !target.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
