using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>Rules survive being written and read; faults are named with their place; damaged texts neither crash nor lie.</summary>
public class CellRuleTextTests
{
    private const string SieveText =
        """
        rule sieve            # Gaussian elimination over GF(2)
        bits s p q c e

        E = e
        P = p(up)
        Q = q(up)
        C = c(left)
        send = E & s
        p' = P | send
        q' = Q | send & ~C & in(right)
        c' = C | s & (E | Q)
        s' = s ^ (P & c')
        e' = e(left) | e(up-right)
        """;

    [Fact]
    public void TheSieveAsTextIsTheSieve()
    {
        CellRule rule = CellRule.Parse(SieveText);
        Assert.Equal(("sieve", 11), (rule.Name, rule.Gates));
        RequireSame(Sieve.Rule, rule);
    }

    [Fact]
    public void RulesSurviveTheirText()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            CellRule rule = RandomRules.Draw(new RandomStream((ulong)seed));
            RequireSame(rule, CellRule.Parse(rule.ToString()));
            RequireSame(rule, CellRule.Parse(rule.ToTables().ToString()));
        }

        RequireSame(Sieve.QueriesRule, CellRule.Parse(Sieve.QueriesRule.ToString()));
    }

    [Fact]
    public void OperatorsBindAsWritten()
    {
        CellRule rule = CellRule.Parse("rule r\nbits a b c d\na' = a | b ^ c & ~d\nb' = (a | b) ^ c\nc' = table(a, b)[0010]\nd' = ~~1");
        for (uint x = 0; x < 16; x++)
        {
            bool a = (x & 1) != 0, b = (x & 2) != 0, c = (x & 4) != 0, d = (x & 8) != 0;
            uint expected = (a | (b ^ (c & !d)) ? 1u : 0) | ((a | b) ^ c ? 2u : 0) | (!a && b ? 4u : 0) | 8u;
            Assert.Equal(expected, rule.Evaluate(x));
        }
    }

    [Theory]
    [InlineData("", "1:1", "expected a name")]
    [InlineData("rul x", "1:1", "expected 'rule', found 'rul'")]
    [InlineData("rule", "1:5", "expected a name of 1 to 64 characters")]
    [InlineData("rule r\nbits", "2:5", "expected the names of the bits")]
    [InlineData("rule r\nbits a a", "2:8", "the name 'a' is taken twice")]
    [InlineData("rule r\nbits in", "2:6", "'in' cannot name a bit")]
    [InlineData("rule r\nbits a b\na' = b\n", "4:1", "the text ends without b' = ...")]
    [InlineData("rule r\nbits a\na' = a\na' = 0", "4:1", "a' is given twice")]
    [InlineData("rule r\nbits a\nb' = a", "3:1", "there is no bit 'b'")]
    [InlineData("rule r\nbits a\na' = a &", "3:9", "expected a name, found the end of the text")]
    [InlineData("rule r\nbits a\na' = (a | 1\n", "4:1", "expected ')', found the end of the text")]
    [InlineData("rule r\nbits a\na' = a(north)", "3:8", "'north' is not a direction")]
    [InlineData("rule r\nbits carry\ncarry' = cary", "3:10", "did you mean 'carry'?")]
    [InlineData("rule r\nbits a b\na' = b'\nb' = a", "3:6", "b' is used above the line that gives it")]
    [InlineData("rule r\nbits a\na' = a a", "3:8", "expected the end of the line, found 'a'")]
    [InlineData("rule r\nbits a\nx = a(up)\ny = a(up)\na' = x", "4:1", "a(up) already has the name x")]
    [InlineData("rule r\nbits a\nx = a & 1\nx = a\na' = x", "4:1", "the name 'x' is taken twice")]
    [InlineData("rule r\nbits a\na' = table(a)[011]", "3:18", "the table has 3 rows of 0 or 1, expected 2")]
    [InlineData("rule r\nbits a\na' = table(a)[0 2]", "3:17", "the table has 1 rows")]
    [InlineData("rule r\nbits a\na' = a + 1", "3:8", "expected the end of the line, found '+'")]
    [InlineData("rule r\nbits a\na' = table(a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a)[0]", "3:45", "at most 16 inputs")]
    public void FaultsAreNamedWithTheirPlace(string text, string place, string fault)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => CellRule.Parse(text, "r.rule"));
        Assert.StartsWith($"r.rule:{place}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void LargeTextsAreRefusedAndDeepOnesDoNotOverflow()
    {
        const string head = "rule r\nbits a\na' = ";
        Assert.Contains("at most 1048576 bytes", Fault(head + new string(' ', 1 << 20)), StringComparison.Ordinal);
        Assert.Contains("200 brackets", Fault(head + new string('(', 100_000)), StringComparison.Ordinal);
        Assert.Contains("at most 32 bits", Fault($"rule r\nbits {string.Join(' ', Enumerable.Range(0, 33).Select(i => $"b{i}"))}"), StringComparison.Ordinal);
        CellRule longChain = CellRule.Parse(head + string.Join(" ^ ", Enumerable.Repeat("a", 20_001)));
        Assert.Equal(1u, longChain.Evaluate(1));
        RequireSame(longChain, CellRule.Parse(longChain.ToString()));
        Assert.Equal(0, longChain.Gates);
        Assert.Equal(0u, CellRule.Parse(head + new string('~', 20_001) + "a").Evaluate(1));
    }

    /// <summary>A damaged text is refused with one line, or it is a rule that survives being written and read.</summary>
    [Fact]
    public void DamagedTextsNeitherCrashNorLie()
    {
        byte[][] texts = [Encoding.UTF8.GetBytes(SieveText), Encoding.UTF8.GetBytes(Sieve.QueriesRule.ToTables().ToString())];
        int read = 0;
        for (int seed = 0; seed < LongTests.DamagedInputs; seed++)
        {
            byte[] text = Mutation.Of(texts[seed % 2], new RandomStream((ulong)seed));
            CellRule rule;
            try
            {
                rule = CellRuleReader.Read(text, "damaged");
            }
            catch (InvalidInputException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0, e.Message);
                Assert.DoesNotContain('\n', e.Message);
                continue;
            }

            read++;
            RequireSame(rule, CellRule.Parse(rule.ToString()));
        }

        Assert.InRange(read, 1, LongTests.DamagedInputs * 39 / 40);
    }

    [Fact]
    public void ADrawingShowsWhatTheCellSees()
    {
        string drawing = CellRule.Parse(SieveText).Draw();
        Assert.StartsWith(
            """
            sieve: 5 bits, 8 inputs, 11 gates

            +-----+-----+-----+
            |     | p q | e   |
            +-----+-----+-----+
            | c e | e s | in  |
            +-----+-----+-----+
            |     |     |     |
            +-----+-----+-----+

            bits s p q c e
            """,
            drawing,
            StringComparison.Ordinal);
        Assert.Contains("c' = C | s & (E | Q)", drawing, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFilesAreNamed() =>
        Assert.Contains("there is no such file", Assert.Throws<InvalidInputException>(() => CellRule.Read("no-such.rule")).Message, StringComparison.Ordinal);

    [Fact]
    public void BadRulesFromCodeAreRefused()
    {
        GateExpression x = GateExpression.Input(0);
        (string, CellInput)[] own = [("a", new CellInput(0))];
        Assert.Contains("0 functions for 1 bits", Bad(() => new CellRule("r", ["a"], own, [])), StringComparison.Ordinal);
        Assert.Contains("input 1 of 1", Bad(() => new CellRule("r", ["a"], own, [GateExpression.Input(1)])), StringComparison.Ordinal);
        Assert.Contains("(2, 0)", Bad(() => new CellRule("r", ["a"], [("x", new CellInput(0, 2))], [x])), StringComparison.Ordinal);
        Assert.Contains("bit 1 of 1", Bad(() => new CellRule("r", ["a"], [("x", new CellInput(1))], [x])), StringComparison.Ordinal);
        Assert.Contains("same as input 0", Bad(() => new CellRule("r", ["a"], [("x", new CellInput(0)), ("y", new CellInput(0))], [x])), StringComparison.Ordinal);
        Assert.Contains("taken twice", Bad(() => new CellRule("r", ["a"], [("a", new CellInput(0, 1))], [x])), StringComparison.Ordinal);
        Assert.Contains("2 inputs, there are 1", Bad(() => GateExpression.Lookup(new TruthTable(2, 0b0110), x)), StringComparison.Ordinal);
    }

    private static string Bad(Func<object> create) => Assert.ThrowsAny<ArgumentException>(create).Message;

    private static string Fault(string text) => Assert.Throws<InvalidInputException>(() => CellRule.Parse(text)).Message;

    /// <summary>The same bits by name, and the same function of the same neighbors in random configurations.</summary>
    private static void RequireSame(CellRule expected, CellRule actual)
    {
        Assert.Equal(expected.Bits.ToArray(), actual.Bits.ToArray());
        var stream = new RandomStream(1);
        CellGrid grid = RandomRules.Grid(6, 7, expected.Bits.Length, stream), next = grid.Copy();
        AutomatonEngine one = new(expected, 6, 7), other = new(actual, 6, 7);
        for (int sample = 0; sample < 4; sample++)
        {
            RandomRules.Grid(6, 7, expected.Bits.Length, stream).Cells.CopyTo(grid.Cells);
            one.Load(grid);
            other.Load(grid);
            one.Step();
            other.Step();
            one.Store(grid);
            other.Store(next);
            if (!grid.SameAs(next))
            {
                Assert.Fail($"{expected}\nis not\n{actual}");
            }
        }
    }
}
