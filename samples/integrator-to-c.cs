#:project ../src/Unrolled/Unrolled.csproj
// Learns an integrator for a controlled pendulum and writes it as C for a controller or a simulator.
// Run: dotnet run samples/integrator-to-c.cs [FOLDER]
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

string folder = args.Length > 0 ? args[0] : Directory.CreateTempSubdirectory("unrolled-").FullName;

// The plant and its controller: an inverted pendulum of unknown length, held upright by a PD law.
OdeFamily family = OdeFamilies.FromEquations(
    """
    torque = -kp*x - kd*v
    dx = v
    dv = 9.81/l*sin(x) + torque/l^2
    """,
    parameters: "l: uniform(0.8, 1.2); kp: uniform(14, 18); kd: uniform(2, 4)",
    initial: "x: uniform(-0.8, 0.8); v: uniform(-1, 1)",
    horizon: 4);

// 48 evaluations for the whole trajectory: 12 steps of RK4, or what is learned here.
// A smaller search than the default, which gives methods a memory too and takes several times as long.
LearnedIntegrator integrator = IntegratorTraining.Learn(
    family, budget: 48, new() { Instances = 48, Validation = 48, Search = new() { Parents = 2, Extensions = 0 } });
Console.WriteLine($"{integrator.Method.Name}, steps of {integrator.StepSizeOfTraining:g3} s, used from {integrator.ValidSteps.Low:g3} to {integrator.ValidSteps.High:g3} s, else {integrator.Parent.Name}");

// Against every classical method with as many evaluations, on trajectories that training has not seen.
IntegratorComparison fresh = IntegratorComparison.Measure(family.Draw(200, new RandomStream(7)), 48, [integrator.Method]);
MethodMeasurement learned = fresh.OtherRows[0], best = fresh.BestClassical;
Console.WriteLine($"largest error, geometric mean: {learned.GeometricMean:e2} against {best.GeometricMean:e2} of {best.Name}");

// One trajectory; the parent takes over where a parameter lies outside its range.
Trajectories run = integrator.Integrate(initial: [0.5, 0], parameters: [1.0, 16, 3]);
Console.WriteLine($"the angle after {run.Times[^1]} s: {run.Last[0, 0]:g6} ({run.Method})");

File.WriteAllText(Path.Combine(folder, "pendulum.c"), IntegratorSource.C.Write(integrator, "pendulum"));
ModelFile.Write(Path.Combine(folder, "pendulum.json"), integrator.Model);
Console.WriteLine($"pendulum.c and pendulum.json are in {folder}");
