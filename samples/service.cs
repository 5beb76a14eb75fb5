#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Unrolled/Unrolled.csproj
// A learned integrator in a web service: POST initial values and parameters, get the trajectory.
// Run: dotnet run samples/service.cs --urls http://localhost:5080
//      curl http://localhost:5080/trajectory -H "Content-Type: application/json" -d '{ "initial": [1, 0], "parameters": [1.5] }'
using Unrolled.Deployment.Integrators;
using Unrolled.Learning;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

// Learned once at the start; a service reads it from a file: LearnedIntegrator.Of(ModelFile.Read("model.json")).
LearnedIntegrator integrator = IntegratorTraining.Learn(
    OdeFamilies.Create("van-der-pol"), budget: 240, new() { Search = new() { Parents = 1, Extensions = 0 } });

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
WebApplication app = builder.Build();
app.MapGet("/", () => integrator.Model.Description);

// The integrator is immutable and serves all requests at once. A caller that hangs up cancels the run.
app.MapPost("/trajectory", (Question question, CancellationToken aborted) =>
{
    try
    {
        Trajectories run = integrator.Integrate(question.Initial, question.Parameters, aborted).EnsureCompleted();
        return Results.Ok(new Answer(run.Method, run.Times.ToArray(), [.. Enumerable.Range(0, run.Components).Select(i => Enumerable.Range(0, run.Times.Length).Select(t => run[t, i, 0]).ToArray())]));
    }
    catch (Exception e) when (e is ArgumentException or IntegrationException)
    {
        return Results.BadRequest(e.Message);
    }
});
app.Run();

/// <summary>One start: the states x and y, the parameter mu.</summary>
internal sealed record Question(double[] Initial, double[] Parameters);

/// <summary>The method that was used, the times, and the states at them.</summary>
internal sealed record Answer(string Method, double[] Times, double[][] States);
