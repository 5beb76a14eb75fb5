using System.Diagnostics;
using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Deployment.Linear;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.RungeKutta;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Native;

/// <summary>The C library is built as its script builds it, and the examples for C and Python give the bits of the library.</summary>
public sealed class NativeExampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("native-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NativeFact("gcc")]
    public void The_example_in_c_gives_the_bits_of_the_library()
    {
        Build(_folder);
        Run("gcc", $"-std=c99 -pedantic -Wall -Wextra -Werror -O2 -I . {Sample("example.c")} -L . -lunrolled -Wl,-rpath,{_folder} -lm -o example");
        string[] lines = Run("./example", $"{Write(NativeModels.Linear())} {Write(NativeModels.Nonlinear())} {Write(NativeModels.Integrator())}").Split('\n');

        var a = new SquareLaplacian(16);
        Solution linear = new LearnedLinearSolver(LearnedLinear.Of(NativeModels.Linear()), a).Solve(Batch.Of(ExportsTests.RightHandSide()), null, StoppingCriterion.Relative(1e-10));
        Assert.Equal([linear.Outcome().Iterations, a.Products, linear.Outcome().RelativeResidual], Numbers(lines[0]));
        Assert.Equal([linear.Iterate[0, 0], linear.Iterate[128, 0]], Numbers(lines[1]));
        Solution nonlinear = ExportsTests.Reference(1.25);
        Assert.Equal([nonlinear.Outcome().Iterations, 0], Numbers(lines[2])[..2]);
        Assert.Equal(nonlinear.Outcome().Residual, Numbers(lines[2])[^1]);
        Assert.Equal([nonlinear.Iterate[0, 0], nonlinear.Iterate[1, 0]], Numbers(lines[3]));
        Trajectories run = Integrated();
        Assert.Equal([100, 0, LearnedIntegrator.Of(NativeModels.Integrator()).Method.Evaluations(100)], Numbers(lines[4]));
        Assert.Equal([run[99, 0, 0], run[99, 1, 0], run[49, 0, 0], run[49, 1, 0]], Numbers(lines[5]));
    }

    [NativeFact("python3")]
    public void The_example_in_python_gives_the_bits_of_the_library()
    {
        Build(_folder);
        Trajectories run = Integrated();
        Assert.Equal([run[99, 0, 0], run[99, 1, 0]], Numbers(Python(NativeModels.Integrator())));

        var a = new Differences();
        double[] b = [.. Enumerable.Range(1, 20).Select(k => 1.0 / k)];
        Solution linear = new LearnedLinearSolver(LearnedLinear.Of(NativeModels.Linear()), a).Solve(Batch.Of(b), null, StoppingCriterion.Relative(1e-10));
        Assert.Equal([linear.Iterate[0, 0], linear.Iterate[10, 0], linear.Outcome().Iterations, linear.Outcome().RelativeResidual], Numbers(Python(NativeModels.Linear())));

        var noisy = new Field<float>(1, 1, 8, 12);
        for (int i = 0; i < 96; i++)
        {
            noisy.Values[i] = (float)(7 * i % 11 / 10.0);
        }

        Field<float> clean = LearnedDenoiser.Of(NativeModels.Denoiser(signals: false)).Denoise(noisy, 0.1);
        Assert.Equal(clean.Values[..4].ToArray().Select(v => (double)v), Numbers(Python(NativeModels.Denoiser(signals: false))));
        Assert.Equal("[0, 0] [1, 0] 0", Python(NativeModels.Rule()));
    }

    [NativeFact]
    public void Without_the_assemblies_it_says_what_is_missing()
    {
        Build(_folder, assemblies: false);
        File.WriteAllText(Path.Combine(_folder, "try.c"), """
            #include "unrolled.h"
            #include <stdio.h>
            int main(void) { unrolled_model *m; int s = (int)unrolled_open("x", &m); printf("%d %s\n", s, unrolled_last_error()); return 0; }
            """);
        Run("cc", $"-I . try.c -L . -lunrolled -Wl,-rpath,{_folder} -o try");
        string output = Run("./try", string.Empty);
        Assert.StartsWith("4 the runtime that ", output, StringComparison.Ordinal);
        Assert.Contains("Unrolled.Native.runtimeconfig.json asks for does not start", output, StringComparison.Ordinal);
    }

    private static Trajectories Integrated()
    {
        LearnedIntegrator learned = LearnedIntegrator.Of(NativeModels.Integrator());
        return learned.Method.Integrate(new InitialValueProblem(learned.Family.Function, Batch.Of([1.25, -0.5]), Batch.Of([1.5]), 10), 100, new() { Checkpoints = 100 });
    }

    private static double[] Numbers(string line) => [.. line.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : (double?)null).OfType<double>()];

    private static string Sample(string name) => Path.Combine(RepositoryFolder.Root, "samples", "native", name);

    /// <summary>The shim by its script, and beside it the assemblies that the build of the tests made.</summary>
    private void Build(string folder, bool assemblies = true)
    {
        Run("bash", $"{NativeFactAttribute.BuildScript} --shim {folder}");
        DirectoryInfo configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!;
        string built = Path.Combine(RepositoryFolder.Root, "src", "Unrolled.Native", "bin", configuration.Name, "net10.0");
        foreach (string file in assemblies ? Directory.GetFiles(built) : [])
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private string Write(Model model)
    {
        string path = Path.Combine(_folder, $"{model.Method}.json");
        ModelFile.Write(path, model);
        return path;
    }

    /// <summary>What the example prints after the name of the method.</summary>
    private string Python(Model model) => Run("python3", $"-B {Sample("example.py")} {_folder} {Write(model)}").Split('\n', 2)[1].Trim();

    private string Run(string program, string arguments)
    {
        var start = new ProcessStartInfo(program.StartsWith('.') ? Path.Combine(_folder, program) : program, arguments)
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {arguments}: {process.ExitCode}\n{error.Result}\n{output}");
        return output;
    }

    /// <summary>The operator of <c>samples/native/example.py</c>.</summary>
    private sealed class Differences : ILinearOperator
    {
        public int Rows => 20;

        public int Columns => 20;

        public int Instances => 1;

        public OperatorProperties Properties => OperatorProperties.None;

        public void Apply(Batch x, Batch destination)
        {
            for (int i = 0; i < 20; i++)
            {
                destination[i, 0] = x[i, 0] - (0.5 * ((i > 0 ? x[i - 1, 0] : 0) + (i < 19 ? x[i + 1, 0] : 0)));
            }
        }
    }
}
