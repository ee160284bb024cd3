using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>An exclusion must be a pattern, and must not exclude all of a path.</summary>
internal static class ExclusionRules
{
    /// <summary>Adds a problem for each exclusion that is not a pattern, and for each path that is excluded as a whole.</summary>
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
                    (exception as PatternSpellingException)?.Fix
                    ?? "Write an absolute path of files or a directory, for example /var/log/orders/*debug*.log or /var/log/orders/tmp");
            }
        }

        var exclude = FlowOverlap.Rules(flow).Exclude;
        for (var index = 0; index < flow.Paths.Count; index++)
        {
            var named = FlowOverlap.Patterns(new FlowOptions { Paths = [flow.Paths[index]] });
            if (named.Count > 0 && named.All(pattern => exclude.Any(exclusion => exclusion.Covers(pattern))))
            {
                var exclusions = string.Join(", ", flow.Exclude.Select(exclusion => $"\"{exclusion}\""));
                problems.Add(
                    $"{key}:Paths:{index}", flow.Paths[index],
                    $"has nothing left: {exclusions} of {key}:Exclude excludes every file it names",
                    "Remove the path, or narrow the exclusion");
            }
        }
    }
}
