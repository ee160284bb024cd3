using System.Text;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>A prefix with its <c>!{namespace:value}</c> expressions parsed.</summary>
internal sealed class PrefixExpression
{
    private const string Open = "!{";
    private readonly List<Func<DateTimeOffset, string, string>> _parts = [];

    private PrefixExpression()
    {
    }

    /// <summary>True when the text holds any expression.</summary>
    public bool HasExpressions { get; private set; }

    /// <summary>True when one of them is a timestamp.</summary>
    public bool HasTimestamp { get; private set; }

    /// <summary>True when one of them is <c>!{firehose:error-output-type}</c>.</summary>
    public bool HasErrorOutputType { get; private set; }

    /// <summary>Reads a prefix.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException: an expression that is malformed, unknown or not served here.</exception>
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

    /// <summary>The prefix for an object whose oldest record arrived at <paramref name="arrival"/>.</summary>
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
                throw Invalid($"The expression !{{{expression}}} is not known; use timestamp:PATTERN, firehose:random-string or firehose:error-output-type.");
        }
    }
}
