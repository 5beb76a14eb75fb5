using Unrolled.Benchmarks;

Dictionary<string, Action> scenarios = new()
{
    ["r2n2-training"] = R2N2TrainingStep.Run,
    ["runge-kutta"] = RungeKuttaSpeed.Run,
    ["classical-integrators"] = ClassicalIntegrators.Run,
    ["rk-training"] = RungeKuttaTrainingStep.Run,
};

foreach (string name in args.Length > 0 ? args : [.. scenarios.Keys])
{
    if (!scenarios.TryGetValue(name, out Action? scenario))
    {
        Console.Error.WriteLine($"there is no scenario '{name}'; known are {string.Join(", ", scenarios.Keys)}");
        return 1;
    }

    scenario();
}

return 0;
