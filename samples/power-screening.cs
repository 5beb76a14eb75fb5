#:project ../src/Unrolled/Unrolled.csproj
// Screens a small power network: every branch out in turn (N-1), which outages overload a branch or leave a voltage out of its limits?
// Run: dotnet run samples/power-screening.cs [CASE.m]
using Unrolled;
using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

string path = args.Length > 0 ? args[0] : Path.Combine(Directory.CreateTempSubdirectory("unrolled-").FullName, "town.m");
if (args.Length == 0)
{
    File.WriteAllText(path, """
        function mpc = town
        mpc.version = '2';
        mpc.baseMVA = 100;
        % bus type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin
        mpc.bus = [
            1 3  0  0 0 0 1 1 0 110 1 1.06 0.94;
            2 2 20  8 0 0 1 1 0 110 1 1.06 0.94;
            3 1 45 15 0 0 1 1 0 110 1 1.06 0.94;
            4 1 40  5 0 5 1 1 0 110 1 1.06 0.94;
            5 1 30 12 0 0 1 1 0 110 1 1.06 0.94;
            6 1 15  6 0 0 1 1 0 110 1 1.06 0.94;
        ];
        % bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin
        mpc.gen = [
            1 0  0 100 -100 1.04 100 1 200 0;
            2 60 0  60  -40 1.02 100 1  80 0;
        ];
        % from to r x b rateA rateB rateC ratio angle status angmin angmax
        mpc.branch = [
            1 2 0.02 0.08 0.03 120 0 0 0 0 1 -360 360;
            1 3 0.05 0.18 0.04  80 0 0 0 0 1 -360 360;
            2 3 0.04 0.16 0.04  60 0 0 0 0 1 -360 360;
            2 4 0.04 0.15 0.03  60 0 0 0 0 1 -360 360;
            3 4 0.02 0.06 0.02  60 0 0 0 0 1 -360 360;
            4 5 0.05 0.20 0.04  50 0 0 0 0 1 -360 360;
            2 5 0.05 0.19 0.04  50 0 0 0 0 1 -360 360;
            5 6 0.03 0.12 0.02  30 0 0 0 0 1 -360 360;
        ];
        """);
}

PowerNetwork network = PowerNetwork.Read(path);
Console.WriteLine(network.Summary());

// The intact network, then all outages that keep it in one piece as one batch; every mismatch is recomputed before "converged" is said.
OutageScreen screen = OutageScreen.Of(network);
int[] branches = [.. screen.Outages.Connected];
NonlinearSystem outages = screen.Systems(branches);
Solution solution = Solver.Solve(new NewtonMethod(), outages, StoppingCriterion.Absolute(1e-8) with { MaximumIterations = 30 });
string Name(int branch) => $"{network.Buses[network.Branches[branch].From].Number}-{network.Buses[network.Branches[branch].To].Number}";
for (int k = 0; k < branches.Length; k++)
{
    Outcome outcome = solution.Outcome(k);
    if (outcome.Termination != Termination.Converged)
    {
        Console.WriteLine($"without {Name(branches[k])}: no solution found, {outcome.Termination.Message()}");
        continue;
    }

    var state = new PowerFlowState((PowerFlowOperator)outages.Operator, solution.Iterate, k);
    string loading = state.WorstLoading is { } worst ? $"{Name(worst.Branch)} at {100 * worst.Loading:f0} %" : "no ratings";
    string trouble = state.WorstLoading?.Loading > 1 || state.WorstVoltageViolation > 0 ? "  <- outside limits" : string.Empty;
    Console.WriteLine($"without {Name(branches[k])}: {loading}, {state.WorstVoltage:f3} at bus {network.Buses[state.WorstVoltageBus].Number}{trouble}");
}

foreach (int branch in screen.Outages.Islanding)
{
    Console.WriteLine($"without {Name(branch)}: buses are cut off");
}
