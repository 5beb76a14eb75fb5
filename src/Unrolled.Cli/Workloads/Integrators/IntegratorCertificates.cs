using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>What is proven about a learned integrator: its order, and that of the parent that it falls back to.</summary>
internal static class IntegratorCertificates
{
    private const int LargestOrder = 8;
    private const int TableOrder = 6;
    private const double Rounding = 2e-13;

    public static IReadOnlyList<CertificateRecord> Of(LearnedIntegrator learned)
    {
        int order = Math.Min(learned.ParentOrder, LargestOrder);
        double defect = LargestDefects(learned.Parent, order)!.Max();
        return
        [
            OfLearned(learned),
            new($"{learned.Parent.Name}, used outside the range, has order {order}: every defect of the order conditions is rounding", defect, Rounding, defect <= Rounding, []),
        ];
    }

    /// <summary>The largest defect of the conditions of every order, of the learned method (a tableau, at the step h_0 where it depends on the step, or a multistep method) and of the parent.</summary>
    public static JsonObject Defects(LearnedIntegrator learned) => new()
    {
        ["learned"] = ResultNumbers.ToJson(LargestDefects(learned.Method, TableOrder) ?? []),
        ["parent"] = ResultNumbers.ToJson(LargestDefects(learned.Parent, TableOrder)!),
    };

    private static CertificateRecord OfLearned(LearnedIntegrator learned)
    {
        string name = learned.Coefficients.Name;
        if (learned.Method is FixedStepLearnedRungeKutta conditioned)
        {
            return OfPolynomials(conditioned.Method, learned.Order);
        }

        if (learned.Order > 1 && LargestDefects(learned.Method, learned.Order) is { } defects)
        {
            return new($"{name} has order {learned.Order}: every defect of the order conditions is rounding", defects.Max(), Rounding, defects.Max() <= Rounding, []);
        }

        double sum = Math.Abs(learned.Coefficients.Rows[^1].Sum() - 1);
        return new($"{name} is consistent: its weights sum to 1", sum, 1e-12, sum <= 1e-12,
            ["nothing is claimed about higher orders: the method was fitted at one step size, and its error does not tend to zero faster than the step"]);
    }

    /// <summary>
    /// The order of coefficients that depend on the step: the defect of a tree with q vertices is a polynomial in ε, and its coefficients of
    /// ε^m with q + m up to the order are rounding.
    /// </summary>
    private static CertificateRecord OfPolynomials(LearnedRungeKutta method, int order)
    {
        double[][] defects = method.DefectPolynomials(order);
        int conditions = 0;
        double largest = 0;
        foreach (RootedTree tree in RootedTree.UpTo(order))
        {
            foreach (double coefficient in defects[tree.Index].Take(order - tree.Order + 1))
            {
                conditions++;
                largest = Math.Max(largest, Math.Abs(coefficient));
            }
        }

        string scale = method.Scale.DependsOnParameters ? ", for all parameters, which change epsilon by a constant" : string.Empty;
        return new($"{method.Name} has order {order} as h -> 0{scale}: {conditions} coefficients of epsilon^m in the defects of trees with q vertices, q + m at most {order}, are rounding",
            largest, Rounding, largest <= Rounding, []);
    }

    /// <summary>For every order the largest defect; null for methods with memory of stages, whose conditions are others.</summary>
    private static double[]? LargestDefects(IFixedStepMethod method, int order)
    {
        switch (method)
        {
            case FixedStepMultistep multistep:
                return [.. MultistepConditions.Defects(multistep.Weights, order).Select(Math.Abs)];
            case FixedStepLearnedRungeKutta learned:
                return LargestDefects(learned.At(learned.Method.BaseStep), order);
            case FixedStepRungeKutta rungeKutta:
                double[] defects = OrderConditions.Defects(rungeKutta.Tableau, order);
                return [.. Enumerable.Range(1, order).Select(q => RootedTree.UpTo(order).ToArray().Where(t => t.Order == q).Max(t => Math.Abs(defects[t.Index])))];
            default:
                return null;
        }
    }
}
