using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>The rivals of a model, each a model file of its own in the folder <c>rivals</c> beside it.</summary>
internal static class RivalFiles
{
    /// <summary>Writes them in order.</summary>
    public static void Write(string folder, IReadOnlyList<Model> rivals)
    {
        if (rivals.Count > 0)
        {
            Directory.CreateDirectory(Path.Combine(folder, "rivals"));
        }

        for (int i = 0; i < rivals.Count; i++)
        {
            ModelFile.Write(PathOf(folder, i), rivals[i]);
        }
    }

    /// <summary>Those that a model speaks of; a note for each that is missing or cannot be read.</summary>
    public static IReadOnlyList<Model> Read(string modelPath, Model model, Action<string> note)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        int count = model.Results["rivals"]?.GetValue<int>() ?? 0;
        var rivals = new List<Model>();
        for (int i = 0; i < count; i++)
        {
            try
            {
                rivals.Add(ModelFile.Read(PathOf(folder, i)));
            }
            catch (InvalidInputException e)
            {
                note($"left out of the table: {e.Message}");
            }
        }

        return rivals;
    }

    private static string PathOf(string folder, int number) => Path.Combine(folder, "rivals", FormattableString.Invariant($"{number + 1}.json"));
}
