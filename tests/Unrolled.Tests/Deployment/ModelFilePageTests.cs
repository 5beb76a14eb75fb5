using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Unrolled.Deployment;

namespace Unrolled.Tests.Deployment;

/// <summary>The Python of <c>docs/model-file.md</c> reads what the library writes. Without python3 there is nothing to run.</summary>
public sealed class ModelFilePageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheReaderOfThePageReadsEveryBit()
    {
        string script = Path.Combine(_folder, "read.py"), path = Path.Combine(_folder, "model.json");
        File.WriteAllText(script, PythonOfThePage());
        Model model = ExampleModel.Create();
        ModelFile.Write(path, model);
        if (Python(script, path) is not (int code, string output, string error))
        {
            return;
        }

        Assert.True(code == 0, error);
        string weights = output.Split('\n').Single(l => l.StartsWith("weights [2, 3]", StringComparison.Ordinal));
        string[] hexadecimal = weights[(weights.LastIndexOf('[') + 1)..].TrimEnd(']', '\r').Split(", ");
        Assert.Equal(
            model.Parameters["weights"].ToArray().Select(BitConverter.DoubleToInt64Bits),
            hexadecimal.Select(h => BitConverter.DoubleToInt64Bits(FromHexadecimal(h.Trim('\'')))));

        File.WriteAllText(path, File.ReadAllText(path).Replace("0.1,", "0.2,"));
        Assert.Contains("was edited after it was written", Python(script, path)!.Value.Error);
    }

    private static string PythonOfThePage([CallerFilePath] string here = "")
    {
        string page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/model-file.md"));
        int start = page.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }

    /// <summary><c>-0x1.8p+1</c> is -3.</summary>
    private static double FromHexadecimal(string text)
    {
        bool negative = text.StartsWith('-');
        string[] parts = text.TrimStart('-')[2..].Split('p', '.');
        double fraction = long.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) * Math.ScaleB(1, -4 * parts[1].Length);
        double size = Math.ScaleB(int.Parse(parts[0], CultureInfo.InvariantCulture) + fraction, int.Parse(parts[^1], CultureInfo.InvariantCulture));
        return negative ? -size : size;
    }

    private static (int Code, string Output, string Error)? Python(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
