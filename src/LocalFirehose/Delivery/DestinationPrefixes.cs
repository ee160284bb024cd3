using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>A destination's prefix and error prefix, checked against each other by Firehose's rules.</summary>
internal sealed class DestinationPrefixes
{
    /// <summary>Characters in what <c>!{firehose:random-string}</c> becomes.</summary>
    public const int RandomStringLength = 11;

    // Longest file name on the file systems in use.
    private const int MaxNameBytes = 255;
    private const string DefaultTime = "yyyy/MM/dd/HH/";
    private static readonly JavaTimePattern DefaultPattern = JavaTimePattern.Parse(DefaultTime);
    private readonly PrefixExpression _prefix;

    private DestinationPrefixes(PrefixExpression prefix) => _prefix = prefix;

    /// <summary>Reads both prefixes; <paramref name="now"/> serves to check what they evaluate to.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException with the rule that is broken.</exception>
    public static DestinationPrefixes Parse(string? prefix, string? errorPrefix, DateTimeOffset now)
    {
        var parsed = PrefixExpression.Parse(prefix ?? "");
        var error = PrefixExpression.Parse(errorPrefix ?? "");
        if (parsed.HasErrorOutputType)
        {
            throw Invalid("Prefix cannot contain !{firehose:error-output-type}.");
        }

        if (parsed.HasExpressions && string.IsNullOrEmpty(errorPrefix))
        {
            throw Invalid("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions.");
        }

        if ((parsed.HasExpressions || error.HasExpressions) && !error.HasErrorOutputType)
        {
            throw Invalid("ErrorOutputPrefix must contain !{firehose:error-output-type} when a prefix contains expressions.");
        }

        var result = new DestinationPrefixes(parsed);
        CheckEvaluated("Prefix", result.Evaluate(now, new string('x', RandomStringLength)));
        CheckEvaluated("ErrorOutputPrefix", error.Evaluate(now, new string('x', RandomStringLength)));
        return result;
    }

    /// <summary>The prefix of an object whose oldest record arrived at <paramref name="arrival"/>; without a timestamp expression it ends in <c>yyyy/MM/dd/HH/</c>.</summary>
    public string Evaluate(DateTimeOffset arrival, string randomString)
    {
        var prefix = _prefix.Evaluate(arrival, randomString);
        return _prefix.HasTimestamp ? prefix : prefix + DefaultPattern.Format(arrival);
    }

    private static void CheckEvaluated(string name, string evaluated)
    {
        if (evaluated.Length > Limits.MaxPrefixLength)
        {
            throw Invalid($"{name} is longer than {Limits.MaxPrefixLength} characters when evaluated.");
        }

        // Keys become paths here: S3 would take these, a directory cannot.
        foreach (var segment in evaluated.Split('/'))
        {
            if (segment is "." or ".." || segment.Contains('\0', StringComparison.Ordinal) || System.Text.Encoding.UTF8.GetByteCount(segment) > MaxNameBytes)
            {
                throw Invalid($"{name} evaluates to '{evaluated}', which cannot be a path below a directory.");
            }
        }
    }

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));
}
