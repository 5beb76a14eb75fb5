using System.Text;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Tests.Deployment;

public class ModelFileTests
{
    private static string Written() => Encoding.UTF8.GetString(ModelFile.ToBytes(ExampleModel.Create()));

    private static Model Read(string text) => ModelFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "m.json");

    private static string Refusal(string text) => Assert.Throws<InvalidInputException>(() => Read(text)).Message;

    /// <summary>The refusal of a text whose hash is right: what a foreign writer would see.</summary>
    private static string RefusalOfResealed(string from, string to)
    {
        string text = Written();
        Assert.Contains(from, text);
        string open = text[..text.LastIndexOf(",\n  \"contentHash\"", StringComparison.Ordinal)] + "\n}\n";
        return Refusal(Encoding.UTF8.GetString(ModelFile.Seal(Encoding.UTF8.GetBytes(open.Replace(from, to)))));
    }

    [Fact]
    public void WhatIsWrittenReadsBackToTheBit()
    {
        Model model = ExampleModel.Create(), read = Read(Written());
        Assert.Equal(model.Parameters.ToString(), read.Parameters.ToString());
        Assert.Equal(
            model.Parameters.Values.ToArray().Select(BitConverter.DoubleToInt64Bits),
            read.Parameters.Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(model.ValidRanges, read.ValidRanges);
        Assert.Equal(ulong.MaxValue, read.Training.Seed);
        Assert.Equal(model.Training.Date, read.Training.Date);
        Assert.Equal("the spectrum lies in [1, 14.5]", read.Certificates[0].Assumptions[0]);
        Assert.Equal("fixed \"5 x 5\"\nmatrix ‖b‖", read.Family.Text("kind"));
        Assert.Equal("1.50e-03", read.Family.Text("scale"));
        Assert.Equal("007", read.Family.Entries.Single(e => e.Key == "sizes").Value.Items![1].Text);
        Assert.Equal([1, 0.1, double.NaN, 1e-300], ResultNumbers.ToDoubles(read.Results["curve"]));
        Assert.Equal(Written(), Encoding.UTF8.GetString(ModelFile.ToBytes(read)));
    }

    [Fact]
    public void WhiteSpaceBetweenTokensIsFree()
    {
        Assert.Equal("krylov", Read(Written().Replace("\n", "\r\n   ")).Method);
        Assert.Equal("krylov", Read("\uFEFF" + Written()).Method);
    }

    [Theory]
    [InlineData("0.1", "0.2")]
    [InlineData("\"seed\": 1", "\"seed\": 2")]
    [InlineData("contraction", "Contraction")]
    [InlineData("\"contentHash\": \"", "\"contentHash\": \"0")]
    public void AnEditIsNoticed(string from, string to) =>
        Assert.Matches("^m.json: was edited after it was written: its content hash is [0-9a-f]{64}, expected ", Refusal(Written().Replace(from, to)));

    [Fact]
    public void EveryTruncationIsRefused()
    {
        string text = Written().TrimEnd();
        for (int length = 0; length < text.Length; length++)
        {
            string message = Refusal(text[..length]);
            Assert.DoesNotContain('\n', message);
            Assert.Contains(text[..length].Trim().Length == 0 ? "the file is empty" : "the file is cut off", message);
        }
    }

    [Fact]
    public void OtherFilesAreNamedAsSuch()
    {
        Assert.Equal("m.json: is not a model file: its 'format' is not 'unrolled-model'", Refusal("{}"));
        Assert.Equal("m.json: is not a model file: its 'format' is not 'unrolled-model'", Refusal("{\"format\": \"onnx\"}"));
        Assert.StartsWith("m.json:1:1: expected '{'", Refusal("[1]"));
        Assert.StartsWith("m.json:1:1: is not JSON", Refusal("%%MatrixMarket matrix"));
        Assert.Contains("is not UTF-8", Assert.Throws<InvalidInputException>(() => ModelFile.Read(new MemoryStream([0xFF, 0xFE, 0]), "m.json")).Message);
        Assert.Contains("nested more than 64 deep", Refusal(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));
        Assert.Contains("there is no such file", Assert.Throws<InvalidInputException>(() => ModelFile.Read("/nowhere/m.json")).Message);
    }

    [Fact]
    public void ANewerVersionAsksForANewerProgram() => Assert.Contains(
        "m.json:3:20: is of format version 2; this program reads versions up to 1",
        Refusal(Written().Replace("\"formatVersion\": 1", "\"formatVersion\": 2")));

    [Theory]
    [InlineData("\"shape\": [2, 3]", "\"shape\": [2, 4]", "'parameters.weights' has 6 values; its shape [2, 4] needs 8")]
    [InlineData("\"shape\": [2, 3]", "\"shape\": [-2, -3]", "'parameters.weights.shape[0]' is no such number")]
    [InlineData("\"shape\": [2, 3]", "\"shape\": [2.5, 3]", "'parameters.weights.shape[0]' is no such number")]
    [InlineData("1E-05", "1E+999", "'parameters.weights.values[5]' is no such number")]
    [InlineData("1E-05", "\"NaN\"", "'parameters.weights.values[5]' is no such number")]
    [InlineData("\"shape\": [],", "", "'parameters.shift.shape' is missing")]
    [InlineData("\"method\": \"krylov\"", "\"method\": 3", "'method' must be a text")]
    [InlineData("\"method\"", "\"methid\"", "unknown key 'methid' (did you mean 'method'?)")]
    [InlineData("\"trainer\"", "\"trainor\"", "'training.trainer' is missing")]
    [InlineData("\"low\": 1,", "\"low\": 99,", "'validRanges.eigenvalues.high' is '14.5'; expected a number from 99")]
    [InlineData("\"holds\": true", "\"holds\": 1", "'certificates[0].holds' is '1'; expected one of true, false")]
    [InlineData("\"seconds\": 0.25", "\"seconds\": null", "'training.seconds' is null")]
    [InlineData("2026-11-21", "2026-13-21", "expected a time such as")]
    public void WrongContentsAreNamed(string from, string to, string expected)
    {
        string message = RefusalOfResealed(from, to);
        Assert.Contains(expected, message);
        Assert.Matches(@"^m\.json(:\d+:\d+)?: ", message);
    }

    [Fact]
    public void ARepeatedKeyIsRefused()
    {
        Assert.Matches(@"^m.json:\d+:5: the key 'kind' occurs twice$", Refusal(Written().Replace("\"size\": 5,", "\"kind\": 5,")));
        Assert.Contains("surrogate", Refusal(Written().Replace("least squares", "\\ud800")));
    }

    [Fact]
    public void OnlyFiniteNumbersAreWritten()
    {
        Model model = ExampleModel.Create();
        model.Parameters["shift"][0] = double.NaN;
        Assert.Contains("shift[0] is NaN", Assert.Throws<ArgumentException>(() => ModelFile.ToBytes(model)).Message);
    }

    [Fact]
    public void AFileAppearsWholeOrNotAtAll()
    {
        string folder = Directory.CreateTempSubdirectory("model-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.json");
            Model model = ExampleModel.Create();
            ModelFile.Write(path, model);
            string before = File.ReadAllText(path);
            model.Parameters["shift"][0] = double.PositiveInfinity;
            Assert.Throws<ArgumentException>(() => ModelFile.Write(path, model));
            Assert.Equal(before, File.ReadAllText(path));
            Assert.Single(Directory.GetFiles(folder));
            Assert.Equal("krylov", ModelFile.Read(path).Method);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
