using System.Text;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Streams;

/// <summary>The prefix and error prefix of a destination, validated by the rules of Firehose.</summary>
internal sealed class DestinationPrefixes
{
    /// <summary>Length of the value of <c>!{firehose:random-string}</c>.</summary>
    public const int RandomStringLength = 11;

    // Maximum length of a file name on common file systems.
    private const int MaxNameBytes = 255;
    private const string DefaultTime = "yyyy/MM/dd/HH/";
    private static readonly JavaTimePattern DefaultPattern = JavaTimePattern.Parse(DefaultTime);
    private readonly PrefixExpression _prefix;

    private DestinationPrefixes(PrefixExpression prefix) => _prefix = prefix;

    /// <summary>Parses both prefixes; <paramref name="now"/> is used to check their values.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException with the violated rule.</exception>
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

    /// <summary>
    /// The prefix of an object whose first record arrived at <paramref name="arrival"/>; without a timestamp expression it
    /// ends in <c>yyyy/MM/dd/HH/</c>.
    /// </summary>
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

        // Keys become paths: S3 would accept these, a file system does not.
        foreach (var segment in evaluated.Split('/'))
        {
            if (segment is "." or ".."
                || segment.Contains('\0', StringComparison.Ordinal)
                || Encoding.UTF8.GetByteCount(segment) > MaxNameBytes)
            {
                throw Invalid($"{name} evaluates to '{evaluated}', which cannot be a path below a directory.");
            }
        }
    }

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));
}

/// <summary>A prefix with parsed <c>!{namespace:value}</c> expressions.</summary>
internal sealed class PrefixExpression
{
    private const string Open = "!{";
    private readonly List<Func<DateTimeOffset, string, string>> _parts = [];

    private PrefixExpression()
    {
    }

    /// <summary>Whether the text contains any expression.</summary>
    public bool HasExpressions { get; private set; }

    /// <summary>Whether one of them is a timestamp.</summary>
    public bool HasTimestamp { get; private set; }

    /// <summary>Whether one of them is <c>!{firehose:error-output-type}</c>.</summary>
    public bool HasErrorOutputType { get; private set; }

    /// <summary>Parses a prefix.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException: an expression is malformed, unknown or not supported.</exception>
    public static PrefixExpression Parse(string text)
    {
        var result = new PrefixExpression();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            var literal = open < 0 ? text[at..] : text[at..open];
            result._parts.Add((_, _) => literal);
            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                throw Invalid($"The prefix '{text}' has an expression without its closing brace.");
            }

            result.Add(text[(open + Open.Length)..close]);
            at = close + 1;
        }

        return result;
    }

    /// <summary>The prefix of an object whose first record arrived at <paramref name="arrival"/>.</summary>
    public string Evaluate(DateTimeOffset arrival, string randomString)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part(arrival, randomString));
        }

        return text.ToString();
    }

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));

    private void Add(string expression)
    {
        HasExpressions = true;
        var colon = expression.IndexOf(':', StringComparison.Ordinal);
        var space = colon < 0 ? expression : expression[..colon];
        var value = colon < 0 ? "" : expression[(colon + 1)..];
        switch (space)
        {
            case "timestamp":
                var pattern = JavaTimePattern.Parse(value);
                HasTimestamp = true;
                _parts.Add((arrival, _) => pattern.Format(arrival));
                break;
            case "firehose" when value == "random-string":
                _parts.Add((_, randomString) => randomString);
                break;
            case "firehose" when value == "error-output-type":
                HasErrorOutputType = true;
                _parts.Add((_, _) => "processing-failed");
                break;
            case "partitionKeyFromQuery" or "partitionKeyFromLambda":
                throw Invalid($"The expression !{{{expression}}} needs dynamic partitioning, which is not enabled.");
            default:
                throw Invalid(
                    $"The expression !{{{expression}}} is not known; "
                    + "use timestamp:PATTERN, firehose:random-string or firehose:error-output-type.");
        }
    }
}
