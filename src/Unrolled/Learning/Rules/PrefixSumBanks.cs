using System.Numerics;
using Unrolled.Operators;

namespace Unrolled.Learning.Rules;

/// <summary>The convolutions of a <see cref="PrefixSumNetwork"/> with their weights, in the order of its parameters.</summary>
internal sealed record PrefixSumBanks<T>(
    ConvolutionBank<T> Stem, ConvolutionBank<T> First, ConvolutionBank<T> Second, ConvolutionBank<T> Third, ConvolutionBank<T> Head, ConvolutionBank<T> Output)
    where T : struct, IFloatingPointIeee754<T>;
