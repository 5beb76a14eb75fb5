namespace Unrolled.Learning.Rules;

/// <summary>What small learners are asked to learn, section by section of what one bit of memory per column can and cannot hold.</summary>
public enum SmallTaskKind
{
    /// <summary>Always 1.</summary>
    Constant,

    /// <summary>The first bit.</summary>
    FirstBit,

    /// <summary>A random bit.</summary>
    Dictator,

    /// <summary>The complement of a random bit.</summary>
    NegatedDictator,

    /// <summary>The exclusive-or of all bits.</summary>
    ParityOfAll,

    /// <summary>And of three random bits; every other example, at random, satisfies it.</summary>
    Conjunction,

    /// <summary>Or of three random bits; every other example, at random, violates it.</summary>
    Disjunction,

    /// <summary>Whether more than half of the bits are 1.</summary>
    Majority,

    /// <summary>Whether at least two of three random bits are 1.</summary>
    TwoOfThree,

    /// <summary>The exclusive-or of the first two bits.</summary>
    ParityOfTwo,

    /// <summary>The exclusive-or of a random number (two to d - 1) of first bits.</summary>
    PrefixParity,

    /// <summary>The exclusive-or of a random set of at least two bits.</summary>
    RandomParity,
}
