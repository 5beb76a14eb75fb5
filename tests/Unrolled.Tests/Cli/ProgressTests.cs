using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Learning;

namespace Unrolled.Tests.Cli;

public class ProgressTests
{
    [Theory]
    [InlineData(0.5, 0.0106, "Adam           [############------------]  50 %  loss 1.06e-02  0:12, 0:12 left")]
    [InlineData(0, double.NaN, "Adam           [------------------------]   0 %  0:12")]
    [InlineData(double.NaN, 1e300, "Adam           [------------------------]   0 %  loss 1.00e+300  0:12")]
    [InlineData(7, 1, "Adam           [########################] 100 %  loss 1.00e+00  0:12")]
    public void TheLineSaysPhaseFractionLossAndTime(double fraction, double loss, string expected) =>
        Assert.Equal(expected, ProgressBar.Line(new LearningProgress("Adam", fraction, loss, TimeSpan.FromSeconds(12))));

    [Fact]
    public void NobodyWatchingMeansNoBarButNotes()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using (var bar = new ProgressBar(error, visible: false, TimeProvider.System))
        {
            bar.Report(new LearningProgress("Adam", 0.5, 1, TimeSpan.Zero));
            bar.Note("note");
        }

        Assert.Equal("note\n", error.ToString());
    }

    [Fact]
    public void TheBarWaitsAndLeavesNothingBehind()
    {
        var clock = new SteppingClock();
        using var error = new StringWriter { NewLine = "\n" };
        using (var bar = new ProgressBar(error, visible: true, clock))
        {
            bar.Report(new LearningProgress("Adam", 0.1, 1, TimeSpan.Zero));
            Assert.Empty(error.ToString());
            clock.Seconds = 1;
            bar.Report(new LearningProgress("Adam", 0.5, 1, TimeSpan.Zero));
            string drawn = error.ToString();
            bar.Report(new LearningProgress("Adam", 0.6, 1, TimeSpan.Zero));
            Assert.Equal(drawn, error.ToString());
        }

        Assert.EndsWith("\r", error.ToString());
    }

    [Fact]
    public void TheLogEndsALineThatWasCutOff()
    {
        string folder = Directory.CreateTempSubdirectory("log-").FullName;
        try
        {
            string path = Path.Combine(folder, "log.jsonl");
            File.WriteAllText(path, "{\"event\":\"a\"}\n{\"event\":\"b");
            using (var log = new RunLog(path, TimeProvider.System, Assert.Fail))
            {
                log.Write("c", line => line.WriteNumber("loss", 0.5));
                Assert.Equal(3, ReadShared(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            }

            Assert.Equal(0.5, (double?)JsonNode.Parse(File.ReadAllLines(path)[2])!["loss"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private sealed class SteppingClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
