namespace Unrolled.Benchmarks;

/// <summary>All scenarios, in the order of the summary.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        R2N2TrainingStep.Scenario,
        LinearBatchSolve.Scenario,
        RungeKuttaSpeed.Scenario,
        ClassicalIntegrators.Scenario,
        RungeKuttaTrainingStep.Scenario,
        SparseFactorization.Scenario,
        PowerFlowOperations.Scenario,
        PowerScreen.Scenario,
        SolverTrainingStep.Scenario,
        NonlinearSolvers.Scenario,
        DiffusionSteps.Scenario,
        CellRules.Scenario,
        ParityEliminations.Scenario,
        RuleSearches.Scenario,
        new Scenario("scaling", "trainings as MPI jobs of 1, 2 and 4 ranks: the same work on more ranks, and as much work for every rank", Scaling.Run) { Peers = [PeerLibrary.OpenMpi] },
    ];

    /// <summary>The scenario of a name; null where there is none.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
