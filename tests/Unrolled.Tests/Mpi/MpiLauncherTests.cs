using Unrolled.Mpi;

namespace Unrolled.Tests.Mpi;

public class MpiLauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE", "libmpi.so.40")]
    [InlineData("PRTE_LAUNCHED", "libmpi.so.40")]
    [InlineData("PMIX_RANK", "libmpi.so.40")]
    [InlineData("PMI_RANK", "libmpich.so.12")]
    [InlineData("PMI_SIZE", "libmpich.so.12")]
    public void TheLauncherTellsTheLibrary(string variable, string library)
    {
        MpiLauncher? found = MpiLauncher.Find(name => name == variable ? "2" : null);
        Assert.Equal(variable, found?.Variable);
        Assert.Equal(library, found!.Libraries[0]);
    }

    [Fact]
    public void WithoutALauncherThereIsNone() => Assert.Null(MpiLauncher.Find(_ => null));

    [Fact]
    public void TheUserMayNameTheLibrary()
    {
        MpiLauncher? found = MpiLauncher.Find(name => name switch { "PMI_RANK" => "0", MpiLauncher.LibraryVariable => "libmpi_intel.so", _ => null });
        Assert.Equal(["libmpi_intel.so"], found!.Libraries);
        Assert.Equal("PMI_RANK", found.Variable);
    }

    [Fact]
    public void ALibraryThatIsMissingOrIsNotMpiIsOneClearLine()
    {
        string missing = Assert.Throws<MpiException>(() => MpiLibrary.Load(new MpiLauncher("OMPI_COMM_WORLD_SIZE", ["libno-such-mpi.so.1"]))).Message;
        Assert.Contains("OMPI_COMM_WORLD_SIZE", missing);
        Assert.Contains("libno-such-mpi.so.1", missing);
        Assert.Contains(MpiLauncher.LibraryVariable, missing);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("is no MPI library", Assert.Throws<MpiException>(() => MpiLibrary.Load(new MpiLauncher("PMI_RANK", ["libc.so.6"]))).Message);
        }
    }
}
