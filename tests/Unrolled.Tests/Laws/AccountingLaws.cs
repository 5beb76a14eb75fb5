using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What a step costs is what is said of it: products, storage, and no memory.</summary>
public class AccountingLaws
{
    private const int Steps = 47;

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Products_are_counted_truthfully(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 12);
        foreach (bool warm in new[] { false, true })
        {
            foreach (bool preconditioned in new[] { false, true })
            {
                var a = new CountingOperator(example.Operator);
                var m = new CountingOperator(Jacobi.Of(example.Operator));
                LinearSystem problem = Problem(a, example, warm, preconditioned ? m : null);
                IIteration<LinearSystem> iteration = LinearMethods.For(method, example);
                Workspace workspace = Started(iteration, problem);
                Assert.Equal(a.Products, workspace.Products);
                for (int k = 0; k < Steps; k++)
                {
                    iteration.Step(problem, workspace);
                    Assert.Equal(a.Products, workspace.Products);
                }

                // Forming an iterate in the middle of a cycle is part of verification and is not counted; ending a cycle is.
                Assert.Equal(m.Products, workspace.PreconditionerApplications);
                Assert.Equal(preconditioned, workspace.PreconditionerApplications > 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_step_allocates_nothing(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 6);
        foreach (bool preconditioned in new[] { false, true })
        {
            LinearSystem problem = Problem(example.Operator, example, warm: false, preconditioned ? Jacobi.Of(example.Operator) : null);
            IIteration<LinearSystem> iteration = LinearMethods.For(method, example);
            Workspace workspace = Started(iteration, problem);
            void Run()
            {
                for (int k = 0; k < Steps; k++)
                {
                    iteration.Step(problem, workspace);
                }

                iteration.FormIterate(problem, workspace);
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
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Storage_is_what_the_documentation_says(string method)
    {
        const int N = 1000;
        MethodUnderLaw known = LinearMethods.Named(method);
        SparseOperator identity = new(Gallery.FromDense(N, (i, j) => i == j ? 1 : 0));
        var problem = new LinearSystem(identity, new double[N]);
        IIteration<LinearSystem> iteration = known.Create(1, 2);
        Assert.Equal(known.Vectors, iteration.Shape(problem).Vectors);
        Assert.Equal(known.PreconditionedVectors, iteration.Shape(problem.PreconditionedBy(identity)).Vectors);
        Assert.True(iteration.Shape(problem).Scalars < N);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.OnTheirSystems), MemberType = typeof(LinearMethods))]
    public void Forming_the_iterate_disturbs_nothing(string method, string system)
    {
        NamedSystem example = Gallery.Named(system);
        LinearSystem problem = example.Problem;
        IIteration<LinearSystem> iteration = LinearMethods.For(method, example);
        Workspace quiet = Started(iteration, problem), asked = Started(iteration, problem);
        for (int k = 0; k < 25; k++)
        {
            iteration.Step(problem, quiet);
            iteration.Step(problem, asked);
            iteration.FormIterate(problem, asked);
            iteration.FormIterate(problem, asked);
            Assert.Equal(quiet.ResidualNorms.ToArray(), asked.ResidualNorms.ToArray());
        }

        iteration.FormIterate(problem, quiet);
        Assert.Equal(quiet.Iterate.Values.ToArray(), asked.Iterate.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(LinearMethods.OnTheirSystems), MemberType = typeof(LinearMethods))]
    public void The_claimed_residual_is_the_true_one_up_to_rounding(string method, string system)
    {
        NamedSystem example = Gallery.Named(system);
        LinearSystem problem = example.Problem;
        IIteration<LinearSystem> iteration = LinearMethods.For(method, example);
        Workspace workspace = Started(iteration, problem);
        double scale = workspace.ResidualNorms[0];
        Batch residual = Batch.Zeros(example.Order, 1);
        double[] norm = new double[1];
        for (int k = 0; k < 25; k++)
        {
            iteration.Step(problem, workspace);
            iteration.FormIterate(problem, workspace);
            problem.Residual(workspace.Iterate, residual);
            BatchKernels.Norm(residual, norm);
            Assert.Equal(norm[0], workspace.ResidualNorms[0], 1e-9 * Math.Max(scale, norm[0]));
        }
    }

    private static LinearSystem Problem(ILinearOperator a, NamedSystem example, bool warm, ILinearOperator? preconditioner)
    {
        var problem = new LinearSystem(a, example.RightHandSide);
        problem = warm ? problem.StartingAt(Batch.Of(example.RightHandSide)) : problem;
        return preconditioner is null ? problem : problem.PreconditionedBy(preconditioner);
    }

    private static Workspace Started(IIteration<LinearSystem> iteration, LinearSystem problem)
    {
        var workspace = new Workspace(iteration.Shape(problem), problem.Components, problem.Instances);
        problem.InitialIterate?.CopyTo(workspace.Iterate);
        iteration.Initialize(problem, workspace, problem.InitialIterate is null);
        return workspace;
    }
}
