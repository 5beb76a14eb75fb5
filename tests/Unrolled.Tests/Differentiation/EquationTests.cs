using Unrolled.Differentiation;

namespace Unrolled.Tests.Differentiation;

public class EquationTests
{
    [Theory]
    [InlineData("2 + 3*4", 14)]
    [InlineData("-2^2", -4)]
    [InlineData("2^3^2", 512)]
    [InlineData("2**-1", 0.5)]
    [InlineData("--3", 3)]
    [InlineData("7 - 2 - 1", 4)]
    [InlineData("8/4/2", 1)]
    [InlineData("1.5e1 + .5", 15.5)]
    [InlineData("(1 +\n 2)", 3)]
    [InlineData("sum(i, 1, 4, i^2)", 30)]
    [InlineData("sum(i, 1, 3, sum(j, i, 3, j))", 14)]
    [InlineData("sum(i, 3, 1, i)", 0)]
    [InlineData("max(1, 5, 3) - min(2, 1)", 4)]
    [InlineData("sin(pi/2) + log(e)", 2)]
    [InlineData("q[2]*100 + q[mod(5, 3)]", 404)]
    [InlineData("abs(-3) + sign(-2) + sqrt(9) + atan2(0, 1)", 5)]
    [InlineData("x*t", 14)]
    public void ExpressionsHaveTheirUsualMeaning(string expression, double expected)
    {
        Function f = Function.ParseEquations($"# a comment\ndx = {expression}  # another\n\n", ["q[3]"]);
        double[] dx = new double[1];
        f.Kernel.Evaluate([7], [3, 4, 5], 2, dx, 1);
        Assert.Equal(expected, dx[0], 1e-14);
    }

    [Fact]
    public void StatesParametersAndOutputsHaveNames()
    {
        Function f = Function.ParseEquations("r = x^2 + H[2]\ndamping = 0.1\ndx = r\nn = 3\ndH[i] = damping*H[i] for i = 1..n", ["k", "mu[2]"]);
        Assert.Equal(["x", "H[1]", "H[2]", "H[3]"], f.Inputs[0].Components);
        Assert.Equal(["k", "mu[1]", "mu[2]"], f.Inputs[1].Components);
        Assert.Equal(["dx", "dH[1]", "dH[2]", "dH[3]"], f.Outputs[0].Components);
        Assert.Equal(["H[1]", "H[2]", "x"], Function.ParseEquations("dx = 1; dH[i] = x for i = 1..2", [], ["H[2]", "x"]).Inputs[0].Components);
    }

    [Fact]
    public void ResidualsKeepTheOrderOfTheirLines()
    {
        Function f = Function.ParseResidual("0 = H[i] - i*c for i = 1..2\n0 = H[1]*H[2]", ["H[2]"], ["c"]);
        double[] residual = new double[3];
        f.Kernel.Evaluate([5, 7], [2], 0, residual, 1);
        Assert.Equal([3, 3, 35], residual);
        Function named = Function.ParseResidual("s = x + y\nd = x - y", ["x", "y"], [], ["d", "s"]);
        named.Kernel.Evaluate([5, 7], [], 0, residual, 1);
        Assert.Equal([-2, 12], residual[..2]);
    }

    [Theory]
    [InlineData("dx = y + ", "line 1, column 10: found the end of the text, expected a number, a name or '('")]
    [InlineData("dx = (x + 1", "line 1, column 12: found the end of the text, expected an operator or ')'")]
    [InlineData("dx = (x\ndy = x", "line 2, column 1: found 'dy', expected an operator or ')'")]
    [InlineData("dx = x)", "line 1, column 7: found ')', expected an operator or the end of the line")]
    [InlineData("dx = 2x", "line 1, column 7: found 'x', expected an operator or the end of the line")]
    [InlineData("dx = x * / 2", "line 1, column 10: found '/', expected a number, a name or '('")]
    [InlineData("dx x", "line 1, column 4: found 'x', expected '=' or '['")]
    [InlineData("3 = x", "line 1, column 1: found '3', expected a name or 0 at the start of an equation")]
    [InlineData("dx = x\n\n  dy = x + mv", "line 3, column 12: unknown name 'mv'; did you mean 'mu'?")]
    [InlineData("dx = x + velocity", "line 1, column 10: unknown name 'velocity'; known are x, mu, H, t")]
    [InlineData("dx = sinn(x)", "line 1, column 6: unknown function 'sinn'; did you mean 'sin'?")]
    [InlineData("dx = sin*x", "line 1, column 6: the function 'sin' needs arguments in parentheses")]
    [InlineData("dx = sin(x, 2)", "line 1, column 6: 'sin' takes 1 argument, 2 were given")]
    [InlineData("dx = atan2(x)", "line 1, column 6: 'atan2' takes 2 arguments, 1 were given")]
    [InlineData("dx = x $ 2", "line 1, column 8: the character '$' has no meaning here")]
    [InlineData("dx = x + 1e999", "line 1, column 10: the number '1e999' is too large")]
    [InlineData("dx = x\ndx = 2", "line 2, column 1: 'dx' is defined already")]
    [InlineData("mu = 2\ndx = x", "line 1, column 1: 'mu' is defined already")]
    [InlineData("dx = r\nr = x", "line 1, column 6: 'r' is used before its definition on line 2")]
    [InlineData("dx = x*H[4]", "line 1, column 8: there is no 'H[4]'; known are H[1] to H[3]")]
    [InlineData("dx = x*H[1.5]", "line 1, column 10: an index must be made of whole numbers and index variables with +, -, * and mod(a, b)")]
    [InlineData("dx = x*H[x]", "line 1, column 10: an index must be made of whole numbers and index variables with +, -, * and mod(a, b)")]
    [InlineData("dx = x for i = 1..", "line 1, column 19: found the end of the text, expected a number, a name or '('")]
    [InlineData("dx = sum(i, 1, 5)", "line 1, column 17: found ')', expected ','")]
    [InlineData("r = 1", "line 1, column 1: found no equation of the form d<name> = ...")]
    [InlineData("", "line 1, column 1: found no equation of the form d<name> = ...")]
    public void ErrorsNameThePlaceAndWhatWasExpected(string text, string message) =>
        Assert.Equal(message, Assert.Throws<EquationException>(() => Function.ParseEquations(text, ["mu", "H[3]"])).Message);

    [Fact]
    public void MissingEquationsAreNamed()
    {
        Assert.Equal("line 1, column 1: the equation 'dy = ...' is missing",
            Assert.Throws<EquationException>(() => Function.ParseEquations("dx = 1", [], ["x", "y"])).Message);
        Assert.Equal("line 1, column 1: found no equation of the form 0 = ...",
            Assert.Throws<EquationException>(() => Function.ParseResidual("r = x", ["x"], [])).Message);
    }

    [Fact]
    public void RunawayInputIsRefusedOrHandled()
    {
        void Refused(string text, string part) =>
            Assert.Contains(part, Assert.Throws<EquationException>(() => Function.ParseEquations(text, [])).Message, StringComparison.Ordinal);
        Refused("dx = " + new string('(', 100_000) + "x", "nested more than 200 deep");
        Refused("dx = " + string.Concat(Enumerable.Repeat("sin(", 50_000)) + "x", "nested more than 200 deep");
        Refused("dx = " + string.Concat(Enumerable.Repeat("2^", 50_000)) + "x", "nested more than 200 deep");
        Refused("dx = sum(i, 1, 1000000000, x^i)", "expand to more than 1000000 operations");
        Refused("dx = sum(i, 1, 5000, sum(j, 1, 5000, i))*x", "expand to more than 1000000 operations");
        Refused("dx = sum(i, 1, 200000, sin(i*x))", "exceeds 262144 nodes");
        Refused("dx[i] = x[1]/i for i = 1..1000000000", "expand to more than 1000000 operations");
        Refused("dx = x[1] for " + string.Join(", ", Enumerable.Range(0, 5000).Select(i => $"i{i} = 1..1")), "expected");
        Refused(new string('x', 1_000_001), "1000001 characters");

        Function.ParseEquations("dx = " + new string('-', 100_001) + "x", []);
        Function.ParseEquations("dx = x" + string.Concat(Enumerable.Repeat(" + x*2", 50_000)), []);
        Function.ParseEquations("dx = x^1e9 + x^-64 + x^(2^1000) + 2^1e300", []);
        Function many = Function.ParseEquations("dx[i] = x[mod(i, 5000) + 1] - x[i]^3 for i = 1..5000", []);
        Assert.Equal(5000, many.Outputs[0].Length);
        Assert.False(many.Kernel.IsCompiled);
    }

    [Fact]
    public void MutatedTextGivesAFunctionOrAnErrorOfOneLine()
    {
        string[] seeds =
        [
            "dx = y\ndy = mu*(1 - x^2)*y - x # van der Pol\n",
            "r = sqrt(x^2 + y^2)\ndx = -y/r^3\ndy = atan2(x, y) + max(x, 1e-3, t)",
            "dH[i] = sum(j, 1, 10, H[j]/(i + j)) - H[i] for i = 1..10",
            "u[0] = 0; u[4] = 1\ndu[i] = u[i-1] - 2*u[i] + u[i+1] for i = 1..3",
        ];
        const string letters = "xyHdi019.e+-*/^()[],= \n#;$tsum";
        Random random = new(11);
        int accepted = 0;
        for (int n = 0; n < 2000; n++)
        {
            List<char> text = [.. seeds[n % seeds.Length]];
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0: text.RemoveAt(at); break;
                    case 1: text.Insert(at, letters[random.Next(letters.Length)]); break;
                    case 2: text[at] = letters[random.Next(letters.Length)]; break;
                    default: text.InsertRange(at, text.Skip(random.Next(text.Count)).Take(random.Next(12)).ToArray()); break;
                }
            }

            try
            {
                Function f = Function.ParseEquations(new string([.. text]), ["mu"]);
                int size = f.Inputs[0].Length;
                Kernel.Interpreted(f).Evaluate(new double[size], [1], 0, new double[size], 1);
                accepted++;
            }
            catch (EquationException e)
            {
                Assert.Matches("^line \\d+, column \\d+: [^\n]+$", e.Message);
            }
        }

        Assert.InRange(accepted, 100, 1900);
    }
}
