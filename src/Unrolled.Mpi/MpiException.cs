namespace Unrolled.Mpi;

/// <summary>MPI cannot be used: no library, or a call of it failed.</summary>
public sealed class MpiException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MpiException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
