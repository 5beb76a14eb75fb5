namespace Unrolled.Numerics;

/// <summary>What one shared piece of work took on this rank.</summary>
/// <param name="Items">The items of all ranks.</param>
/// <param name="OwnItems">Those of this rank.</param>
/// <param name="Bytes">The results of all items, in bytes: what every rank ends with.</param>
/// <param name="Seconds">The time for the own items, with all threads of the rank.</param>
/// <param name="ProcessorSeconds">The processor time of this process meanwhile.</param>
public readonly record struct SharedStep(int Items, int OwnItems, long Bytes, double Seconds, double ProcessorSeconds);
