using System.Diagnostics;
using System.Text;
using Unrolled.Cli.Experiments;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Tests.Cli;

public class ExperimentReaderTests
{
    private const string Oscillator = """
        # The oscillator of the documentation.
        family:
          equations: |
            dx = y
            dy = mu*(1 - x^2)*y - x
          parameters: { mu: "uniform(1, 2)" }
          sizes: [1, 2, [3, 4]]
          horizon: 10   # seconds
        method: runge-kutta
        budget: 480
        """;

    private static string Refusal(string text) =>
        Assert.Throws<InvalidInputException>(() => ExperimentReader.Parse(text, "e.yaml")).Message;

    [Fact]
    public void SectionsListsAndTextsHaveTheirPlaces()
    {
        Settings root = ExperimentReader.Parse(Oscillator, "e.yaml");
        Settings family = root.Section("family");
        Assert.Equal("dx = y\ndy = mu*(1 - x^2)*y - x\n", family.Text("equations"));
        Assert.Equal("uniform(1, 2)", family.Section("parameters").Text("mu"));
        Assert.Equal(10, family.Number("horizon", 0, 100));
        Assert.True(family.TryGet("sizes", out Setting? sizes));
        Assert.Equal("4", sizes.Items![2].Items![1].Text);
        Assert.Equal((7, 3), (sizes.Line, sizes.Column));
        Assert.Equal("e.yaml:9:1: 'method' is 'runge-kutta'; expected one of krylov",
            Assert.Throws<InvalidInputException>(() => root.Choice("method", ["krylov"])).Message);
        root.Section("family").Has("equations");
        Assert.Equal("e.yaml:10:1: unknown key 'budget'; known keys are family, method",
            Assert.Throws<InvalidInputException>(root.RequireAllKnown).Message);
    }

    [Theory]
    [InlineData("", "e.yaml: is empty")]
    [InlineData("# only a comment\n", "e.yaml: is empty")]
    [InlineData("just words", "e.yaml:1:1: expected keys such as")]
    [InlineData("- a\n- b", "e.yaml:1:1: expected keys such as")]
    [InlineData("a: 1\nb: 2\na: 3", "e.yaml:3:1: the key 'a' occurs twice in one section")]
    [InlineData("a: &x [1]\nb: *x", "e.yaml:1:4: anchors (&) and aliases (*) are not part of experiments")]
    [InlineData("a: *x", "e.yaml:1:4: anchors (&) and aliases (*) are not part of experiments")]
    [InlineData("a: !!binary abc", "e.yaml:1:4: tags such as")]
    [InlineData("a: 1\n---\nb: 2", "a second document begins")]
    [InlineData("? [a, b]\n: 1", "a key must be a word")]
    [InlineData("a: [1, 2", "is not YAML")]
    [InlineData("a: {b: 1", "is not YAML")]
    [InlineData("a: b: c", "is not YAML")]
    [InlineData("a:\n\t- 1", "is not YAML")]
    [InlineData("a: \"unfinished", "is not YAML")]
    public void WhatIsNoExperimentIsRefusedInOneLine(string text, string expected)
    {
        string message = Refusal(text);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void DepthAndSizeAreBounded()
    {
        Assert.Contains("nested more than 24 deep", Refusal("a: " + new string('[', 100_000)));
        Assert.Contains("nested more than 24 deep", Refusal(string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', i) + "a:\n"))));
        Assert.Contains("is larger than", Assert.Throws<InvalidInputException>(
            () => ExperimentReader.Parse(new byte[(1 << 20) + 1], "e.yaml")).Message);
        Assert.Contains("is not UTF-8", Assert.Throws<InvalidInputException>(
            () => ExperimentReader.Parse([0xFF, 0xFE, 0x41], "e.yaml")).Message);
    }

    [Fact]
    public void OverridesReachIntoSections()
    {
        Settings root = ExperimentReader.Parse(Oscillator, "e.yaml");
        ExperimentOverrides.Apply(root, "family.horizon=20");
        ExperimentOverrides.Apply(root, "training.seed = 7");
        ExperimentOverrides.Apply(root, "family.matrix=../a=b.mtx");
        ExperimentOverrides.Apply(root, "family.sizes=[5, 6]");
        Assert.Equal("20", root.Section("family").Text("horizon"));
        Assert.Equal("7", root.Section("training").Text("seed"));
        Assert.Equal("../a=b.mtx", root.Section("family").Text("matrix"));
        Assert.True(root.Section("family").TryGet("sizes", out Setting? sizes));
        Assert.Equal(["5", "6"], sizes.Items!.Select(i => i.Text));
    }

    [Fact]
    public void TheFingerprintTellsExperimentsApart()
    {
        string of = ExperimentFingerprint.Of(ExperimentReader.Parse(Oscillator, "e.yaml"));
        Assert.Equal(of, ExperimentFingerprint.Of(ExperimentReader.Parse(Oscillator + "\n# more words", "other.yaml")));
        Assert.NotEqual(of, ExperimentFingerprint.Of(ExperimentReader.Parse(Oscillator.Replace("480", "481"), "e.yaml")));
    }

    [Fact]
    public void DamagedExperimentsAreReadOrRefused()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Oscillator);
        var stream = new RandomStream(7);
        var clock = Stopwatch.StartNew();
        for (int round = 0; round < LongTests.DamagedInputs; round++)
        {
            byte[] damaged = Mutation.Of(whole, stream.Split((ulong)round));
            try
            {
                ExperimentReader.Parse(damaged, "e.yaml");
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.StartsWith("e.yaml:", e.Message);
            }
        }

        Assert.True(clock.Elapsed < LongTests.DamagedInputs * TimeSpan.FromMilliseconds(30), $"{LongTests.DamagedInputs} short texts took {clock.Elapsed}");
    }
}
