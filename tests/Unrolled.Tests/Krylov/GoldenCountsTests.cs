using System.Globalization;
using System.Text;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Laws;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Krylov;

/// <summary>
/// How many steps, products and preconditioner applications every combination takes to 1e-8, in a text file. Counts are
/// the cost of a method: a change of one is a change of behavior. Set UNROLLED_GOLDEN=write to write the file anew, and
/// review the difference.
/// </summary>
public class GoldenCountsTests
{
    private static readonly string File = Path.Combine(RepositoryFolder.Root, "tests", "Unrolled.Tests", "Golden", "krylov-counts.txt");

    [Fact]
    public void Counts_are_those_of_the_file()
    {
        string actual = Counts();
        if (Environment.GetEnvironmentVariable("UNROLLED_GOLDEN") == "write")
        {
            System.IO.File.WriteAllText(File, actual);
        }

        Assert.Equal(System.IO.File.ReadAllText(File), actual);
    }

    private static string Counts()
    {
        var text = new StringBuilder("# system, preconditioner, method: termination, iterations, products, preconditioner applications, restarts; largest |x|\n");
        foreach (NamedSystem system in Gallery.Solvable)
        {
            foreach (string name in new[] { "none", "jacobi", "ic0", "ilu0" })
            {
                if (name != "none" && (name == "ic0" ? system.Class != SystemClass.PositiveDefinite : system.Class == SystemClass.Symmetric))
                {
                    continue;
                }

                ILinearOperator? m = Preconditioner.Create(name, system.Operator);
                foreach (Type type in LinearMethods.Types.Where(t => LinearMethods.Named(t.Name).Needs >= system.Class))
                {
                    MethodUnderLaw method = LinearMethods.Named(type.Name);
                    bool asksForSpectrum = type.Name is "Chebyshev" or "Richardson" or "LearnedKrylov";
                    if (m is null ? asksForSpectrum && system.Name == "graded" : asksForSpectrum || (name == "ilu0" && method.Needs != SystemClass.General))
                    {
                        continue;
                    }

                    LinearSystem problem = m is null ? system.Problem : system.Problem.PreconditionedBy(m);
                    Solution solution = Solver.Solve(LinearMethods.For(type.Name, system), problem);
                    Outcome o = solution.Outcome();
                    text.Append(CultureInfo.InvariantCulture,
                        $"{system.Name}, {name}, {type.Name}: {o.Termination}, {o.Iterations}, {o.Products}, {o.PreconditionerApplications}, {o.Restarts}; ")
                        .Append(CultureInfo.InvariantCulture, $"{solution.Iterate.Values.ToArray().Max(Math.Abs):r}\n");
                }
            }
        }

        return text.ToString();
    }
}
