namespace Unrolled.Differentiation;

/// <summary>Where a value stands: in a register, in a place in memory, or, where both are -1, in the table of constants.</summary>
internal readonly record struct PlannedSource(int Register, int Place);
