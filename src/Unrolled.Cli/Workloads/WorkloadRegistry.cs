using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>Finds the workload that handles an experiment or a model.</summary>
internal sealed class WorkloadRegistry(IReadOnlyList<IWorkload> workloads)
{
    /// <summary>All workloads of the command. A new method is one line here.</summary>
    public static WorkloadRegistry Default { get; } = new(
        [
            new Integrators.IntegratorWorkload(), new Linear.LinearWorkload(), new Nonlinear.NonlinearWorkload(), new PowerFlow.PowerFlowWorkload(), new Diffusion.DiffusionWorkload(),
            new RecurrentConvolution.RuleWorkload(),
        ]);

    /// <summary>The workloads in the order in which they are listed.</summary>
    public IReadOnlyList<IWorkload> Workloads => workloads;

    /// <exception cref="InvalidInputException">The experiment names no method, or none that is known.</exception>
    public IWorkload For(Settings experiment)
    {
        string method = experiment.Text("method");
        return Find(method) ?? throw experiment.Fault("method", $"unknown method '{method}'{Hint(method)}");
    }

    /// <exception cref="InvalidInputException">The model is one of a method that is not known.</exception>
    public IWorkload For(Model model, string path) =>
        Find(model.Method) ?? throw new InvalidInputException(path, $"unknown method '{model.Method}'{Hint(model.Method)}");

    /// <summary>The workload of a model's method; null for a method that is not known.</summary>
    public IWorkload? Find(Model model) => Find(model.Method);

    private IWorkload? Find(string method) => workloads.FirstOrDefault(w => w.Method == method);

    private string Hint(string method)
    {
        string[] known = [.. workloads.Select(w => w.Method)];
        return (Spelling.Nearest(method, known) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty)
            + $"; known methods are {string.Join(", ", known)}";
    }
}
