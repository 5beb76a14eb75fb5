namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>What a machine does in one state on one symbol.</summary>
/// <param name="Next">The number of the next state.</param>
/// <param name="Write">The number of the symbol that is written.</param>
/// <param name="Move">Where the head goes.</param>
public readonly record struct TuringAction(int Next, int Write, TuringMove Move);
