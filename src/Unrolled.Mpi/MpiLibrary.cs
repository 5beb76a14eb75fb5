using System.Runtime.InteropServices;
using System.Text;

namespace Unrolled.Mpi;

/// <summary>
/// The few functions of an MPI library that are used, with the handles of its family: Open MPI, whose handles are addresses, or MPICH and what
/// descends from it, whose handles are integers. Found at run time, so that one program works with both and without either.
/// </summary>
/// <remarks>
/// Function pointers rather than declared imports: the library is chosen per object, and nothing about the process is changed but
/// <c>UCX_ERROR_SIGNALS</c>. With UCX underneath, MPI would otherwise take the signal from which the runtime makes its exceptions for null
/// references, and the first of them would end the process. The MPI standard, version 3.1, names the functions and their arguments.
/// </remarks>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>Only the thread that began calls MPI.</summary>
    private const int Funneled = 1;

    private const int LongestText = 8192;

    private readonly delegate* unmanaged[Cdecl]<nint, nint, int, int*, int> _initialize;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _rank;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _size;
    private readonly delegate* unmanaged[Cdecl]<nint, int, nint, byte*, int*, int*, nint, nint, int> _allGather;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> _beginBarrier;
    private readonly delegate* unmanaged[Cdecl]<nint*, int*, nint, int> _test;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> _abort;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;
    private readonly delegate* unmanaged[Cdecl]<byte*, int*, int> _version;
    private readonly nint _world;
    private readonly nint _byte;
    private readonly nint _inPlace;
    private readonly nint _ignoreStatus;

    private MpiLibrary(nint library)
    {
        _initialize = (delegate* unmanaged[Cdecl]<nint, nint, int, int*, int>)NativeLibrary.GetExport(library, "MPI_Init_thread");
        _rank = (delegate* unmanaged[Cdecl]<nint, int*, int>)NativeLibrary.GetExport(library, "MPI_Comm_rank");
        _size = (delegate* unmanaged[Cdecl]<nint, int*, int>)NativeLibrary.GetExport(library, "MPI_Comm_size");
        _allGather = (delegate* unmanaged[Cdecl]<nint, int, nint, byte*, int*, int*, nint, nint, int>)NativeLibrary.GetExport(library, "MPI_Allgatherv");
        _beginBarrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Ibarrier");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, nint, int>)NativeLibrary.GetExport(library, "MPI_Test");
        _abort = (delegate* unmanaged[Cdecl]<nint, int, int>)NativeLibrary.GetExport(library, "MPI_Abort");
        _finalize = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "MPI_Finalize");
        _version = (delegate* unmanaged[Cdecl]<byte*, int*, int>)NativeLibrary.GetExport(library, "MPI_Get_library_version");
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world);
        (_world, _byte, _inPlace, _ignoreStatus) = IsOpenMpi
            ? (world, NativeLibrary.GetExport(library, "ompi_mpi_byte"), 1, 0)
            : (0x44000000, 0x4c00010d, -1, 1);
    }

    /// <summary>Whether the library is Open MPI; else it is of the MPICH family.</summary>
    public bool IsOpenMpi { get; }

    /// <summary>The first line of what the library says about itself.</summary>
    public string Version
    {
        get
        {
            byte* text = stackalloc byte[LongestText];
            int length = 0;
            Check(_version(text, &length), "MPI_Get_library_version");
            return Encoding.ASCII.GetString(text, Math.Clamp(length, 0, LongestText)).TrimEnd('\0').Split('\n', ',')[0].Trim();
        }
    }

    /// <summary>Loads a library.</summary>
    /// <exception cref="MpiException">None of the names can be loaded, or what is loaded is no MPI library.</exception>
    public static MpiLibrary Load(MpiLauncher launcher)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetEnvironment("UCX_ERROR_SIGNALS", string.Empty, 0); // of the C library: what .NET sets does not reach it
        }

        foreach (string name in launcher.Libraries)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                try
                {
                    return new MpiLibrary(library);
                }
                catch (EntryPointNotFoundException e)
                {
                    throw new MpiException($"'{name}' is no MPI library of version 3 or later: {e.Message}", e);
                }
            }
        }

        throw new MpiException(
            $"{launcher.Variable} says that this is one process of an MPI job, but its library cannot be loaded (tried {string.Join(", ", launcher.Libraries)}); "
            + $"set {MpiLauncher.LibraryVariable} to the library, or start the program without the launcher");
    }

    public (int Rank, int Count) Initialize()
    {
        int provided = 0, rank = 0, count = 0;
        Check(_initialize(0, 0, Funneled, &provided), "MPI_Init_thread");
        if (provided < Funneled)
        {
            throw new MpiException($"the MPI library supports threads at level {provided}; level {Funneled}, MPI_THREAD_FUNNELED, is needed");
        }

        Check(_rank(_world, &rank), "MPI_Comm_rank");
        Check(_size(_world, &count), "MPI_Comm_size");
        return (rank, count);
    }

    /// <summary>Every rank's block of a buffer to all ranks, in place.</summary>
    public void AllGather(Span<byte> buffer, ReadOnlySpan<int> lengths, ReadOnlySpan<int> starts)
    {
        fixed (byte* bytes = buffer)
        {
            fixed (int* counts = lengths, places = starts)
            {
                Check(_allGather(_inPlace, 0, _byte, bytes, counts, places, _byte, _world), "MPI_Allgatherv");
            }
        }
    }

    /// <summary>Waits for all ranks without keeping a processor busy.</summary>
    public void AwaitAll()
    {
        const int milliseconds = 5;
        nint request = 0; // an address in one family, a 32-bit number in the other: room for both
        int done = 0;
        Check(_beginBarrier(_world, &request), "MPI_Ibarrier");
        while (true)
        {
            Check(_test(&request, &done, _ignoreStatus), "MPI_Test");
            if (done != 0)
            {
                return;
            }

            Thread.Sleep(milliseconds);
        }
    }

    public void Abort(int code) => _ = _abort(_world, code);

    public void Finish() => Check(_finalize(), "MPI_Finalize");

    private static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new MpiException($"{function} failed with code {code}");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
