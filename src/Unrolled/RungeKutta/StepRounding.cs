namespace Unrolled.RungeKutta;

/// <summary>How the sums of products in a step round.</summary>
public enum StepRounding
{
    /// <summary>Every product and every sum by itself: the numbers that exported programs repeat in any language.</summary>
    AsWritten,

    /// <summary>
    /// Products fused into sums where the whole step is one compiled function (<see cref="Differentiation.Function.Contracted"/>): about a
    /// third faster, equally accurate, the same bits on every processor, but not those of exported programs. Steps that are taken stage by
    /// stage round as written.
    /// </summary>
    Contracted,
}
