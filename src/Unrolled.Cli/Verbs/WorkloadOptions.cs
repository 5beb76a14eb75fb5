using System.CommandLine;
using Unrolled.Cli.Workloads;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary>The options that the workloads add to a verb: the command accepts all of them, a model only its own.</summary>
internal sealed class WorkloadOptions
{
    private readonly List<Option<string?>> _options = [];

    /// <summary>Adds the options of all workloads to a verb; options with the same name are one.</summary>
    public WorkloadOptions(Command command, IEnumerable<WorkloadOption> declared)
    {
        foreach (IGrouping<string, WorkloadOption> same in declared.GroupBy(o => o.Name))
        {
            var added = new Option<string?>(same.Key)
            {
                Description = string.Join(" Or: ", same.Select(o => o.Description).Distinct()), HelpName = same.First().Value,
            };
            _options.Add(added);
            command.Options.Add(added);
        }
    }

    /// <summary>What was given, by name without dashes.</summary>
    /// <exception cref="UsageException">An option was given that the model's method does not have.</exception>
    public Settings Given(ParseResult given, IReadOnlyList<WorkloadOption> own, string method)
    {
        var settings = new Settings("command line");
        foreach (Option<string?> option in _options)
        {
            if (given.GetValue(option) is not string value)
            {
                continue;
            }

            WorkloadOption match = own.FirstOrDefault(o => o.Name == option.Name) ?? throw new UsageException(
                $"{option.Name} does not apply to a model of the method {method}; its options are {Names(own)}");
            settings.Set(match.Key, value);
        }

        return settings;
    }

    private static string Names(IReadOnlyList<WorkloadOption> options) =>
        options.Count == 0 ? "none" : string.Join(", ", options.Select(o => o.Name));
}
