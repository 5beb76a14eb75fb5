namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>A hidden unit <c>r(bias + sum of weight * input)</c> and what becomes of it.</summary>
/// <param name="Bias">The bias.</param>
/// <param name="Terms">The weights of the 3x3 convolution that are not 0.</param>
/// <param name="Outputs">The weights of the 1x1 convolution that are not 0.</param>
public sealed record ReluUnit(int Bias, IReadOnlyList<ReluTerm> Terms, IReadOnlyList<ReluOutput> Outputs);
