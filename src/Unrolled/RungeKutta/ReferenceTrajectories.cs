using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.RungeKutta;

/// <summary>
/// Reference states at checkpoints: DOP853 with relative and absolute tolerance 1e-13, steps ending at every checkpoint. They
/// are remembered by the contents of the problem, in memory and, where a folder is given, in files that later runs read.
/// </summary>
/// <remarks>
/// The error is that of the tolerance times what the problem amplifies: about 1e-12 for smooth oscillators over a few
/// periods, not small for chaotic systems over long horizons. The method is part of the key, so that a change of it never
/// meets old files. A file that is damaged is computed anew. Safe for use by several threads.
/// </remarks>
public sealed class ReferenceTrajectories
{
    private const string Method = "DOP853 1e-13 stepped, 1";
    private const double Tolerance = 1e-13;

    private readonly string? _folder;
    private readonly ConcurrentDictionary<string, Lazy<Batch>> _known = new(StringComparer.Ordinal);
    private int _computed;

    /// <summary>References kept in memory alone, or in a folder too, which is created when the first is written.</summary>
    public ReferenceTrajectories(string? folder = null) => _folder = folder;

    /// <summary>How many references had to be computed.</summary>
    public int ComputedCount => _computed;

    /// <summary>The states at equally spaced checkpoints, laid out as <see cref="Trajectories.States"/>; undefined numbers where the integration failed.</summary>
    public Batch States(InitialValueProblem problem, int checkpoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(checkpoints);
        if (problem.Function is null)
        {
            // A method has no contents to go by.
            return Compute(problem, checkpoints, cancellationToken);
        }

        string key = Key(problem, checkpoints);
        try
        {
            return _known.GetOrAdd(key, _ => new Lazy<Batch>(() => ReadOrCompute(key, problem, checkpoints, cancellationToken))).Value;
        }
        catch (OperationCanceledException)
        {
            _known.TryRemove(key, out _);
            throw;
        }
    }

    /// <summary>The problems of a batch whose reference reaches the end, in their order; null where there is none.</summary>
    /// <param name="problem">The problems.</param>
    /// <param name="checkpoints">At how many times the reference is remembered.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public InitialValueProblem? Followed(InitialValueProblem problem, int checkpoints, CancellationToken cancellationToken = default)
    {
        Batch states = States(problem, checkpoints, cancellationToken);
        int[] good = [.. Enumerable.Range(0, problem.Instances).Where(s => Enumerable.Range(0, states.Components).All(i => double.IsFinite(states[i, s])))];
        return good.Length == 0 ? null : good.Length == problem.Instances ? problem : problem.Select(good);
    }

    private Batch ReadOrCompute(string key, InitialValueProblem problem, int checkpoints, CancellationToken cancellationToken)
    {
        string? path = _folder is null ? null : Path.Combine(_folder, key + ".reference");
        int rows = checkpoints * problem.Components;
        if (path is not null && Read(path, rows, problem.Instances) is Batch stored)
        {
            return stored;
        }

        Batch states = Compute(problem, checkpoints, cancellationToken);
        if (path is not null)
        {
            Directory.CreateDirectory(_folder!);
            Write(path, states);
        }

        return states;
    }

    private Batch Compute(InitialValueProblem problem, int checkpoints, CancellationToken cancellationToken)
    {
        AdaptiveRungeKutta method = new(Tableaus.Dop853, Tolerance, Tolerance) { CheckpointHandling = CheckpointHandling.Stepped };
        Batch states = method.Integrate(problem, new() { Checkpoints = checkpoints }, cancellationToken).States;
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _computed);
        return states;
    }

    private static string Key(InitialValueProblem problem, int checkpoints)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        void Numbers(ReadOnlySpan<double> numbers) => hash.AppendData(MemoryMarshal.AsBytes(numbers));
        Text(Method);
        Text(problem.Function!.Export(SourceLanguage.C, "f"));
        Text($"{problem.Components} {problem.Parameters.Components} {problem.Instances} {checkpoints}");
        Numbers([problem.StartTime, problem.Horizon]);
        Numbers(problem.InitialValues.Values);
        Numbers(problem.Parameters.Values);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static Batch? Read(string path, int rows, int instances)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return null;
        }

        int length = rows * instances * sizeof(double);
        if (bytes.Length != length + SHA256.HashSizeInBytes
            || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
        {
            return null;
        }

        Batch states = Batch.Zeros(rows, instances);
        for (int i = 0; i < states.Length; i++)
        {
            states.Values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)));
        }

        return states;
    }

    private static void Write(string path, Batch states)
    {
        byte[] bytes = new byte[(states.Length * sizeof(double)) + SHA256.HashSizeInBytes];
        for (int i = 0; i < states.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), states.Values[i]);
        }

        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes)).CopyTo(bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(bytes);
        file.Commit();
    }
}
