using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>Counts what calls and records were refused with, by code. The first codes are counted by name, the rest together: a metric per code must stay bounded.</summary>
internal sealed class ErrorCounts
{
    /// <summary>Codes counted by name.</summary>
    public const int Named = 20;

    /// <summary>The attribute that carries the code; OpenTelemetry's name.</summary>
    public const string CodeAttribute = "error.type";

    /// <summary>The metric's name.</summary>
    public const string Name = "tailshipper.errors";

    /// <summary>Its unit.</summary>
    public const string Unit = "{error}";

    /// <summary>Its meaning.</summary>
    public const string Meaning = "Calls and records that were refused or failed, by error code; the first 20 codes of a flow by name, further ones as other";

    private const string Other = "other";
    private const int LongestCode = 64;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts what one answer refused; nothing for one that took all.</summary>
    public void Count(CallAnswer answer)
    {
        if (answer.Status == 200 && answer.Refused.Count == 0 && answer.ErrorCode is null && answer.Failure == TransportFailure.None)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var record in answer.Refused)
            {
                Add(record.ErrorCode);
            }

            if (answer.ErrorCode is { } code)
            {
                Add(code);
            }
            else if (answer.Failure != TransportFailure.None)
            {
                Add(answer.Failure.ToString());
            }
        }
    }

    /// <summary>The counts so far, by code; at most <see cref="Named"/> and one.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Read()
    {
        lock (_lock)
        {
            return [.. _counts];
        }
    }

    private void Add(string code)
    {
        var name = _counts.ContainsKey(code) || (_counts.Count < Named && IsPlain(code)) ? code : Other;
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
    }

    private static bool IsPlain(string code) =>
        code.Length is > 0 and <= LongestCode && code != Other && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
