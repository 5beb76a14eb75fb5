using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Learners;

/// <summary>Learners find what there is to be found, say what they found, and are the same as rules and as networks behind a memory.</summary>
public class LearnerTests
{
    private static readonly (ILearner Learner, ConceptKind Concept)[] Pairs =
    [
        (ParityLearner.Linear, ConceptKind.Parity), (ParityLearner.Affine, ConceptKind.AffineParity), (ColumnProgram.ParityOfAll, ConceptKind.ParityOfAll),
        (ColumnProgram.Dictator, ConceptKind.Dictator), (ColumnProgram.Conjunction, ConceptKind.Conjunction),
        (ColumnProgram.Disjunction, ConceptKind.Disjunction), (ColumnProgram.Constant, ConceptKind.Constant),
    ];

    [Fact]
    public void EveryLearnerIsExactOnItsConcept()
    {
        Assert.Equal(KnownLearners.All.ToArray().Order(Comparer<ILearner>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))), Pairs.Select(p => p.Learner).OrderBy(l => l.Name, StringComparer.Ordinal));
        foreach ((ILearner learner, ConceptKind concept) in Pairs)
        {
            for (int seed = 0; seed < 40; seed++)
            {
                int d = 1 + (3 * seed);
                LearningProblem problem = new ConceptFamily(concept, d, d + 30, 50).Draw(new RandomStream((ulong)seed));
                IHypothesis hypothesis = learner.Learn(problem.Examples);
                Assert.Equal((d, 0), (hypothesis.Bits, hypothesis.Contradictions));
                Assert.True(hypothesis.Mistakes(problem.Queries) == 0, $"{learner.Name}, d = {d}: {hypothesis.Description}");
            }
        }
    }

    [Fact]
    public void ParityKnowsRankContradictionsAndWhatIsOpen()
    {
        int contradicting = 0, open = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            ParityProblem problem = ParityProblem.Draw((ulong)seed, 1, 90);
            LabeledExamples examples = Examples(problem.Examples, problem.Bits);
            BitRows queries = new(problem.Queries.Length, problem.Bits, (i, j) => problem.Queries[i][j]);
            var basis = new NaiveElimination(problem.Examples, problem.Bits);
            ParityHypothesis hypothesis = ParityLearner.Linear.Learn(examples);
            Assert.Equal((basis.Rank, basis.Contradictions), (hypothesis.Rank, hypothesis.Contradictions));
            Assert.Equal(basis.Contradictions, ((IHypothesis)hypothesis).Mistakes(examples));
            Assert.Equal(problem.Queries.Select(q => basis.Answer(q).Outside), hypothesis.Outside(queries));
            Assert.Equal(problem.Queries.Select(q => basis.Answer(q).Label), ((IHypothesis)hypothesis).Predict(queries));
            bool[] theta = basis.Hypothesis();
            string[] bits = [.. theta.Index().Where(b => b.Item).Select(b => $"x{b.Index}")];
            Assert.Equal(bits.Length == 0 ? "0" : string.Join(" ^ ", bits), hypothesis.Description);

            ParityHypothesis affine = ParityLearner.Affine.Learn(examples);
            var extended = new NaiveElimination(problem.Examples.Select(r => (bool[])[.. r[..^1], true, r[^1]]), problem.Bits + 1);
            Assert.Equal((extended.Rank, extended.Contradictions), (affine.Rank, affine.Contradictions));
            Assert.Equal(problem.Queries.Select(q => extended.Answer([.. q, true])), ((IHypothesis)affine).Predict(queries).Zip(affine.Outside(queries)));
            Assert.Equal(extended.Hypothesis()[^1], affine.Complement);
            contradicting += basis.Contradictions > 0 ? 1 : 0;
            open += hypothesis.Outside(queries).Count(o => o);
        }

        Assert.True(contradicting > 30 && open > 60, $"{contradicting} problems with contradictions and {open} open queries are too few to mean something");
    }

    /// <summary>Random programs, the shipped ones among them: the rule's automaton and its network predict what the program predicts.</summary>
    [Fact]
    public void ProgramsAreRules()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            ColumnProgram program = seed switch
            {
                < 10 => ColumnProgram.Constant,
                < 20 => ColumnProgram.ParityOfAll,
                < 30 => ColumnProgram.Dictator,
                < 40 => ColumnProgram.Conjunction,
                < 50 => ColumnProgram.Disjunction,
                _ => new ColumnProgram("random", new TruthTable(3, stream.NextBits()), new TruthTable(3, stream.NextBits()), stream.NextIndex(2) == 1, stream.NextIndex(2) == 1),
            };
            int d = 1 + stream.NextIndex(70), m = stream.NextIndex(20);
            LearningProblem problem = new ConceptFamily(ConceptKind.Conjunction, d, m, 3, noise: 0.2).Draw(stream);
            bool[] expected = program.Learn(problem.Examples).Predict(problem.Queries.Inputs);
            RowLearner learner = RowLearner.Of(program);
            Assert.Equal(expected, learner.Predict(problem.Examples, problem.Queries.Inputs));
            for (int t = 0; t < 3; t++)
            {
                var grid = new CellGrid(m + 1, d + 1, learner.Rule.Bits.Length) { [learner.SendBit, 0, 0] = true };
                for (int n = 0; n < (m + 1) * (d + 1); n++)
                {
                    (int i, int j) = (n / (d + 1), n % (d + 1));
                    grid[learner.RowBit, i, j] = i == m ? j < d && problem.Queries.Inputs[t, j] : j < d ? problem.Examples.Inputs[i, j] : problem.Examples.Labels[i];
                }

                var network = new NetworkEngine<float>(learner.Filter, m + 1, d + 1);
                network.Load(grid);
                network.Step(learner.Steps(d, m));
                network.Store(grid);
                Assert.Equal(expected[t], grid[learner.RowBit, m, d]);
            }
        }
    }

    /// <summary>Gradient descent writes the memory for these learners, too, and the network then predicts as they do.</summary>
    [Fact]
    public void ProgramsLearnBehindAMemory()
    {
        foreach ((ILearner learner, ConceptKind concept) in Pairs.Where(p => p.Learner is ColumnProgram))
        {
            RowLearner rows = RowLearner.Of((ColumnProgram)learner);
            for (int seed = 0; seed < 4; seed++)
            {
                int d = 1 + (2 * seed), m = 3 + seed;
                LearningProblem problem = new ConceptFamily(concept, d, m, 5).Draw(new RandomStream((ulong)seed));
                var network = new MemoryRcnn<float>(d, m, rows);
                Assert.Equal(0, network.Memorize(problem.Examples));
                bool[] expected = learner.Learn(problem.Examples).Predict(problem.Queries.Inputs);
                Assert.Equal(expected, network.Predict(problem.Queries.Inputs));
                Assert.Equal(expected, network.PredictTogether(problem.Queries.Inputs));
            }
        }
    }

    [Theory]
    [InlineData("conjunction", "110:1 100:1 010:0", "x0")]
    [InlineData("conjunction", "110:1 001:1", "1")]
    [InlineData("disjunction", "010:0 110:1", "x0 | x2")]
    [InlineData("disjunction", "111:0", "0")]
    [InlineData("dictator", "011:1 101:0", "x1")]
    [InlineData("dictator", "01:1 01:0", "0")]
    [InlineData("constant", "01:1 11:1", "1")]
    [InlineData("constant", "01:1 11:0", "0")]
    [InlineData("parity-of-all", "01:1", "x0 ^ x1")]
    [InlineData("parity", "01:1 11:1", "x1")]
    [InlineData("affine-parity", "00:1 11:1 01:0", "x0 ^ x1 ^ 1")]
    public void HypothesesDescribeThemselves(string name, string examples, string description)
    {
        bool[][] rows = [.. examples.Split(' ').Select(e => (bool[])[.. e.Where(c => c != ':').Select(c => c == '1')])];
        Assert.Equal(description, KnownLearners.Find(name).Learn(Examples(rows, rows[0].Length - 1)).Description);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Contains("known are parity, affine-parity", Assert.Throws<ArgumentException>(() => KnownLearners.Find("majority")).Message, StringComparison.Ordinal);
        IHypothesis hypothesis = ColumnProgram.Conjunction.Learn(Examples([[true, false]], 1));
        Assert.Contains("2 bits, the examples had 1", Assert.Throws<ArgumentException>(() => hypothesis.Predict(new BitRows(1, 2, (_, _) => false))).Message, StringComparison.Ordinal);
        Assert.Contains("2 and 3 inputs", Assert.Throws<ArgumentException>(() => new ColumnProgram("p", new TruthTable(2, 0), new TruthTable(3, 0), false, false)).Message, StringComparison.Ordinal);
    }

    private static LabeledExamples Examples(bool[][] rows, int bits) =>
        new(new BitRows(rows.Length, bits, (i, j) => rows[i][j]), [.. rows.Select(r => r[bits])]);
}
