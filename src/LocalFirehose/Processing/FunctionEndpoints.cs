using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Processing;

/// <summary>Which endpoint stands for each function: the configured ones, by ARN.</summary>
internal sealed class FunctionEndpoints(IEnumerable<FunctionOptions> functions)
{
    private readonly Dictionary<string, Uri> _endpoints =
        functions.ToDictionary(function => Unversioned(function.Arn), function => new Uri(function.Url), StringComparer.Ordinal);

    /// <summary>The endpoint of a function, whatever its version; null if none is configured.</summary>
    public Uri? Find(string arn) => _endpoints.GetValueOrDefault(Unversioned(arn));

    /// <summary>An ARN of a function without its version or alias.</summary>
    public static string Unversioned(string arn)
    {
        const int partsOfFunction = 7;
        var parts = arn.Split(':');
        return FunctionSettings.IsArn(arn) && parts.Length > partsOfFunction ? string.Join(':', parts[..partsOfFunction]) : arn;
    }
}
