using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>What a program made of its examples.</summary>
public interface ILearned
{
    /// <summary>Which program it was.</summary>
    string Program { get; }

    /// <summary>Predicts the labels of rows of bits.</summary>
    void Predict(BitRows queries, Span<bool> predictions);
}
