namespace Unrolled.Learning.Rules;

/// <summary>How often a network was right.</summary>
/// <param name="Strings">The part of the strings whose prefixes are all right.</param>
/// <param name="Bits">The part of the prefixes that are right.</param>
public readonly record struct PrefixSumAccuracy(double Strings, double Bits);
