using Unrolled.Differentiation;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Learning;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Differentiation;

/// <summary>A recorded run has the bits of the run, shares memory where it may, and differentiates what is not an unrolled solver too.</summary>
public class TapeTests
{
    [Theory]
    [InlineData("dense", 1, 16, 3)]
    [InlineData("dense", 5, 32, 4)]
    [InlineData("dense", 5, 33, 4)]
    [InlineData("dense", 8, 16, 6)]
    [InlineData("dense", 9, 16, 4)]
    [InlineData("each", 1, 19, 4)]
    [InlineData("each", 4, 9, 3)]
    [InlineData("sparse", 12, 7, 5)]
    [InlineData("sparse each", 12, 7, 2)]
    [InlineData("stencil", 5, 9, 7)]
    [InlineData("convection", 5, 9, 4)]
    public void ARecordedRunHasTheBitsOfTheRun(string kind, int unknowns, int instances, int innerEvaluations)
    {
        const int iterations = 3;
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        double[] weights = UnrolledSystems.Weights(innerEvaluations);
        Tape tape = Unrolled(systems, innerEvaluations, iterations, out Variable iterate);
        tape.Forward(weights);
        Solution run = Solver.Solve(new LearnedKrylov(weights), systems, StoppingCriterion.Iterations(iterations));
        Assert.Equal(run.Iterate.Values, tape.Value(iterate).Values);
    }

    [Theory]
    [InlineData("dense", 5, 16, 4, 3)]
    [InlineData("dense", 9, 16, 4, 3)]
    [InlineData("sparse", 12, 7, 8, 5)]
    public void MemoryIsShared(string kind, int unknowns, int instances, int innerEvaluations, int iterations)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        Tape tape = LearnedKrylov.Record(new LinearSystemSlot(systems), innerEvaluations, new double[iterations]);
        int evaluations = (innerEvaluations * iterations) + 1, points = (innerEvaluations * iterations) + 1;
        Assert.InRange(tape.Buffers, evaluations, evaluations + (2 * innerEvaluations) + 4);
        Assert.True(tape.Buffers < 2 * (evaluations + points) / 2);
    }

    /// <summary>With memory that is not shared the gradient could not differ, so passes must not leave traces in each other.</summary>
    [Fact]
    public void PassesLeaveNoTraces()
    {
        LinearSystem systems = UnrolledSystems.Create("sparse", 12, 7);
        Tape tape = LearnedKrylov.Record(new LinearSystemSlot(systems), 4, [4, 16, 64]);
        double[] one = UnrolledSystems.Weights(4), other = Array.ConvertAll(one, w => w * 0.9);
        double[] Gradient(double[] at)
        {
            double[] gradient = new double[at.Length];
            tape.Forward(at);
            tape.Backward(at, gradient);
            return gradient;
        }

        double[] first = Gradient(one);
        double[] second = Gradient(other);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Gradient(one));
        Assert.Equal(second, Gradient(other));
    }

    [Fact]
    public void TheGradientWithRespectToAnInputIsThatOfTheLoss()
    {
        // loss = 3 |x + a y|^2 + |y|^2 at a = 0.5
        var tape = new Tape(6, 5);
        Variable x = tape.InputWithGradient(), y = tape.InputWithGradient();
        Variable z = tape.Combine(x, 0, y);
        tape.AddSumOfSquares(z, 3);
        tape.AddSumOfSquares(y, 1);
        tape.Close();
        Assembled.Random(6, 5, new RandomStream(1)).CopyTo(tape[x]);
        Assembled.Random(6, 5, new RandomStream(2)).CopyTo(tape[y]);
        double loss = tape.Forward([0.5]), expected = 0, expectedWeight = 0;
        double[] gradient = new double[1];
        tape.Backward([0.5], gradient);
        for (int i = 0; i < tape[x].Length; i++)
        {
            double a = tape[x].Values[i], b = tape[y].Values[i], sum = a + (0.5 * b);
            expected += (3 * sum * sum) + (b * b);
            expectedWeight += 6 * sum * b;
            Assert.Equal(6 * sum, tape.Gradient(x).Values[i], 1e-14);
            Assert.Equal((3 * sum) + (2 * b), tape.Gradient(y).Values[i], 1e-14);
        }

        Assert.Equal(expected, loss, 1e-13);
        Assert.Equal(expectedWeight, gradient[0], 1e-13);
    }

    [Fact]
    public void ASeededResultTakesAGradientFromOutside()
    {
        // x -> x + a x twice, seeded with s: the gradient is (1 + a)^2 s
        var tape = new Tape(3, 4);
        Variable x = tape.InputWithGradient();
        Variable once = tape.Combine(x, 0, x), twice = tape.Combine(once, 0, once);
        tape.Close(twice);
        Batch start = Assembled.Random(3, 4, new RandomStream(1)), seed = Assembled.Random(3, 4, new RandomStream(2));
        start.CopyTo(tape[x]);
        Assert.Equal(0, tape.Forward([0.25]));
        seed.CopyTo(tape.Gradient(twice));
        double[] gradient = new double[1];
        tape.Backward([0.25], gradient);
        double expected = 0;
        for (int i = 0; i < start.Length; i++)
        {
            Assert.Equal(1.5625 * start.Values[i], tape.Value(twice).Values[i], 1e-15);
            Assert.Equal(1.5625 * seed.Values[i], tape.Gradient(x).Values[i], 1e-15);
            expected += 2.5 * start.Values[i] * seed.Values[i];
        }

        Assert.Equal(expected, gradient[0], 1e-14);
    }

    [Fact]
    public void WhatIsNotKeptCannotBeRead()
    {
        var tape = new Tape(2, 2);
        Variable x = tape.Input(), y = tape.Combine(x, 0, x);
        tape.AddSumOfSquares(y, 1);
        tape.Close();
        Assert.Throws<ArgumentException>(() => tape[y]);
        Assert.Throws<ArgumentException>(() => tape.Value(y));
        Assert.Throws<ArgumentException>(() => tape.Gradient(x));
    }

    private static Tape Unrolled(LinearSystem systems, int innerEvaluations, int iterations, out Variable iterate)
    {
        var tape = new Tape(systems.Components, systems.Instances);
        var steps = new TapeSteps(tape, new LinearSystemSlot(systems), innerEvaluations);
        steps.StartAtZero();
        for (int k = 0; k < iterations; k++)
        {
            RowPlan.Independent(innerEvaluations).Run(steps, relaxes: false);
            steps.Function(0, 0);
        }

        tape.AddSumOfSquares(steps.Residual, 1);
        iterate = steps.Iterate;
        tape.Close(iterate);
        return tape;
    }
}
