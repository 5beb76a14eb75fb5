using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Learners;

/// <summary>Gradient descent writes the memory exactly, the output is 0 meanwhile, and the network then answers as elimination does.</summary>
public class MemoryRcnnTests
{
    /// <summary>The sieve with c replaced by c ^ j, where j is the parity of the row to the left.</summary>
    private const string BusySieve =
        """
        rule busy sieve
        bits s p q c e j
        C = c(left) ^ j(left)
        add = C | s & (e | q(up))
        j' = j(left) ^ s
        p' = p(up) | e & s
        q' = q(up) | e & s & ~C & in(right)
        c' = add ^ j'
        s' = s ^ (p(up) & add)
        e' = e(left) | e(up-right)
        """;

    private static readonly ExampleKind[] Kinds = [ExampleKind.Uniform, ExampleKind.Sparse, ExampleKind.LowRank, ExampleKind.Duplicated];

    [Fact]
    public void SizesAreThoseOfTheDerivation()
    {
        ReluFilter filter = new MemoryFilter(RowLearner.Sieve).Filter;
        Assert.Equal((14, 31, 117, 4385), (filter.Channels, filter.Units.Length, filter.NonZero, filter.Dense));
        Assert.Equal((3 * 74) + (2 * 64) + 2, new MemoryRcnn<float>(64, 74).Steps);
        Assert.Equal(75 * 65, new MemoryRcnn<float>(64, 74).MemorySize);
    }

    /// <summary>150 runs, d from 2 to 24, a third with wrong labels; every second one in double.</summary>
    [Fact]
    public void GradientDescentMemorizesExactlyAndTheNetworkThenEliminates()
    {
        int wrongLabels = 0, outside = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            int d = 2 + (seed % 23), m = 1 + stream.NextIndex(d <= 12 ? d + 8 : d + 2);
            var family = new ConceptFamily(ConceptKind.Parity, d, m, 10, Kinds[seed % 4], seed % 3 == 0 ? 0.125 : 0);
            LearningProblem problem = family.Draw(stream);
            bool[] predictions = seed % 2 == 0 ? Run<float>(problem) : Run<double>(problem);
            NaiveElimination basis = Eliminate(problem.Examples);
            wrongLabels += basis.Contradictions > 0 ? 1 : 0;
            for (int t = 0; t < predictions.Length; t++)
            {
                (bool label, bool isOutside) = basis.Answer(RowOf(problem.Queries.Inputs, t));
                Assert.True(label == predictions[t], $"seed {seed}, query {t}");
                outside += isOutside ? 1 : 0;
            }
        }

        Assert.True(wrongLabels > 10 && outside > 100, $"{wrongLabels} runs with contradictions and {outside} queries outside the span are too few to mean something");
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.3)]
    [InlineData(1.9)]
    public void OtherRatesWriteOtherMagnitudesAndAnswerAlike(double rate)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            LearningProblem problem = new ConceptFamily(ConceptKind.Parity, 5, 3 + seed, 8).Draw(new RandomStream((ulong)seed));
            MemoryRcnn<float> network = new(5, 3 + seed, rate: rate), direct = new(5, 3 + seed, rate: rate);
            Assert.Equal(0, network.Memorize(problem.Examples));
            direct.MemorizeDirect(problem.Examples);
            Assert.Equal(direct.Memory, network.Memory);
            Assert.All(network.Memory.ToArray(), w => Assert.Equal((float)rate, MathF.Abs(w)));
            NaiveElimination basis = Eliminate(problem.Examples);
            Assert.Equal(Enumerable.Range(0, 8).Select(t => basis.Answer(RowOf(problem.Queries.Inputs, t)).Label), network.Predict(problem.Queries.Inputs));
        }
    }

    /// <summary>With half of the memory filled every derivative of the output is that of its central difference.</summary>
    [Fact]
    public void BackPropagationEqualsDifferencesAtHalfFilledMemory()
    {
        const double h = 1.0 / 1024;
        int ones = 0;
        for (int seed = 0; seed < 24; seed++)
        {
            int d = 1 + (seed % 4), m = 2 + (seed % 5);
            LearningProblem problem = new ConceptFamily(ConceptKind.Parity, d, m, 1).Draw(new RandomStream((ulong)seed));
            var network = new MemoryRcnn<double>(d, m);
            for (int i = 0; i < (m + 1) / 2; i++)
            {
                network.Descend(problem.Examples.Inputs.Row(i), problem.Examples.Labels[i]);
            }

            ReadOnlySpan<ulong> input = problem.Queries.Inputs.Row(0);
            double[] gradient = new double[network.MemorySize];
            Assert.Equal(0, network.Gradient(input, gradient));
            for (int n = 0; n < gradient.Length; n++)
            {
                double before = network.Memory[n];
                network.Memory[n] = before + h;
                double above = network.Output(input);
                network.Memory[n] = before - h;
                double below = network.Output(input);
                network.Memory[n] = before;
                Assert.Equal((above - below) / (2 * h), gradient[n]);
                ones += Math.Abs(gradient[n]) == 1 ? 1 : 0;
            }
        }

        Assert.Equal(Enumerable.Range(0, 24).Sum(seed => 2 + (seed % 4)), ones);
    }

    /// <summary>Reverse mode at a state in general position, where hardly any derivative is 0.</summary>
    [Fact]
    public void ReverseModeEqualsDifferencesAtGeneralStates()
    {
        const double h = 1e-6;
        ReluFilter filter = new MemoryFilter(RowLearner.Sieve).Filter;
        int compared = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            int rows = 1 + (seed % 3), columns = seed % 2 == 0 ? 3 : 9;
            var network = new UnrolledFilter<double>(filter, rows, columns, 3);
            int size = (filter.Channels - 1) * rows * columns;
            double[] start = Uniform(size), weights = Uniform(size), derivative = new double[size];
            double value = Evaluate(start);
            network.ClearAdjoint();
            ForEach((n, channel, i, j) => network.Adjoint(channel, i)[j] = weights[n]);
            network.RunBack();
            ForEach((n, channel, i, j) => derivative[n] = network.Adjoint(channel, i)[j]);
            compared += derivative.Count(x => x != 0);
            for (int n = 0; n < size; n++)
            {
                double[] above = [.. start], below = [.. start];
                above[n] += h;
                below[n] -= h;
                double right = (Evaluate(above) - value) / h, left = (value - Evaluate(below)) / h;
                if (Math.Abs(right - left) < 1e-6)
                {
                    Assert.Equal(derivative[n], (right + left) / 2, 1e-5);
                }
            }

            double[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => stream.NextUniform(-1, 2))];

            double Evaluate(double[] state)
            {
                network.Clear();
                ForEach((n, channel, i, j) => network.Row(channel, i)[j] = state[n]);
                network.RunOnTape();
                double sum = 0;
                ForEach((n, channel, i, j) => sum += weights[n] * network.Row(channel, i)[j]);
                return sum;
            }

            void ForEach(Action<int, int, int, int> visit)
            {
                for (int n = 0; n < size; n++)
                {
                    visit(n, n / (rows * columns), n / columns % rows, n % columns);
                }
            }
        }

        Assert.True(compared > 300, $"{compared} derivatives other than 0 are too few to mean something");
    }

    /// <summary>64 bits, 74 examples: all fresh queries are answered right, by one run each and all together.</summary>
    [Fact]
    public void ParityOfSixtyFourBitsIsLearnedExactly()
    {
        LearningProblem problem = new ConceptFamily(ConceptKind.Parity, 64, 74, 512).Draw(new RandomStream(64));
        Assert.Equal(64, Eliminate(problem.Examples).Rank);
        var network = new MemoryRcnn<float>(64, 74);
        network.MemorizeDirect(problem.Examples);
        Assert.Equal(problem.Queries.Labels, network.PredictTogether(problem.Queries.Inputs));
        Assert.Equal(problem.Queries.Labels[..8], network.Predict(problem.Queries.Inputs.Select([.. Enumerable.Range(0, 8)])));
    }

    /// <summary>
    /// Any rule can stand in the sieve's place: its table form, compiled to conjunctions, and a sieve in a code whose signals are busy before the start.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData(BusySieve)]
    public void OtherFiltersLearnBehindTheSameMemory(string text)
    {
        CellRule rule = text.Length == 0 ? Sieve.Rule.ToTables() : CellRule.Parse(text);
        RowLearner learner = RowLearner.Of(rule);
        Assert.Equal(text.Length == 0, Quiescence.SignalsOf(rule) is not null);
        Assert.NotEqual(Sieve.Filter.NonZero, learner.Filter.NonZero);
        for (int seed = 0; seed < 12; seed++)
        {
            int d = 2 + (seed % 5), m = d + (seed % 3);
            LearningProblem problem = new ConceptFamily(ConceptKind.Parity, d, m, 6).Draw(new RandomStream((ulong)seed));
            var network = new MemoryRcnn<float>(d, m, learner);
            Assert.Equal(0, network.Memorize(problem.Examples));
            NaiveElimination basis = Eliminate(problem.Examples);
            bool[] expected = [.. Enumerable.Range(0, 6).Select(t => basis.Answer(RowOf(problem.Queries.Inputs, t)).Label)];
            Assert.Equal(expected, network.Predict(problem.Queries.Inputs));
            Assert.Equal(expected, network.PredictTogether(problem.Queries.Inputs));
        }
    }

    /// <summary>A rule that a search found: a row that sends clears itself, so that the query's label is there for one step only.</summary>
    [Fact]
    public void ARuleThatClearsTheQueryIsReadInTime()
    {
        RowLearner learner = RowLearner.Of(CellRule.Parse(
            """
            rule clearing
            bits s p q c e
            c' = c(left) | s & (q(up) | e)
            p' = p(up) | s & e
            s' = s ^ c' & p'
            q' = q(up) | e & s & ~c(left)
            e' = e(left) | e(up-right)
            """));
        for (int seed = 0; seed < 12; seed++)
        {
            int d = 2 + (seed % 5), m = d + (seed % 3);
            LearningProblem problem = new ConceptFamily(ConceptKind.Parity, d, m, 6).Draw(new RandomStream((ulong)seed));
            var network = new MemoryRcnn<float>(d, m, learner);
            network.MemorizeDirect(problem.Examples);
            NaiveElimination basis = Eliminate(problem.Examples);
            Assert.Equal(Enumerable.Range(0, 6).Select(t => basis.Answer(RowOf(problem.Queries.Inputs, t)).Label), network.Predict(problem.Queries.Inputs));
        }
    }

    [Fact]
    public void MistakesAreNamed()
    {
        LearningProblem problem = new ConceptFamily(ConceptKind.Parity, 3, 4, 2).Draw(new RandomStream(1));
        var network = new MemoryRcnn<float>(3, 4);
        Assert.Contains("not full", Assert.Throws<InvalidOperationException>(() => network.Predict(problem.Queries.Inputs)).Message, StringComparison.Ordinal);
        Assert.Contains("not full", Assert.Throws<InvalidOperationException>(() => network.PredictTogether(problem.Queries.Inputs)).Message, StringComparison.Ordinal);
        Assert.Contains("4 examples of 3 bits, the memory holds 5 of 3", Assert.Throws<ArgumentException>(() => new MemoryRcnn<float>(3, 5).Memorize(problem.Examples)).Message, StringComparison.Ordinal);
        Assert.Contains("3 bits, the examples 4", Assert.Throws<ArgumentException>(() => new MemoryRcnn<float>(4, 4).Predict(problem.Queries.Inputs)).Message, StringComparison.Ordinal);
        Assert.Contains("the rate is 2", Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRcnn<float>(3, 4, rate: 2)).Message, StringComparison.Ordinal);
        Assert.Contains("does not keep s and e = 0", Refused("rule r\nbits s e\ns' = ~s\ne' = e(left)"), StringComparison.Ordinal);
        Assert.Contains("does not keep s and e = 0", Refused("rule r\nbits s e p\ns' = s ^ p(up)\ne' = e(left)\np' = s"), StringComparison.Ordinal);
        Assert.Contains("p' uses p(right), and it does not stand still", Refused("rule r\nbits s e p\ns' = s\ne' = e(left)\np' = p(right) | s"), StringComparison.Ordinal);
        Assert.Contains("e' uses e(up-left)", Refused("rule r\nbits s e p\ns' = s\ne' = e(up-left)\np' = p(up) | s"), StringComparison.Ordinal);
        Assert.Contains("there is no bit 'e'", Assert.Throws<ArgumentException>(() => RowLearner.Of(CellRule.Parse("rule r\nbits s\ns' = s"))).Message, StringComparison.Ordinal);
    }

    private static string Refused(string rule) => Assert.Throws<ArgumentException>(() => RowLearner.Of(CellRule.Parse(rule))).Message;

    private static bool[] Run<T>(LearningProblem problem)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        LabeledExamples examples = problem.Examples;
        MemoryRcnn<T> network = new(examples.Bits, examples.Count), direct = new(examples.Bits, examples.Count);
        direct.MemorizeDirect(examples);
        T[] expected = new T[network.MemorySize];
        for (int i = 0; i <= examples.Count; i++)
        {
            bool last = i == examples.Count;
            Assert.Equal(T.Zero, network.Descend(last ? new ulong[examples.Inputs.WordsPerRow] : examples.Inputs.Row(i), !last && examples.Labels[i]));
            for (int j = 0; j <= examples.Bits; j++)
            {
                bool bit = !last && ((j < examples.Bits && examples.Inputs[i, j]) ^ examples.Labels[i]);
                expected[(i * (examples.Bits + 1)) + j] = bit ? -T.One : T.One;
            }

            Assert.Equal(expected, network.Memory);
        }

        Assert.Equal(direct.Memory, network.Memory);
        bool[] predictions = network.Predict(problem.Queries.Inputs);
        Assert.Equal(predictions, network.PredictTogether(problem.Queries.Inputs));
        return predictions;
    }

    internal static NaiveElimination Eliminate(LabeledExamples examples) =>
        new(Enumerable.Range(0, examples.Count).Select(i => (bool[])[.. RowOf(examples.Inputs, i), examples.Labels[i]]), examples.Bits);

    internal static bool[] RowOf(BitRows rows, int row) => [.. Enumerable.Range(0, rows.Width).Select(j => rows[row, j])];
}
