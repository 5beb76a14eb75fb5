using System.Diagnostics;
using Unrolled.Benchmarks;

const string Usage = """
    dotnet run -c Release --project bench/Unrolled.Benchmarks [SCENARIO ... | all | summary] [--out FOLDER]

    A scenario measures and writes its page, then the summary, into bench/results or the folder. 'all' runs every scenario, one after the
    other, each in a process of its own. 'summary' writes only the summary, from the pages.
    """;

if (args is [FirstResult.Argument])
{
    FirstResult.Print();
    return 0;
}

List<string> names = [.. args];
string folder = Results.Folder;
if (names.IndexOf("--out") is >= 0 and int at)
{
    if (at + 1 == names.Count)
    {
        Console.Error.WriteLine("'--out' needs a folder");
        return 1;
    }

    folder = Path.GetFullPath(names[at + 1]);
    names.RemoveRange(at, 2);
}

if (names.Count == 0)
{
    List(folder);
    return 0;
}

if (names is ["summary"])
{
    Summary.Write(folder);
    return 0;
}

if (names is ["all"])
{
    names = [.. Scenarios.All.Select(s => s.Name)];
}

if (names.FirstOrDefault(n => Scenarios.Find(n) is null) is string unknown)
{
    Console.Error.WriteLine($"there is no scenario '{unknown}'; known are {string.Join(", ", Scenarios.All.Select(s => s.Name))}, and 'all' and 'summary' stand alone");
    return 1;
}

string[] failed = names.Count == 1 ? RunHere(Scenarios.Find(names[0])!, folder) : [.. names.Where(name => !RunApart(name, folder))];
Summary.Write(folder);
if (failed.Length > 0)
{
    Console.Error.WriteLine($"failed: {string.Join(", ", failed)}");
}

return failed.Length > 0 ? 2 : 0;

static void List(string folder)
{
    Console.WriteLine(Usage);
    Console.WriteLine("\nScenarios:");
    foreach (Scenario scenario in Scenarios.All)
    {
        string peers = scenario.Peers.Count == 0 ? string.Empty : $"; beside {string.Join(", ", scenario.Peers.Select(p => p.Name))}";
        string asked = scenario.Asked.Count == 0 ? string.Empty : $"; {scenario.Asked.Count} asked";
        Console.WriteLine($"  {scenario.Name,-22} {scenario.Description}{peers}{asked} [{ResultPage.Read(folder, scenario.Name) switch { null => Summary.NeverRun, var page => page.When ?? "page without a date" }}]");
    }

    Console.WriteLine("\nPeers:");
    foreach (PeerLibrary peer in PeerLibrary.All)
    {
        Console.WriteLine($"  {peer}");
    }
}

// A failure is part of the page: figures taken before it stand, what was not measured is named.
static string[] RunHere(Scenario scenario, string folder)
{
    var results = new Results(scenario);
    Exception? failure = null;
    try
    {
        scenario.Run(results);
    }
    catch (Exception e) when (e is not OutOfMemoryException)
    {
        failure = e;
        Console.Error.WriteLine(e);
    }

    results.Write(folder, failure);
    return failure is null ? [] : [scenario.Name];
}

// In a process of its own, so that a page does not depend on what was run before, and a crash ends nothing else.
static bool RunApart(string name, string folder)
{
    (string program, string[] arguments) = Self.Command(name, "--out", folder);
    using Process process = Process.Start(new ProcessStartInfo(program, arguments))!;
    process.WaitForExit();
    Console.WriteLine();
    return process.ExitCode == 0;
}
