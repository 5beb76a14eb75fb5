namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>A weight of the output layer.</summary>
/// <param name="Bit">The channel that the unit adds to: a bit of a cell or <see cref="CellInput.Inside"/>.</param>
/// <param name="Weight">The weight, not 0.</param>
public readonly record struct ReluOutput(int Bit, int Weight);
