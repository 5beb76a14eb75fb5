namespace Unrolled.Differentiation;

/// <summary>A loss of parameters that was recorded once and runs forwards and backwards any number of times, without allocating.</summary>
public interface IRecordedLoss
{
    /// <summary>Runs the computation and returns the sum of its loss terms.</summary>
    double Forward(ReadOnlySpan<double> parameters);

    /// <summary>Adds the gradient of the loss with respect to the parameters to <paramref name="gradient"/>; needs a forward pass before.</summary>
    void Backward(ReadOnlySpan<double> parameters, Span<double> gradient);
}
