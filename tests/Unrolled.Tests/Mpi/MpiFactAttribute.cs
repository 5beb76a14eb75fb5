namespace Unrolled.Tests.Mpi;

/// <summary>A test that needs <c>mpirun</c>; without it, it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute()
    {
        if (MpiRun.Program is null)
        {
            Skip = "there is no mpirun on the PATH (Debian: openmpi-bin and libopenmpi-dev)";
        }
    }
}
