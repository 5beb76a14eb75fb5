using System.Numerics;
using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;
using Unrolled.RecurrentConvolution.Turing;
using Unrolled.Tests.RecurrentConvolution.Learners;

namespace Unrolled.Tests.RecurrentConvolution.Turing;

/// <summary>Machines compute what they should; the network of a machine is the machine, on every cell in every step; bad texts are refused.</summary>
public class TuringTests
{
    private const long Limit = 1_000_000;

    [Fact]
    public void ParityMajorityPalindromeAndIncrementAreRight()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            bool[] bits = [.. Enumerable.Range(0, seed % 25).Select(_ => stream.NextIndex(2) == 1)];
            if (seed % 3 == 0)
            {
                bits = [.. bits, .. bits.Reverse().Skip(seed % 2)];
            }

            string input = Text(bits);
            int ones = bits.Count(b => b);
            Assert.Equal(ones % 2 == 1, Decide("parity", input));
            Assert.Equal(2 * ones > bits.Length, Decide("majority", input));
            Assert.Equal(bits.SequenceEqual(bits.Reverse()), Decide("palindrome", input));
            TuringConfiguration sum = Run(ShippedMachines.Read("increment"), input);
            BigInteger before = bits.Aggregate(BigInteger.Zero, (n, b) => (2 * n) + (b ? 1 : 0));
            Assert.Equal(before + 1, sum.Content().Trim('_').Aggregate(BigInteger.Zero, (n, c) => (2 * n) + (c - '0')));
        }
    }

    /// <summary>The machine that learns is the learner of conjunctions.</summary>
    [Fact]
    public void TheMachineThatLearnsIsTheLearner()
    {
        int yes = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            int d = 1 + (seed % 9), m = seed % 12;
            LearningProblem problem = Problem(seed, d, m);
            bool expected = ColumnProgram.Conjunction.Learn(problem.Examples).Predict(problem.Queries.Inputs)[0];
            Assert.Equal(expected, Decide("conjunction", TapeOf(problem)));
            yes += expected ? 1 : 0;
        }

        Assert.InRange(yes, 40, 160);
    }

    /// <summary>Theorem 1: every cell, every step, also when the machine gets stuck or the head leaves the tape; in three number types.</summary>
    [Fact]
    public void NetworkAndMachineAgreeOnEveryCellInEveryStep()
    {
        foreach (string name in ShippedMachines.Names)
        {
            for (int seed = 0; seed < 12; seed++)
            {
                var stream = new RandomStream((ulong)seed);
                string input = name == "conjunction" ? TapeOf(Problem(seed, 1 + (seed % 4), seed % 4)) : Text([.. Enumerable.Range(0, seed).Select(_ => stream.NextIndex(2) == 1)]);
                TuringConfiguration start = ShippedMachines.Read(name).Load(input);
                RequireSame<float>(start, name);
                RequireSame<sbyte>(start, name);
            }
        }

        var seen = new Dictionary<TuringOutcome, int>();
        for (int seed = 0; seed < 200; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            TuringMachine machine = RandomMachine(stream);
            string input = new([.. Enumerable.Range(0, 1 + stream.NextIndex(12)).Select(_ => machine.Symbols[stream.NextIndex(machine.Symbols.Length)])]);
            TuringOutcome outcome = RequireSame<double>(machine.Load(input, stream.NextIndex(4), stream.NextIndex(4)), $"machine {seed}");
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
        }

        Assert.Equal(4, seen.Count);
        Assert.All(seen, s => Assert.True(s.Value >= 3, $"{s.Key} was met {s.Value} times"));
    }

    [Fact]
    public void SizesDependOnTheMachineOnly()
    {
        var network = new TuringNetwork(ShippedMachines.Read("parity"));
        Assert.Equal((5, 6 + (4 * 2) + 2), (network.Filter.Bits, network.Filter.Units.Length)); // six channels pass; four actions move, two do not
        Assert.True(new TuringNetwork(ShippedMachines.Read("conjunction")).Filter.Units.Length < 200);
    }

    [Fact]
    public void RunsEndAsTheyShould()
    {
        TuringMachine machine = ShippedMachines.Read("conjunction");
        Assert.Equal(TuringOutcome.Stuck, End(machine.Load("P11N1Q11")));
        Assert.Equal(TuringOutcome.Stuck, End(machine.Load("P11Q1")));
        Assert.Equal(TuringOutcome.Stuck, End(machine.Load("P1Q11")));
        Assert.Equal(TuringOutcome.LeftTape, End(ShippedMachines.Read("parity").Load("01", right: 0)));
        TuringConfiguration endless = TuringMachine.Parse("machine m\nsymbols _ 1\nstart a\na _ 1: a stay").Load("1");
        Assert.Equal((1000, TuringOutcome.Running), (endless.Run(1000), endless.Outcome));
        Assert.Contains("no answer: Running", Assert.Throws<InvalidOperationException>(() => endless.Answer).Message, StringComparison.Ordinal);
        Assert.Equal("_01[even]_", End(ShippedMachines.Read("parity").Load("01"), steps: 2).Replace("odd", "even", StringComparison.Ordinal));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => machine.Load("P11z"));
        Assert.Equal("input:1:4: 'z' is not a symbol of the machine conjunction; expected _ 0 1 x P N Q", e.Message);
    }

    [Theory]
    [InlineData("", "1:1", "expected a name")]
    [InlineData("rule r", "1:1", "expected 'machine', found 'rule'")]
    [InlineData("machine", "1:8", "expected a name of 1 to 64 characters")]
    [InlineData("machine m\nsymbols _", "2:10", "at least 2 symbols")]
    [InlineData("machine m\nsymbols _ 01", "2:11", "'01' is not a symbol")]
    [InlineData("machine m\nsymbols _ _", "2:11", "given twice")]
    [InlineData("machine m\nsymbols _ +", "2:11", "expected a name, found '+'")]
    [InlineData("machine m\nsymbols _ 1\nstart halt", "3:7", "a state that does something")]
    [InlineData("machine m\nsymbols _ 1\nstart a", "3:7", "state 'a' has no line")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 1: b right", "4:6", "state 'b' has no line")]
    [InlineData("machine m\nsymbols _ 1\nstart count\ncount 1: cont right", "4:10", "did you mean 'count'?")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 2: a right", "4:3", "'2' is not a symbol: expected one of _ 1")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 1 a right", "4:5", "'a' is not a symbol")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 1: a up", "4:8", "'up' is not a symbol: expected left, right, stay or one of _ 1")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 1: a 1 up", "4:10", "'up' is not a move: expected left, right or stay")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 1: a right 1", "4:14", "expected the end of the line")]
    [InlineData("machine m\nsymbols _ 1\nstart a\na 1: a right\na _ 1: a left", "5:5", "state 'a' on symbol '1' is given twice")]
    [InlineData("machine m\nsymbols _ 1\nstart a\nhalt 1: a right", "4:1", "halt ends the run")]
    public void FaultsAreNamedWithTheirPlace(string text, string place, string fault)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => TuringMachine.Parse(text, "m.turing"));
        Assert.StartsWith($"m.turing:{place}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void MachinesSurviveTheirText()
    {
        foreach (string name in ShippedMachines.Names)
        {
            string written = ShippedMachines.Read(name).ToString();
            Assert.Equal(written, TuringMachine.Parse(written).ToString());
            Assert.StartsWith($"machine {name}\n", ShippedMachines.Text(name).ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }

        Assert.Contains("known are parity, majority", Assert.Throws<ArgumentException>(() => ShippedMachines.Read("sorting")).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<InvalidInputException>(() => TuringMachine.Read("no-such.turing")).Message, StringComparison.Ordinal);
        Assert.Contains("at most 1048576 bytes", Assert.Throws<InvalidInputException>(() => TuringMachine.Parse(new string(' ', (1 << 20) + 1))).Message, StringComparison.Ordinal);
    }

    /// <summary>A damaged text is refused with one line, or it is a machine that survives being written, read and compiled.</summary>
    [Fact]
    public void DamagedTextsNeitherCrashNorLie()
    {
        byte[][] texts = [.. ShippedMachines.Names.ToArray().Select(n => Encoding.UTF8.GetBytes(ShippedMachines.Text(n)))];
        int read = 0;
        for (int seed = 0; seed < LongTests.DamagedInputs; seed++)
        {
            byte[] text = Mutation.Of(texts[seed % texts.Length], new RandomStream((ulong)seed));
            TuringMachine machine;
            try
            {
                machine = TuringReader.Read(text, "damaged");
            }
            catch (InvalidInputException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0, e.Message);
                Assert.DoesNotContain('\n', e.Message);
                continue;
            }

            read++;
            string written = machine.ToString();
            Assert.Equal(written, TuringMachine.Parse(written).ToString());
            Assert.True(new TuringNetwork(machine).Filter.Units.Length > 0);
        }

        Assert.InRange(read, 1, LongTests.DamagedInputs * 39 / 40);
    }

    private static bool Decide(string machine, string input) => Run(ShippedMachines.Read(machine), input).Answer == '1';

    private static TuringConfiguration Run(TuringMachine machine, string input)
    {
        TuringConfiguration run = machine.Load(input);
        run.Run(Limit);
        return run;
    }

    private static TuringOutcome End(TuringConfiguration run)
    {
        run.Run(Limit);
        return run.Outcome;
    }

    private static string End(TuringConfiguration run, int steps)
    {
        run.Run(steps);
        return run.ToString();
    }

    private static TuringOutcome RequireSame<T>(TuringConfiguration run, string name)
        where T : struct, INumber<T>
    {
        var network = new TuringNetwork(run.Machine);
        CellGrid grid = network.Encode(run);
        var engine = new NetworkEngine<T>(network.Filter, 1, grid.Columns);
        engine.Load(grid);
        for (int t = 0, after = 0; after < 5 && t < 5000; t++)
        {
            after += run.Step() ? 0 : 1;
            engine.Step();
            engine.Store(grid);
            Assert.True(grid.SameAs(network.Encode(run)), $"{name}, step {t}: {run}");
            Assert.True(network.Decode(grid).SameAs(run), $"{name}, step {t}: {run}");
        }

        return run.Outcome;
    }

    private static TuringMachine RandomMachine(RandomStream stream)
    {
        int symbols = 2 + stream.NextIndex(4), states = 2 + stream.NextIndex(6);
        TuringAction?[] actions = [.. Enumerable.Range(0, symbols * states).Select(n => n < symbols || stream.NextIndex(8) == 0
            ? (TuringAction?)null
            : new TuringAction(stream.NextIndex(12) == 0 ? 0 : 1 + stream.NextIndex(states - 1), stream.NextIndex(symbols), (TuringMove)(stream.NextIndex(3) - 1)))];
        return new TuringMachine("random", "_0123".AsSpan(0, symbols), [.. Enumerable.Range(0, states).Select(q => q == 0 ? "halt" : $"q{q}")], 1, actions);
    }

    private static LearningProblem Problem(int seed, int d, int m)
    {
        LearningProblem problem = new ConceptFamily(ConceptKind.Conjunction, d, m, 1, noise: seed % 4 == 0 ? 0.3 : 0).Draw(new RandomStream((ulong)seed));
        return problem;
    }

    private static string TapeOf(LearningProblem problem)
    {
        var tape = new StringBuilder();
        for (int i = 0; i < problem.Examples.Count; i++)
        {
            tape.Append(problem.Examples.Labels[i] ? 'P' : 'N').Append(Text(MemoryRcnnTests.RowOf(problem.Examples.Inputs, i)));
        }

        return tape.Append('Q').Append(Text(MemoryRcnnTests.RowOf(problem.Queries.Inputs, 0))).ToString();
    }

    private static string Text(bool[] bits) => new([.. bits.Select(b => b ? '1' : '0')]);
}
