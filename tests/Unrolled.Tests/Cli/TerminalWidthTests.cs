using Unrolled.Cli;

namespace Unrolled.Tests.Cli;

/// <summary>What every verb prints about every workload's model fits a terminal of 80 columns. Only a word that cannot be broken, such as a path, may be longer.</summary>
[Collection(nameof(SmallModels))]
public sealed class TerminalWidthTests(SmallModels models)
{
    private static readonly string[] Verbs = ["learn", "merge", "compare", "solve", "certify", "export", "show", "reproduce", "list"];

    private static readonly Dictionary<string, string[]> Problems = new()
    {
        ["linear"] = ["--matrix", "{0}/a.mtx", "--output", "{0}/x.mtx"],
        ["diffusion-2d"] = ["--matrix", "{0}/a.mtx"],
        ["integrator"] = ["--initial", "x=1,v=0"],
        ["step-conditioned"] = ["--initial", "x=1,y=1"],
        ["one-step"] = ["--initial", "y=1"],
        ["nonlinear"] = [],
        ["nonlinear-range"] = [],
        ["power-flow"] = ["--screen", "n-1"],
        ["signals"] = ["--input", "{0}/s.csv"],
        ["images"] = ["--input", "{0}/i.pgm"],
        ["memory"] = ["--examples", "{0}/e.csv", "--queries", "{0}/q.csv"],
        ["discovery"] = ["--examples", "{0}/e.csv", "--queries", "{0}/q.csv"],
    };

    public static TheoryData<string> Names => SmallModels.Names;

    [Fact]
    public void HelpAndLists()
    {
        Fits(models.Run("--help"));
        Fits(models.Run("list"));
        Fits(models.Run("reproduce"));
        Assert.All(Verbs, verb => Fits(models.Run(verb, "--help")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatVerbsSayAboutAModel(string name)
    {
        SmallModel model = models[name];
        Fits(model.Printed);
        Fits(models.Run("show", model.Folder));
        Fits(models.Run("certify", model.Folder));
        Fits(models.Run("compare", model.Folder, "--instances", "2"));
        Fits(models.Run("export", model.Folder, "--to", name == "power-flow" ? "json" : "python", "--output", Path.Combine(model.Folder, "exported")));
        string folder = Inputs(model.Folder);
        Fits(models.Run(["solve", model.Folder, .. Problems[name].Select(w => w.Replace("{0}", folder))]));
    }

    private static void Fits(string text)
    {
        Assert.NotEmpty(text);
        foreach (string line in text.Split('\n').Where(l => l.Length > Terminal.Width))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int longest = words.Max(w => w.Length), indent = line.Length - line.TrimStart().Length;
            Assert.True(words.Length <= 2 && longest > Terminal.Width - 24 - indent && words[^1].Length == longest, $"{line.Length} columns: {line}");
        }
    }

    /// <summary>A small problem for every workload, in its formats.</summary>
    private static string Inputs(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "a.mtx"), "%%MatrixMarket matrix coordinate real symmetric\n3 3 5\n1 1 1\n2 2 1.1\n3 3 1.2\n2 1 -0.3\n3 2 -0.3\n");
        File.WriteAllText(Path.Combine(folder, "s.csv"), string.Concat(Enumerable.Range(0, 256).Select(i => FormattableString.Invariant($"{(i / 64) + (0.2 * Math.Sin(i * i)):f4}\n"))));
        File.WriteAllText(Path.Combine(folder, "i.pgm"), $"P2\n32 32\n255\n{string.Join('\n', Enumerable.Range(0, 1024).Select(i => 60 + (50 * (i / 300)) + (i * i % 31)))}\n");
        bool[][] rows = [.. Enumerable.Range(1, 24).Select(r => Enumerable.Range(0, 16).Select(c => (((r * 2654435761u) >> (c + 8)) & 1) != 0).ToArray())];
        File.WriteAllText(Path.Combine(folder, "e.csv"), string.Concat(rows.Select(r => $"{Bits(r)},{(r[1] ^ r[4] ? 1 : 0)}\n")));
        File.WriteAllText(Path.Combine(folder, "q.csv"), string.Concat(rows.Take(3).Select(r => $"{Bits(r)}\n")));
        return folder;
    }

    private static string Bits(bool[] row) => string.Join(',', row.Select(b => b ? 1 : 0));
}
