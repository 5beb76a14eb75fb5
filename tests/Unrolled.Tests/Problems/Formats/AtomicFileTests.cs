using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    private string Target => Path.Combine(folder, "result.txt");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AppearsOnlyWhenCommitted()
    {
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("new"u8);
            Assert.False(File.Exists(Target));
            file.Commit();
            Assert.Equal("new", File.ReadAllText(Target));
        }

        Assert.Equal([Target], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void WithoutACommitTheOldFileStays()
    {
        File.WriteAllText(Target, "old");
        using (AtomicFile file = AtomicFile.Create(Target))
        {
            file.Stream.Write("half of the n"u8);
        }

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void ReplacesTheTargetOfALinkAndKeepsItsPermissions()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string link = Path.Combine(folder, "link.txt");
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(Target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(link, "result.txt");
        Replace(link, "new"u8);
        Assert.Equal("result.txt", new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void ADeviceIsWrittenNotReplaced()
    {
        if (OperatingSystem.IsLinux())
        {
            Replace("/dev/null", "gone"u8);
            Assert.Empty(File.ReadAllBytes("/dev/null"));
            Assert.Equal((FileAttributes)0, File.GetAttributes("/dev/null") & FileAttributes.Directory);
        }
    }

    [Fact]
    public void FoldersThatDoNotDoAreNamed()
    {
        File.WriteAllText(Target, "old");
        string absent = Path.Combine(folder, "absent");
        Fails(Path.Combine(absent, "x"), $"cannot be written: there is no folder {absent}");
        Fails(Path.Combine(Target, "x"), $"cannot be written: there is no folder {Target}");
        Fails(folder, "cannot be written: is a folder, expected a file");
    }

    [UnprivilegedFact]
    public void AReadOnlyFolderIsNamed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Fails(Target, "the folder may not be written to: permission denied");
            Assert.Equal("old", File.ReadAllText(Target));
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Replace(string path, ReadOnlySpan<byte> contents)
    {
        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(contents);
        file.Commit();
    }

    private static void Fails(string path, string fault) =>
        Assert.Equal($"{path}: {fault}", Assert.Throws<IOException>(() => AtomicFile.Create(path)).Message);

    /// <summary>A fact about permissions, from which an administrator is exempt; reported as skipped for one.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnprivilegedFactAttribute : FactAttribute
    {
        public UnprivilegedFactAttribute() => Skip = Environment.IsPrivilegedProcess ? "an administrator may write to any folder" : null;
    }
}
