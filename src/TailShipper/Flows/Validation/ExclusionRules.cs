using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>An exclusion must be a pattern, and must leave something of every path.</summary>
internal static class ExclusionRules
{
    /// <summary>Adds a problem for each exclusion that is no pattern, and for each path of which nothing is left.</summary>
    public static void Validate(string key, FlowOptions flow, ConfigurationProblems problems)
    {
        for (var index = 0; index < flow.Exclude.Count; index++)
        {
            try
            {
                PathPattern.Parse(flow.Exclude[index]);
            }
            catch (FormatException exception)
            {
                problems.Add(
                    $"{key}:Exclude:{index}", flow.Exclude[index], exception.Message,
                    "Write an absolute path of files or a directory, for example /var/log/orders/*debug*.log or /var/log/orders/tmp");
            }
        }

        var exclude = FlowOverlap.Rules(flow).Exclude;
        for (var index = 0; index < flow.Paths.Count; index++)
        {
            var named = FlowOverlap.Patterns(new FlowOptions { Paths = [flow.Paths[index]] });
            if (named.Count > 0 && named.All(pattern => exclude.Any(exclusion => exclusion.Covers(pattern))))
            {
                problems.Add(
                    $"{key}:Paths:{index}", flow.Paths[index],
                    $"has nothing left: {string.Join(", ", flow.Exclude.Select(exclusion => $"\"{exclusion}\""))} of {key}:Exclude leaves out every file it names",
                    "Remove the path, or narrow the exclusion");
            }
        }
    }
}
