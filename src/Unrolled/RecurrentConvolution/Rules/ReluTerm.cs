namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>A weight of the hidden layer and the channel and neighbor that it stands at.</summary>
/// <param name="Input">The channel, as a bit of a cell or <see cref="CellInput.Inside"/>, and the neighbor.</param>
/// <param name="Weight">The weight, not 0.</param>
public readonly record struct ReluTerm(CellInput Input, int Weight);
