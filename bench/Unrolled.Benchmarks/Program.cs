using Unrolled.Benchmarks;

// dotnet run -c Release --project bench/Unrolled.Benchmarks [SCENARIO ...]
Dictionary<string, Action<Results>> scenarios = new()
{
    ["r2n2-training"] = R2N2TrainingStep.Run,
    ["linear-batch"] = LinearBatchSolve.Run,
    ["runge-kutta"] = RungeKuttaSpeed.Run,
    ["classical-integrators"] = ClassicalIntegrators.Run,
    ["rk-training"] = RungeKuttaTrainingStep.Run,
    ["sparse-factorization"] = SparseFactorization.Run,
    ["power-flow"] = PowerFlowOperations.Run,
    ["nonlinear-training"] = SolverTrainingStep.Run,
    ["nonlinear-solvers"] = NonlinearSolvers.Run,
    ["power-screen"] = PowerScreen.Run,
    ["cell-rules"] = CellRules.Run,
    ["elimination"] = ParityEliminations.Run,
    ["diffusion"] = DiffusionSteps.Run,
    ["rule-search"] = RuleSearches.Run,
    ["scaling"] = Scaling.Run,
};

if (args is [FirstResult.Argument])
{
    FirstResult.Print();
    return 0;
}

foreach (string name in args.Length > 0 ? args : [.. scenarios.Keys])
{
    if (!scenarios.TryGetValue(name, out Action<Results>? scenario))
    {
        Console.Error.WriteLine($"there is no scenario '{name}'; known are {string.Join(", ", scenarios.Keys)}");
        return 1;
    }

    var results = new Results(name);
    scenario(results);
    results.Write();
}

return 0;
