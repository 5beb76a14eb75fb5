using Unrolled.Numerics;

namespace Unrolled;

/// <summary>Where the chunks of a batch leave their results. Chunks write to different instances.</summary>
internal sealed class RunResults(int components, int instances)
{
    public Batch Iterate { get; } = Batch.Zeros(components, instances);

    public Outcome[] Outcomes { get; } = new Outcome[instances];
}
