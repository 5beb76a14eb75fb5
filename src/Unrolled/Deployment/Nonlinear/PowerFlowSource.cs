using System.Text.Json.Nodes;
using Unrolled.Problems;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>
/// Writes the learned step of a power-flow screen as JSON. There is no source code: mismatches, Jacobian and sparse factors belong to a case, which is
/// read where the screen runs.
/// </summary>
public static class PowerFlowSource
{
    /// <summary>The text of the file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What the solver is called in it.</param>
    /// <exception cref="InvalidInputException">The model is none of a nonlinear solver.</exception>
    public static string Write(Model model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        var json = new JsonObject { ["format"] = "unrolled-power-flow-step", ["name"] = Identifier(name), ["description"] = model.Description };
        JsonNonlinearSource.Describe(json, LearnedNonlinear.Of(model));
        json["preconditioner"] = model.MethodSettings.Text("factors");
        json["preconditionerMeaning"] = "M is the Jacobian of the intact network at its solution; 'compensated': with the outage added as a low-rank correction, 'intact': as it is";
        json["unknowns"] = "voltage angles of all buses but the slack bus, then magnitudes of the PQ buses, in the order of the buses; F is the mismatch of P and then Q in per unit";
        json["load"] = model.Family.Number("load", 0, 100, 1);
        json["tolerance"] = model.MethodSettings.Number("tolerance", 1e-13, 1, 1e-8);
        return Json(json).ReplaceLineEndings("\n");
    }
}
