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
    private readonly PrefixExpression _error;

    private DestinationPrefixes(PrefixExpression prefix, PrefixExpression error) => (_prefix, _error) = (prefix, error);

    /// <summary>Whether the prefix has partition keys.</summary>
    public bool HasPartitionKeys => _prefix.QueryKeys.Count + _prefix.FunctionKeys.Count > 0;

    /// <summary>The keys that the prefix takes from the query.</summary>
    public IReadOnlyList<string> QueryKeys => _prefix.QueryKeys;

    /// <summary>The keys that the prefix takes from the function.</summary>
    public IReadOnlyList<string> FunctionKeys => _prefix.FunctionKeys;

    /// <summary>Parses both prefixes; <paramref name="now"/> is used to check their values.</summary>
    /// <param name="prefix">The object prefix.</param>
    /// <param name="errorPrefix">The error prefix.</param>
    /// <param name="now">A time.</param>
    /// <param name="isPartitioned">Whether dynamic partitioning is enabled.</param>
    /// <exception cref="ServiceException">InvalidArgumentException with the violated rule.</exception>
    public static DestinationPrefixes Parse(string? prefix, string? errorPrefix, DateTimeOffset now, bool isPartitioned = false)
    {
        var parsed = PrefixExpression.Parse(prefix ?? "");
        var error = PrefixExpression.Parse(errorPrefix ?? "");
        if (error.QueryKeys.Count + error.FunctionKeys.Count > 0)
        {
            throw Invalid("ErrorOutputPrefix cannot contain partition keys.");
        }

        var keys = parsed.QueryKeys.Count + parsed.FunctionKeys.Count;
        if (keys > 0 && !isPartitioned)
        {
            throw Invalid("Prefix contains partition keys, which needs dynamic partitioning, and that is not enabled.");
        }

        if (keys == 0 && isPartitioned)
        {
            throw Invalid(
                "Prefix must contain !{partitionKeyFromQuery:key} or !{partitionKeyFromLambda:key} when dynamic partitioning is enabled.");
        }

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

        var result = new DestinationPrefixes(parsed, error);
        var random = new string('x', RandomStringLength);
        var example = new OutputPartition(
            isFailed: false, parsed.QueryKeys.ToDictionary(key => key, _ => "x"), parsed.FunctionKeys.ToDictionary(key => key, _ => "x"));
        CheckEvaluated("Prefix", result.Evaluate(now, random, example));
        CheckEvaluated("ErrorOutputPrefix", result.Evaluate(now, random, OutputPartition.Failed));
        return result;
    }

    /// <summary>
    /// The prefix of an object whose first record arrived at <paramref name="arrival"/>. Without a timestamp expression, and without
    /// partition keys, it ends in <c>yyyy/MM/dd/HH/</c>. That of failed records names their kind, <c>processing-failed</c>.
    /// </summary>
    public string Evaluate(DateTimeOffset arrival, string randomString, OutputPartition partition)
    {
        var expression = partition.IsFailed ? _error : _prefix;
        var prefix = expression.Evaluate(arrival, randomString, partition);
        prefix += partition.IsFailed && !expression.HasErrorOutputType ? PrefixExpression.ProcessingFailed + "/" : "";
        return expression.HasTimestamp || (HasPartitionKeys && !partition.IsFailed) ? prefix : prefix + DefaultPattern.Format(arrival);
    }

    /// <summary>Why a prefix cannot be a path below a directory; null if it can.</summary>
    public static string? FindProblem(string evaluated)
    {
        if (evaluated.Length > Limits.MaxPrefixLength)
        {
            return $"is longer than {Limits.MaxPrefixLength} characters when evaluated";
        }

        // Keys become paths: S3 would accept these, a file system does not.
        return evaluated.Split('/').Any(segment => segment is "." or ".."
            || segment.Contains('\0', StringComparison.Ordinal)
            || Encoding.UTF8.GetByteCount(segment) > MaxNameBytes)
            ? $"evaluates to '{evaluated}', which cannot be a path below a directory"
            : null;
    }

    private static void CheckEvaluated(string name, string evaluated)
    {
        if (FindProblem(evaluated) is { } problem)
        {
            throw Invalid($"{name} {problem}.");
        }
    }

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));
}

/// <summary>A prefix with parsed <c>!{namespace:value}</c> expressions.</summary>
internal sealed class PrefixExpression
{
    /// <summary>The only kind of error records.</summary>
    public const string ProcessingFailed = "processing-failed";

    private const string Open = "!{";
    private readonly List<Func<DateTimeOffset, string, OutputPartition, string>> _parts = [];
    private readonly List<string> _queryKeys = [];
    private readonly List<string> _functionKeys = [];

    private PrefixExpression()
    {
    }

    /// <summary>Whether the text contains any expression.</summary>
    public bool HasExpressions { get; private set; }

    /// <summary>Whether one of them is a timestamp.</summary>
    public bool HasTimestamp { get; private set; }

    /// <summary>Whether one of them is <c>!{firehose:error-output-type}</c>.</summary>
    public bool HasErrorOutputType { get; private set; }

    /// <summary>The keys that it takes from the query.</summary>
    public IReadOnlyList<string> QueryKeys => _queryKeys;

    /// <summary>The keys that it takes from the function.</summary>
    public IReadOnlyList<string> FunctionKeys => _functionKeys;

    /// <summary>Parses a prefix.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException: an expression is malformed, unknown or not supported.</exception>
    public static PrefixExpression Parse(string text)
    {
        var result = new PrefixExpression();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            var literal = open < 0 ? text[at..] : text[at..open];
            result._parts.Add((_, _, _) => literal);
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
    public string Evaluate(DateTimeOffset arrival, string randomString, OutputPartition partition)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part(arrival, randomString, partition));
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
                _parts.Add((arrival, _, _) => pattern.Format(arrival));
                break;
            case "firehose" when value == "random-string":
                _parts.Add((_, randomString, _) => randomString);
                break;
            case "firehose" when value == "error-output-type":
                HasErrorOutputType = true;
                _parts.Add((_, _, _) => ProcessingFailed);
                break;
            case "partitionKeyFromQuery" when value.Length > 0:
                _queryKeys.Add(value);
                _parts.Add((_, _, partition) => partition.FromQuery(value) ?? "");
                break;
            case "partitionKeyFromLambda" when value.Length > 0:
                _functionKeys.Add(value);
                _parts.Add((_, _, partition) => partition.FromFunction(value) ?? "");
                break;
            default:
                throw Invalid(
                    $"The expression !{{{expression}}} is not known; "
                    + "use timestamp:PATTERN, firehose:random-string, firehose:error-output-type, partitionKeyFromQuery:KEY or "
                    + "partitionKeyFromLambda:KEY.");
        }
    }
}
