using Unrolled.Differentiation;
using Unrolled.Krylov;
using Unrolled.Problems;
using Unrolled.Tests.Learning;

namespace Unrolled.Tests.Differentiation;

public class CheckpointedUnrollTests
{
    [Theory]
    [InlineData("dense", 5, 32, 4, 6)]
    [InlineData("dense", 9, 16, 3, 7)]
    [InlineData("each", 1, 24, 4, 5)]
    [InlineData("sparse", 12, 7, 2, 13)]
    [InlineData("stencil", 5, 9, 5, 6)]
    [InlineData("convection", 5, 9, 1, 12)]
    public void ItIsTheRunOnOneTape(string kind, int unknowns, int instances, int innerEvaluations, int iterations)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        double[] weights = UnrolledSystems.Weights(innerEvaluations), scales = [.. Enumerable.Range(1, iterations).Select(k => Math.Pow(1.7, k))];
        Tape whole = LearnedKrylov.Record(new LinearSystemSlot(systems), innerEvaluations, scales);
        (double loss, double[] gradient) = Evaluate(whole, weights);
        (double Loss, double[] Gradient)? first = null;
        foreach (int every in new[] { 1, 2, 3, iterations, iterations + 5 })
        {
            CheckpointedUnroll unroll = LearnedKrylov.RecordCheckpointed(new LinearSystemSlot(systems), innerEvaluations, scales, every);
            Evaluate(unroll, Array.ConvertAll(weights, w => w * 0.9)); // a pass before leaves no traces
            (double Loss, double[] Gradient) found = Evaluate(unroll, weights);
            Assert.Equal(loss, found.Loss, 1e-14 * loss);
            UnrolledSystems.AssertClose(gradient, found.Gradient, 1e-12);
            first ??= found;
            Assert.Equal(first.Value.Loss, found.Loss); // where states are stored is not seen in the bits
            Assert.Equal(first.Value.Gradient, found.Gradient);
        }
    }

    [Fact]
    public void MemoryGrowsAsTheRootOfTheLength()
    {
        var slot = new LinearSystemSlot(UnrolledSystems.Create("sparse", 12, 7));
        int Buffers(int iterations, int every) => LearnedKrylov.RecordCheckpointed(slot, 4, new double[iterations], every).Buffers;
        int step = Buffers(1, 1);
        Assert.Equal(2 * (10 + 10 - 2), Buffers(100, 10) - step);
        Assert.Equal(2 * (20 + 20 - 2), Buffers(400, 20) - step);
        Assert.Equal(2 * (34 + 3 - 2), Buffers(100, 3) - step);
        Assert.True(Buffers(100, 10) < LearnedKrylov.Record(slot, 4, new double[100]).Buffers / 5);
    }

    /// <summary>Any recurrence can be unrolled: for <c>x -> (1 + a) x</c> everything is known.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 4)]
    public void AnyRecurrenceIsDifferentiated(int steps, int every)
    {
        const double a = -0.1, start = 0.75;
        const int length = 6;
        var tape = new Tape(2, 3);
        Variable before = tape.InputWithGradient(), after = tape.Combine(before, 0, before);
        tape.AddSumOfSquares(after, 1);
        double[] scales = [.. Enumerable.Range(1, steps).Select(k => 1.0 / k)];
        var unroll = new CheckpointedUnroll(tape, [(before, after)], scales, every, state => state[0].Values.Fill(start));
        (double loss, double[] gradient) = Evaluate(unroll, [a]);
        double expected = 0, byWeight = 0, byStart = 0;
        for (int k = 1; k <= steps; k++)
        {
            double x = Math.Pow(1 + a, k) * start;
            expected += length * x * x / k;
            byWeight += 2 * length * x * x / (1 + a);
            byStart += 2 * x * x / start / k;
        }

        Assert.Equal(expected, loss, 1e-13);
        Assert.Equal(byWeight, gradient[0], 1e-13);
        foreach (double g in unroll.StartGradient[0].Values)
        {
            Assert.Equal(byStart, g, 1e-14);
        }
    }

    private static (double Loss, double[] Gradient) Evaluate(IRecordedLoss recorded, double[] weights)
    {
        double[] gradient = new double[weights.Length];
        double loss = recorded.Forward(weights);
        recorded.Backward(weights, gradient);
        return (loss, gradient);
    }
}
