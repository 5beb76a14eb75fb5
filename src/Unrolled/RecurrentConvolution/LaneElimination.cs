using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution;

/// <summary>Runs a <see cref="ParityBatch"/> through the kernels, 64 problems to a work item, so that a word of labels belongs to one thread.</summary>
internal sealed unsafe class LaneElimination : IDisposable
{
    private const int Lanes = 8;
    private const int ProblemsPerItem = 64;
    private const int PivotWords = LaneEliminationKernels.PivotWords * LaneEliminationKernels.MostPivots;

    private readonly WorkerTeam _team;
    private readonly ulong[] _pivots;
    private ParityBatch? _examples;
    private ParityBatch? _queries;
    private ParityBatchOutcome? _outcome;

    public LaneElimination(int threads)
    {
        _team = new WorkerTeam(threads, Item);
        _pivots = BinaryMatrix.Pinned((long)threads * PivotWords);
    }

    public void Run(ParityBatch examples, ParityBatch? queries, ParityBatchOutcome outcome)
    {
        (_examples, _queries, _outcome) = (examples, queries, outcome);
        outcome.Predictions.Clear();
        outcome.Outside.Clear();
        _team.Run(examples.LabelWords);
        (_examples, _queries, _outcome) = (null, null, null);
    }

    public void Dispose() => _team.Dispose();

    private void Item(int thread, int item)
    {
        int end = Math.Min((item + 1) * ProblemsPerItem, _examples!.Instances);
        for (int first = item * ProblemsPerItem; first < end; first += Lanes)
        {
            Group(thread, first, Math.Min(Lanes, end - first));
        }
    }

    private void Group(int thread, int first, int problems)
    {
        ParityBatch examples = _examples!;
        ParityBatchOutcome outcome = _outcome!;
        ulong* pivots = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_pivots)) + CacheLine.Start(_pivots) + ((nint)thread * PivotWords);
        ulong* contradictions = stackalloc ulong[Lanes], solutions = stackalloc ulong[Lanes], ranks = stackalloc ulong[Lanes];
        int kept;
        fixed (ulong* features = examples.PaddedFeatures, labels = examples.Labels)
        {
            kept = LaneEliminationKernels.Eliminate(features + first, examples.Instances, labels + (first / ProblemsPerItem),
                examples.LabelWords, first % ProblemsPerItem, examples.Rows, examples.Mask, pivots, contradictions);
        }

        LaneEliminationKernels.Solve(pivots, kept, solutions, ranks);
        for (int s = 0; s < problems; s++)
        {
            outcome.Hypotheses[first + s] = solutions[s];
            outcome.Ranks[first + s] = (int)ranks[s];
            outcome.Contradictions[first + s] = (int)contradictions[s];
        }

        ulong lanes = (1UL << problems) - 1;
        fixed (ulong* features = _queries is null ? default : _queries.PaddedFeatures)
        {
            for (int t = 0; t < outcome.Queries; t++)
            {
                (byte predicted, byte outside) = LaneEliminationKernels.Query(features + ((nint)t * examples.Instances) + first, examples.Mask, pivots, kept);
                int word = (t * examples.LabelWords) + (first / ProblemsPerItem);
                outcome.Predictions[word] |= (predicted & lanes) << (first % ProblemsPerItem);
                outcome.Outside[word] |= (outside & lanes) << (first % ProblemsPerItem);
            }
        }
    }
}
