using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Laws;

/// <summary>An instance of a nonlinear batch cannot tell in whose company it is solved.</summary>
public class NonlinearBatchLaws
{
    private const int Instances = 19;

    public static TheoryData<string, string> OnFamilies
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (Type type in NonlinearMethods.Types)
            {
                foreach (string family in new[] { "chandrasekhar", "bratu-1d", "bratu-2d", "burgers", "reactor" })
                {
                    pairs.Add(type.Name, family);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(OnFamilies))]
    public void A_batch_has_the_bits_and_counts_of_its_instances_however_it_is_run(string name, string family) =>
        HasTheBitsOfItsInstances(NonlinearMethods.Create(name), Draw(family));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_that_depend_on_the_instance_do_so_on_it_alone(bool direct)
    {
        double[] values = [.. Enumerable.Range(0, 9).Select(i => i % 3 == 0 ? -0.9 : 0.03 * ((i % 4) - 1.5))];
        var weights = new LearnedCoefficients(2, 1, 2, values);
        HasTheBitsOfItsInstances(direct ? new LearnedSolver(weights, 0.9) : new LearnedNewtonKrylov(weights, 0.9), Draw("chandrasekhar"));
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void Bad_instances_do_no_harm_to_good_ones(string name)
    {
        IIteration<NonlinearSystem> method = NonlinearMethods.Create(name);
        Batch c = Batch.Zeros(1, Instances), start = Batch.Zeros(10, Instances);
        var stream = new RandomStream(8);
        for (int s = 0; s < Instances; s++)
        {
            c[0, s] = s switch { 2 => double.NaN, 5 => 40, 11 => double.PositiveInfinity, _ => 0.5 + (0.02 * s) };
            for (int i = 0; i < 10; i++)
            {
                start[i, s] = 1 + (0.3 * stream.NextNormal());
            }
        }

        NonlinearSystem batch = NonlinearGallery.WideChandrasekhar().Problem(c, start);
        Solution together = Solver.Solve(method, batch);
        Assert.Equal(Termination.NonFinite, together.Outcome(2).Termination);
        for (int s = 0; s < Instances; s++)
        {
            Assert.True(s is 2 or 5 or 11 || together.Outcome(s).Termination == Termination.Converged, $"{s}: {together.Outcome(s)}");
            Solution alone = Solver.Solve(method, batch.Select([s]));
            Assert.Equal(alone.Outcome(), together.Outcome(s));
            Assert.Equal(Assembled.Instance(alone.Iterate, 0), Assembled.Instance(together.Iterate, s));
        }
    }

    private static NonlinearSystem Draw(string family)
    {
        var stream = new RandomStream(42);
        return family switch
        {
            "chandrasekhar" => NonlinearGallery.WideChandrasekhar().Draw(Instances, stream),
            "bratu-2d" => NonlinearGallery.FamilyOf(family, "grid", "9").Draw(Instances, stream),
            _ => NonlinearGallery.FamilyOf(family).Draw(Instances, stream),
        };
    }

    private static void HasTheBitsOfItsInstances(IIteration<NonlinearSystem> method, NonlinearSystem batch)
    {
        StoppingCriterion stop = StoppingCriterion.Relative(1e-10) with { MaximumIterations = 60 };
        Solution[] alone = [.. Enumerable.Range(0, Instances).Select(s => Solver.Solve(method, batch.Select([s]), stop))];
        SolverOptions[] ways =
        [
            SolverOptions.Default,
            new() { Threads = 1, CompactionThreshold = 0 },
            new() { Threads = 1, CompactionThreshold = 1 },
            new() { Threads = 2, ChunkInstances = 8 },
            new() { Threads = 2, ChunkInstances = 5, CompactionThreshold = 1 },
            new() { Threads = 1, ChunkInstances = 19, Memory = new SolverMemory() },
        ];
        foreach (SolverOptions way in ways)
        {
            Solution together = Solver.Solve(method, batch, stop, way);
            for (int s = 0; s < Instances; s++)
            {
                Truth.SameBits(alone[s], together, 0, s);
            }
        }
    }
}
