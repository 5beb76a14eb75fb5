namespace Unrolled.Differentiation;

/// <summary>One step of a <see cref="RegisterPlan"/>.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Node">The value concerned.</param>
/// <param name="Value">Where the value is put (computed, loaded) or taken from (stored, written).</param>
/// <param name="Operands">Where the operands of a computation stand.</param>
/// <param name="Place">The place in memory of a load or store, the output vector of a write.</param>
/// <param name="Component">The component of a write.</param>
internal readonly record struct PlannedStep(
    PlannedAction Action, int Node, PlannedSource Value, PlannedSource[] Operands, int Place = -1, int Component = -1);
