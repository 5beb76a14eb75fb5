using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// The instances of a run with a constant step that did not reach the end: how they ended, and their last good state. Made when the first
/// one ends, for in most runs none does. Chunks write to different instances, so that threads need no lock.
/// </summary>
internal sealed class EarlyEnds(int components, int instances)
{
    private readonly bool[] _ended = new bool[instances];

    /// <summary>The last good state of every instance; of those that reached the end after <see cref="Fill"/>.</summary>
    public Batch Last { get; } = Batch.Zeros(components, instances);

    /// <summary>How every instance ended.</summary>
    public IntegrationOutcome[] Outcomes { get; } = new IntegrationOutcome[instances];

    /// <summary>Whether an instance ended before the end.</summary>
    public bool Has(int instance) => _ended[instance];

    /// <summary>Ends an instance with the numbers of <paramref name="states"/> from row <paramref name="firstRow"/> on.</summary>
    public void End(int instance, IntegrationOutcome outcome, Batch states, int firstRow, int place)
    {
        (_ended[instance], Outcomes[instance]) = (true, outcome);
        for (int i = 0; i < Last.Components; i++)
        {
            Last[i, instance] = states[firstRow + i, place];
        }
    }

    /// <summary>Gives all others the outcome and the states of those that reached the end.</summary>
    public void Fill(IntegrationOutcome completed, Batch states)
    {
        int firstRow = states.Components - Last.Components;
        for (int s = 0; s < _ended.Length; s++)
        {
            if (!_ended[s])
            {
                End(s, completed, states, firstRow, s);
            }
        }
    }
}
