using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>What is proven about a learned integrator: consistency, and the order of the parent that it falls back to.</summary>
internal static class IntegratorCertificates
{
    private const int LargestOrder = 8;
    private const double Rounding = 2e-13;

    public static IReadOnlyList<CertificateRecord> Of(IntegratorCoefficients learned, ButcherTableau parent)
    {
        double sum = learned.Rows[^1].Sum();
        int order = Math.Min(parent.Order, LargestOrder);
        double defect = OrderConditions.Defects(parent, order).Max(Math.Abs);
        return
        [
            new($"{learned.Name} is consistent: its weights sum to 1", Math.Abs(sum - 1), 1e-12, Math.Abs(sum - 1) <= 1e-12,
                ["nothing is claimed about higher orders: the method was fitted at one step size, and its error does not tend to zero faster than the step"]),
            new($"{parent.Name}, used outside the range, has order {order}: every defect of the order conditions is rounding", defect, Rounding, defect <= Rounding, []),
        ];
    }

    /// <summary>The largest defect of the conditions of every order, of the learned tableau and of the parent.</summary>
    public static JsonObject Defects(ButcherTableau? learned, ButcherTableau parent)
    {
        double[] Largest(ButcherTableau tableau)
        {
            double[] defects = OrderConditions.Defects(tableau, 6);
            return [.. Enumerable.Range(1, 6).Select(q => RootedTree.UpTo(6).ToArray().Where(t => t.Order == q).Max(t => Math.Abs(defects[t.Index])))];
        }

        return new()
        {
            ["learned"] = ResultNumbers.ToJson(learned is null ? [] : Largest(learned)),
            ["parent"] = ResultNumbers.ToJson(Largest(parent)),
        };
    }
}
