using Unrolled.Problems;

namespace Unrolled.Cli;

/// <summary>Lets the user name a model by its file or by the folder of its run.</summary>
internal static class ModelPath
{
    /// <exception cref="InvalidInputException">The folder holds no model.</exception>
    public static string Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        string model = Path.Combine(path, "model.json");
        if (File.Exists(model))
        {
            return model;
        }

        throw new InvalidInputException(path, File.Exists(Path.Combine(path, "checkpoint.json"))
            ? "the run is not finished: go on with 'unrolled learn EXPERIMENT --out DIR --resume'"
            : "there is no model.json in this folder");
    }
}
