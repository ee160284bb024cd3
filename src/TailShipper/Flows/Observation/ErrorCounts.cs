using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;


namespace Shipper.TailShipper.Flows.Observation;

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
    /// <returns>True when the answer as a whole failed with a code met for the first time.</returns>
    public bool Count(CallAnswer answer)
    {
        if (answer.Status == 200 && answer.Refused.Count == 0 && answer.ErrorCode is null && answer.Failure == TransportFailure.None)
        {
            return false;
        }

        lock (_lock)
        {
            foreach (var record in answer.Refused)
            {
                Add(record.ErrorCode);
            }

            return answer.ErrorCode is { } code ? Add(code) : answer.Failure != TransportFailure.None && Add(answer.Failure.ToString());
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

    private bool Add(string code)
    {
        var isNew = !_counts.ContainsKey(code);
        var name = !isNew || (_counts.Count < Named && IsPlain(code)) ? code : Other;
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        return isNew && name != Other;
    }

    private static bool IsPlain(string code) =>
        code.Length is > 0 and <= LongestCode && code != Other && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
