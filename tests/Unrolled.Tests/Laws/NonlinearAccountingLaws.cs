using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What a step of a nonlinear method costs is what is said of it: evaluations, products, storage, and no memory.</summary>
public class NonlinearAccountingLaws
{
    private const int Steps = 9;

    [Theory]
    [MemberData(nameof(NonlinearMethods.OnAllSystems), MemberType = typeof(NonlinearMethods))]
    public void Evaluations_and_products_are_counted_truthfully(string method, string system)
    {
        NonlinearSystem example = NonlinearGallery.Named(system);
        foreach (bool difference in new[] { false, true })
        {
            var f = new CountingFunction(difference ? new ForwardDifferenceJacobian(example.Operator) : example.Operator);
            var problem = new NonlinearSystem(f, example.InitialIterate!.Value);
            var m = new CountingOperator(example.Preconditioner ?? new DenseOperator(1, 1, Batch.Of([1])));
            problem = example.Preconditioner is null ? problem : problem.PreconditionedBy(m);
            IIteration<NonlinearSystem> iteration = NonlinearMethods.Create(method);
            Workspace workspace = Started(iteration, problem);
            Assert.Equal((f.Products, 1), (workspace.Products, workspace.Products));
            for (int k = 0; k < Steps; k++)
            {
                iteration.Step(problem, workspace);
                Assert.Equal(f.Products, workspace.ProductsOf(0));
                Assert.Equal(m.Products, workspace.PreconditionerApplicationsOf(0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_step_allocates_nothing(string method)
    {
        foreach (string system in new[] { "chandrasekhar", "bratu-1d", "bratu-2d", "reactor" })
        {
            NonlinearSystem problem = NonlinearGallery.Named(system);
            IIteration<NonlinearSystem> iteration = NonlinearMethods.Create(method);
            Workspace workspace = Started(iteration, problem);
            void Run()
            {
                for (int k = 0; k < Steps; k++)
                {
                    iteration.Step(problem, workspace);
                }
            }

            long Allocated()
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Run();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Run();
            Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Allocated())); // what a step allocates it allocates every time
        }
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void Storage_is_what_the_documentation_says(string method)
    {
        NonlinearMethodUnderLaw known = NonlinearMethods.Named(method);
        NonlinearSystem problem = NonlinearGallery.FamilyOf("chandrasekhar", "m", "100").Draw(1, new RandomStream(1));
        var identity = new SparseOperator(Gallery.FromDense(100, (i, j) => i == j ? 1 : 0));
        Assert.Equal(known.Vectors, known.Create().Shape(problem).Vectors);
        Assert.Equal(known.PreconditionedVectors, known.Create().Shape(problem.PreconditionedBy(identity)).Vectors);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.OnAllSystems), MemberType = typeof(NonlinearMethods))]
    public void The_claimed_residual_is_the_true_one(string method, string system)
    {
        NonlinearSystem problem = NonlinearGallery.Named(system);
        IIteration<NonlinearSystem> iteration = NonlinearMethods.Create(method);
        Workspace workspace = Started(iteration, problem);
        for (int k = 0; k < Steps; k++)
        {
            iteration.Step(problem, workspace);
            double truth = NonlinearTruth.Residual(problem, workspace.Iterate, 0);
            Assert.Equal(truth, workspace.ResidualNorms[0], double.IsFinite(truth) ? 1e-12 * truth : 0);
        }
    }

    private static Workspace Started(IIteration<NonlinearSystem> iteration, NonlinearSystem problem)
    {
        var workspace = new Workspace(iteration.Shape(problem), problem.Components, problem.Instances);
        problem.InitialIterate!.Value.CopyTo(workspace.Iterate);
        iteration.Initialize(problem, workspace, false);
        return workspace;
    }
}
