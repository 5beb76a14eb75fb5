namespace Unrolled.Numerics;

/// <summary>
/// A batch of vectors as one contiguous array of shape (components, instances), instances innermost: component
/// <c>i</c> of instance <c>s</c> stands at <c>i * Instances + s</c>. One vector is a batch with one instance. The
/// memory starts at a multiple of 64 bytes.
/// </summary>
/// <remarks>A view: copying the struct does not copy the numbers. One writer at a time.</remarks>
public readonly struct Batch
{
    private readonly double[] _storage;
    private readonly int _start;

    private Batch(double[] storage, int start, int components, int instances)
    {
        _storage = storage;
        _start = start;
        Components = components;
        Instances = instances;
    }

    /// <summary>The length of every vector of the batch.</summary>
    public int Components { get; }

    /// <summary>How many vectors the batch holds.</summary>
    public int Instances { get; }

    /// <summary>How many numbers the batch holds.</summary>
    public int Length => Components * Instances;

    /// <summary>All numbers, component by component.</summary>
    public Span<double> Values => _storage.AsSpan(_start, Components * Instances);

    /// <summary>The same numbers, to be kept.</summary>
    internal Memory<double> Memory => _storage.AsMemory(_start, Components * Instances);

    /// <summary>The first number. Batches are pinned: the pointer is good as long as the batch is reachable.</summary>
    internal unsafe double* Pointer => (double*)System.Runtime.CompilerServices.Unsafe.AsPointer(
        ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_storage)) + _start;

    /// <summary>A number of the batch.</summary>
    public ref double this[int component, int instance] => ref Values[(component * Instances) + instance];

    /// <summary>One component of every instance.</summary>
    public Span<double> Row(int component) => Values.Slice(component * Instances, Instances);

    /// <summary>Creates a batch of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or both together are too large for one array.</exception>
    public static Batch Zeros(int components, int instances)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(components);
        ArgumentOutOfRangeException.ThrowIfNegative(instances);
        long length = (long)components * instances;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength - CacheLine.Bytes, nameof(components));
        double[] storage = GC.AllocateArray<double>((int)length + CacheLine.Count<double>(), pinned: true);
        return Within(storage, 0, components, instances);
    }

    /// <summary>Creates a batch of arbitrary numbers, for results that are written as a whole.</summary>
    internal static Batch Uninitialized(int components, int instances)
    {
        long length = ((long)components * instances) + CacheLine.Count<double>();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength, nameof(components));
        return Within(GC.AllocateUninitializedArray<double>((int)length, pinned: true), 0, components, instances);
    }

    /// <summary>A batch in pinned memory, from the first aligned place at or behind <paramref name="from"/>.</summary>
    internal static Batch Within(double[] pinned, int from, int components, int instances) =>
        new(pinned, CacheLine.Start(pinned, from), components, instances);

    /// <summary>Creates a batch with one instance that holds a copy of <paramref name="vector"/>.</summary>
    public static Batch Of(ReadOnlySpan<double> vector)
    {
        Batch batch = Zeros(vector.Length, 1);
        vector.CopyTo(batch.Values);
        return batch;
    }

    /// <summary>Copies all numbers to a batch of the same shape.</summary>
    public void CopyTo(Batch destination)
    {
        Guard.SameShape(this, destination);
        Values.CopyTo(destination.Values);
    }

    /// <summary>A batch of the named instances, in that order, in memory of its own or of the arena.</summary>
    public Batch Select(ReadOnlySpan<int> instances, BatchArena? arena = null)
    {
        Batch selected = arena?.Take(Components, instances.Length) ?? Zeros(Components, instances.Length);
        int first = instances.Length == 0 ? 0 : instances[0];
        bool contiguous = true;
        for (int s = 1; s < instances.Length; s++)
        {
            contiguous &= instances[s] == first + s;
        }

        for (int i = 0; i < Components; i++)
        {
            ReadOnlySpan<double> from = Row(i);
            Span<double> to = selected.Row(i);
            if (contiguous)
            {
                from.Slice(first, to.Length).CopyTo(to);
                continue;
            }

            for (int s = 0; s < to.Length; s++)
            {
                to[s] = from[instances[s]];
            }
        }

        return selected;
    }

    /// <summary>The first <paramref name="instances"/> instances' worth of this memory, seen as a narrower batch of its own.</summary>
    /// <remarks>The narrower batch shares the memory, not the numbers' places: fill it before reading it.</remarks>
    internal Batch Narrowed(int instances) => new(_storage, _start, Components, instances);

    /// <summary>A batch that shares the numbers from <paramref name="start"/> on.</summary>
    internal Batch Part(int start, int components, int instances)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + ((long)components * instances), Length, nameof(start));
        return new(_storage, _start + start, components, instances);
    }

    /// <summary>Copies one instance to an instance of another batch with as many components.</summary>
    public void CopyInstanceTo(int instance, Batch destination, int destinationInstance)
    {
        ReadOnlySpan<double> from = Values;
        Span<double> to = destination.Values;
        for (int i = instance, j = destinationInstance; i < from.Length; i += Instances, j += destination.Instances)
        {
            to[j] = from[i];
        }
    }
}
