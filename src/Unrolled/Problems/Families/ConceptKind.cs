namespace Unrolled.Problems.Families;

/// <summary>The hidden function that labels examples <c>x</c> of d bits.</summary>
public enum ConceptKind
{
    /// <summary>The parity <c>&lt;theta, x&gt;</c> mod 2 of a uniformly random subset of the bits.</summary>
    Parity,

    /// <summary>A parity or its complement.</summary>
    AffineParity,

    /// <summary>The exclusive-or of all bits.</summary>
    ParityOfAll,

    /// <summary>One bit, which one is random.</summary>
    Dictator,

    /// <summary>The complement of one bit, which one is random.</summary>
    NegatedDictator,

    /// <summary>And of three random bits (all bits if there are fewer). Every other example, at random, is made to satisfy it.</summary>
    Conjunction,

    /// <summary>Or of three random bits (all bits if there are fewer). Every other example, at random, is made to violate it.</summary>
    Disjunction,

    /// <summary>Whether more than half of all bits are 1.</summary>
    Majority,

    /// <summary>1, whatever the example.</summary>
    Constant,
}
