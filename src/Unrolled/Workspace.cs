using Unrolled.Numerics;

namespace Unrolled;

/// <summary>How much memory a method needs for a run: vectors of unknowns and scalars, per instance.</summary>
/// <param name="Vectors">How many vectors of the size of the iterate, the iterate itself not counted.</param>
/// <param name="Scalars">How many numbers.</param>
public readonly record struct WorkspaceShape(int Vectors, int Scalars);

/// <summary>
/// All memory of one run on a batch of equally sized problems: the iterate, the method's vectors and scalars, and what
/// the method reports. It is sized once; a step allocates nothing.
/// </summary>
/// <remarks>Used by one thread at a time.</remarks>
public sealed class Workspace
{
    private readonly Batch[] _vectors;
    private readonly Batch _scalars;
    private readonly Batch _residualNorms;
    private readonly Termination?[] _failures;
    private readonly int[] _ownProducts;
    private readonly int[] _ownPreconditionerApplications;
    private readonly int[] _fallbacks;

    /// <summary>Takes the memory, from an arena if there is one. The iterate is zero.</summary>
    public Workspace(WorkspaceShape shape, int components, int instances, BatchArena? arena = null)
    {
        arena ??= new BatchArena();
        Iterate = arena.Take(components, instances);
        Iterate.Values.Clear();
        _vectors = new Batch[shape.Vectors];
        for (int i = 0; i < _vectors.Length; i++)
        {
            _vectors[i] = arena.Take(components, instances);
        }

        _scalars = arena.Take(shape.Scalars, instances);
        _residualNorms = arena.Take(1, instances);
        _failures = new Termination?[instances];
        _ownProducts = new int[instances];
        _ownPreconditionerApplications = new int[instances];
        _fallbacks = new int[instances];
        Instances = instances;
    }

    /// <summary>The current iterate <c>x</c>.</summary>
    public Batch Iterate { get; private set; }

    /// <summary>How many instances the workspace holds now.</summary>
    public int Instances { get; private set; }

    /// <summary>How many times the method has applied the operator or function so far, for every instance alike.</summary>
    public int Products { get; set; }

    /// <summary>How many times the method has applied the preconditioner so far, for every instance alike.</summary>
    public int PreconditionerApplications { get; set; }

    /// <summary>What the method believes <c>||f(x)||</c> to be, per instance; the loop recomputes it before it believes it too.</summary>
    public Span<double> ResidualNorms => _residualNorms.Values[..Instances];

    /// <summary>One of the method's vectors.</summary>
    public Batch Vector(int index) => _vectors[index].Narrowed(Instances);

    /// <summary>One of the method's scalars, for every instance.</summary>
    public Span<double> Scalar(int index) => _scalars.Values.Slice(index * Instances, Instances);

    /// <summary>Consecutive scalars as a batch: (<paramref name="count"/>, instances) numbers.</summary>
    internal Batch Scalars(int first, int count) => _scalars.Narrowed(Instances).Part(first * Instances, count, Instances);

    /// <summary>
    /// Counts applications that an instance needed beyond <see cref="Products"/>: inner iterations and trial points whose number depends
    /// on the instance. What the others of the batch need is not counted for it.
    /// </summary>
    public void CountProducts(int instance, int products) => _ownProducts[instance] += products;

    /// <summary>As <see cref="CountProducts"/>, for applications of the preconditioner.</summary>
    public void CountPreconditionerApplications(int instance, int applications) => _ownPreconditionerApplications[instance] += applications;

    /// <summary>Counts a step in which a safeguard replaced a learned step by a classical one.</summary>
    public void CountFallback(int instance) => _fallbacks[instance]++;

    /// <summary>Reports that the method cannot go on with an instance. The first report of an instance counts.</summary>
    public void Fail(int instance, Termination reason) => _failures[instance] ??= reason;

    internal Termination? Failure(int instance) => _failures[instance];

    internal int ProductsOf(int instance) => Products + _ownProducts[instance];

    internal int PreconditionerApplicationsOf(int instance) => PreconditionerApplications + _ownPreconditionerApplications[instance];

    internal int FallbacksOf(int instance) => _fallbacks[instance];

    /// <summary>Keeps the named instances (ascending) and drops the others.</summary>
    internal void Keep(ReadOnlySpan<int> kept)
    {
        Compact(Iterate, kept);
        foreach (Batch vector in _vectors)
        {
            Compact(vector.Narrowed(Instances), kept);
        }

        Compact(_scalars.Narrowed(Instances), kept);
        Compact(_residualNorms.Narrowed(Instances), kept);
        for (int s = 0; s < kept.Length; s++)
        {
            _failures[s] = _failures[kept[s]];
            _ownProducts[s] = _ownProducts[kept[s]];
            _ownPreconditionerApplications[s] = _ownPreconditionerApplications[kept[s]];
            _fallbacks[s] = _fallbacks[kept[s]];
        }

        Instances = kept.Length;
        Iterate = Iterate.Narrowed(kept.Length);
    }

    /// <summary>Moves the kept columns to the front, in place: a number never moves past one that is still to be read.</summary>
    internal static void Compact(Batch batch, ReadOnlySpan<int> kept)
    {
        Span<double> values = batch.Values;
        for (int i = 0, to = 0; i < batch.Components; i++)
        {
            int from = i * batch.Instances;
            for (int s = 0; s < kept.Length; s++)
            {
                values[to++] = values[from + kept[s]];
            }
        }
    }
}
