namespace Unrolled.RecurrentConvolution;

/// <summary>What <see cref="RowEngine"/> learned from a <see cref="ParityBatch"/>, problem by problem, in memory that is used again.</summary>
/// <remarks>One writer at a time.</remarks>
public sealed class ParityBatchOutcome
{
    private readonly int _labelWords;
    private readonly ulong[] _predictions;
    private readonly ulong[] _outside;

    /// <summary>Room for the outcome of so many problems with so many queries each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public ParityBatchOutcome(int instances, int queries = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(instances);
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        (Instances, Queries, _labelWords) = (instances, queries, (int)(((long)instances + 63) / 64));
        Hypotheses = new ulong[instances];
        Ranks = new int[instances];
        Contradictions = new int[instances];
        _predictions = new ulong[checked(queries * _labelWords)];
        _outside = new ulong[_predictions.Length];
    }

    /// <summary>The number of problems.</summary>
    public int Instances { get; }

    /// <summary>The number of queries per problem.</summary>
    public int Queries { get; }

    /// <summary>Per problem, the hidden vector: the solution whose free variables are 0.</summary>
    public ulong[] Hypotheses { get; }

    /// <summary>Per problem, how many examples are independent.</summary>
    public int[] Ranks { get; }

    /// <summary>Per problem, how many examples contradict those above them.</summary>
    public int[] Contradictions { get; }

    /// <summary>Predicted labels, (queries, instances), 64 to a word as in <see cref="ParityBatch.Labels"/>.</summary>
    public Span<ulong> Predictions => _predictions;

    /// <summary>Whether the query lies outside the span of the examples; laid out like <see cref="Predictions"/>.</summary>
    public Span<ulong> Outside => _outside;

    /// <summary>The predicted label of a query of a problem.</summary>
    public bool Predicted(int query, int instance) => Bit(_predictions, query, instance);

    /// <summary>Whether the examples of a problem do not determine the label of a query.</summary>
    public bool IsOutside(int query, int instance) => Bit(_outside, query, instance);

    private bool Bit(ulong[] words, int query, int instance) => (uint)query < (uint)Queries && (uint)instance < (uint)Instances
        ? ((words[(query * _labelWords) + (instance / 64)] >> (instance % 64)) & 1) != 0
        : throw new ArgumentOutOfRangeException(nameof(query), $"query {query} of problem {instance} in an outcome of {Queries} queries and {Instances} problems");
}
