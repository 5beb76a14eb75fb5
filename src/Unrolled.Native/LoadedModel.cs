using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Deployment.Linear;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Deployment.Rules;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Native;

/// <summary>A model behind a handle. Immutable: what can be run is made of it once, when the file is opened; safe for use by several threads.</summary>
internal sealed class LoadedModel
{
    private const string Krylov = "krylov", RungeKutta = "runge-kutta", Nonlinear = "nonlinear-solver", Diffusion = "diffusion-network", Rule = "recurrent-convolution";

    private readonly object _method;

    public LoadedModel(Model model)
    {
        Model = model;
        _method = model.Method switch
        {
            Krylov => LearnedLinear.Of(model),
            RungeKutta => LearnedIntegrator.Of(model),
            Nonlinear => (LearnedNonlinear.Of(model), NonlinearFamilies.Create(model.Family)),
            Diffusion => LearnedDenoiser.Of(model),
            Rule => LearnedRule.Of(model),
            _ => throw new InvalidInputException(model.Family.Source,
                $"is a model of the method '{model.Method}'; called from C can be {Krylov}, {RungeKutta}, {Nonlinear}, {Diffusion}, {Rule}"),
        };
    }

    public Model Model { get; }

    public LearnedLinear Linear => As<LearnedLinear>("solve linear systems", Krylov);

    public LearnedIntegrator Integrator => As<LearnedIntegrator>("integrate", RungeKutta);

    public (LearnedNonlinear Method, NonlinearFamily Family) NonlinearSolver => As<(LearnedNonlinear, NonlinearFamily)>("solve nonlinear systems", Nonlinear);

    public LearnedDenoiser Denoiser => As<LearnedDenoiser>("denoise", Diffusion);

    public LearnedRule Learner => As<LearnedRule>("predict labels", Rule);

    /// <summary>The method if it is of that kind; null otherwise.</summary>
    public T? Maybe<T>()
        where T : class => _method as T;

    /// <summary>The family of a nonlinear solver; null for another method.</summary>
    public NonlinearFamily? MaybeFamily => _method is (LearnedNonlinear, NonlinearFamily family) ? family : null;

    private T As<T>(string what, string method) => _method is T typed
        ? typed
        : throw new ArgumentException($"a model of the method '{Model.Method}' cannot {what}; one of '{method}' can");
}
