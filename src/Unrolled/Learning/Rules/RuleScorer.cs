using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Counts the right answers of a rule on small problems, and which rows of its tables that took.
/// </summary>
/// <remarks>
/// E depends on the clock alone, not on the data, so that four bits per cell remain. Only cells are computed from which something can
/// still reach the answer. Sizes are scored in turn, and scoring ends as soon as the count that is asked for is out of reach. Nothing
/// is allocated in scoring once a clock and directions have been seen. One thread at a time.
/// </remarks>
internal sealed unsafe class RuleScorer
{
    private const int Entries = 16;

    private readonly ScoredSize[] _sizes;
    private readonly byte[] _memory;
    private readonly byte* _lookups;

    public RuleScorer(IReadOnlyList<ParityTask> tasks)
    {
        _sizes = [.. tasks.Select(t => new ScoredSize(t))];
        _memory = GC.AllocateArray<byte>(3 * NibbleKernels.LookupBytes, pinned: true);
        byte* first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _lookups = first + ((NibbleKernels.LookupBytes - ((nuint)first % NibbleKernels.LookupBytes)) % NibbleKernels.LookupBytes);
    }

    /// <summary>The number of all answers.</summary>
    public int Answers => _sizes.Length * ParityTask.Problems;

    /// <summary>The number of right answers, or -1 if it is below what is asked for.</summary>
    public int Score(in RuleCandidate rule, int atLeast)
    {
        FillLookups(rule);
        int score = 0, open = Answers;
        foreach (ScoredSize size in _sizes)
        {
            open -= ParityTask.Problems;
            score += size.Score(rule, _lookups);
            if (score + open < atLeast)
            {
                return -1;
            }
        }

        return score;
    }

    /// <summary>The rows of the tables that the answers depend on.</summary>
    public uint RowsAsked(in RuleCandidate rule)
    {
        FillLookups(rule);
        Span<ushort> asked = [0, 0];
        foreach (ScoredSize size in _sizes)
        {
            size.Trace(rule, _lookups, asked);
        }

        uint rows = 0;
        for (int n = 0; n < Entries; n++)
        {
            rows |= (((uint)asked[0] >> n) & 1) << Row(n, 0);
            rows |= (((uint)asked[1] >> n) & 1) << Row(n, 1);
        }

        return rows;
    }

    /// <summary>The row of a table at s + 2P + 4Q + 8C and E.</summary>
    private static int Row(int entry, int e) => (entry & 1) | (e << 1) | ((entry >> 1) << 2);

    private void FillLookups(in RuleCandidate rule)
    {
        for (int e = 0; e < 2; e++)
        {
            byte* lookup = _lookups + (e * NibbleKernels.LookupBytes);
            for (int n = 0; n < Entries; n++)
            {
                int row = Row(n, e);
                uint value = ((rule.S >> row) & 1) | (((rule.P >> row) & 1) << 1) | (((rule.Q >> row) & 1) << 2) | (((rule.C >> row) & 1) << 3);
                lookup[n] = lookup[n + Entries] = lookup[n + (2 * Entries)] = lookup[n + (3 * Entries)] = (byte)value;
            }
        }
    }
}
