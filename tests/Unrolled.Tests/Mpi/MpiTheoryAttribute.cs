namespace Unrolled.Tests.Mpi;

/// <summary>A test for each launcher of MPI jobs that is installed; without any it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute()
    {
        if (MpiRun.Installed.Count == 0)
        {
            Skip = "there is no mpirun on the PATH (Debian: openmpi-bin and libopenmpi-dev, or mpich)";
        }
    }
}
