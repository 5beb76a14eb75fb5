using System.Collections.Concurrent;
using Unrolled.Numerics;

namespace Unrolled;

/// <summary>
/// Memory that outlives a run. A program that solves again and again keeps one and passes it in
/// <see cref="SolverOptions.Memory"/>; runs then reuse workspaces and chunks instead of allocating them.
/// </summary>
/// <remarks>Safe for several runs at once. It grows to what the largest runs needed and shrinks never. Solutions have memory of their own.</remarks>
public sealed class SolverMemory
{
    private readonly ConcurrentBag<BatchArena> _arenas = [];

    internal BatchArena Rent() => _arenas.TryTake(out BatchArena? arena) ? arena : new BatchArena();

    internal void Return(BatchArena arena) => _arenas.Add(arena);
}
