using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>The 2^18 programs of <see cref="SmallLearner"/>.</summary>
public sealed class SmallLearnerSpace : IProgramSpace
{
    /// <inheritdoc/>
    public double Size => 18;

    /// <inheritdoc/>
    public ILearned Run(RandomStream stream, LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var learner = new SmallLearner(stream.NextIndex(SmallLearner.Programs));
        return new Learned(learner, learner.Learn(examples));
    }

    private sealed class Learned(SmallLearner learner, bool[] memory) : ILearned
    {
        public string Program => $"small learner {learner.Program}";

        public void Predict(BitRows queries, Span<bool> predictions)
        {
            for (int i = 0; i < queries.Count; i++)
            {
                predictions[i] = learner.Predict(memory, queries, i);
            }
        }
    }
}
