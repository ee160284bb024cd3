using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>
/// The calls of one flow since the process started, and what its delivery has learned. Written by several calls at once, read by anyone;
/// every figure is monotonic unless it says "now".
/// </summary>
internal sealed class DeliveryCounters
{
    private long _recordsTried;
    private long _recordsRefused;
    private long _calls;
    private long _callsRetried;
    private long _callsThrottled;
    private long _callsAmbiguous;
    private long _recordsThrottled;
    private long _recordsAmbiguous;
    private long _pacedRate;
    private long _callLimit;
    private long _learnedBodyBytes;
    private long _bytesSent;
    private volatile CircuitState _circuit;

    /// <summary>Records in all calls, those of retries included.</summary>
    public long RecordsTried => Volatile.Read(ref _recordsTried);

    /// <summary>Records refused one by one, in answers with status 200.</summary>
    public long RecordsRefused => Volatile.Read(ref _recordsRefused);

    /// <summary>Calls made, retries included.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Calls whose body was sent again whole.</summary>
    public long CallsRetried => Volatile.Read(ref _callsRetried);

    /// <summary>Calls answered with a throttle.</summary>
    public long CallsThrottled => Volatile.Read(ref _callsThrottled);

    /// <summary>Calls without an answer whose body may have arrived.</summary>
    public long CallsAmbiguous => Volatile.Read(ref _callsAmbiguous);

    /// <summary>Records refused for being too fast, alone or with their call.</summary>
    public long RecordsThrottled => Volatile.Read(ref _recordsThrottled);

    /// <summary>Records in calls without an answer, which may have arrived: each may repeat.</summary>
    public long RecordsAmbiguous => Volatile.Read(ref _recordsAmbiguous);

    /// <summary>The pace learned from throttles, in bytes a second, now; 0 while there is no limit.</summary>
    public long PacedBytesPerSecond => Volatile.Read(ref _pacedRate);

    /// <summary>Calls that may be under way at once, now.</summary>
    public long CallLimit => Volatile.Read(ref _callLimit);

    /// <summary>Raw bytes that a body may hold, as learned from refusals, now; 0 while it is the configured limit.</summary>
    public long LearnedBodyBytes => Volatile.Read(ref _learnedBodyBytes);

    /// <summary>Whether calls go to the delivery stream, now.</summary>
    public CircuitState Circuit => _circuit;

    /// <summary>Encoded bytes of all request bodies.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>What calls and records were refused with.</summary>
    public ErrorCounts Errors { get; } = new();

    /// <summary>Counts one call.</summary>
    /// <param name="bodyBytes">Encoded bytes of its body.</param>
    /// <param name="records">Its records.</param>
    /// <param name="refused">Of these, records that its answer refused one by one, all of them possibly.</param>
    /// <param name="throttled">Of the call's records, those refused for being too fast.</param>
    /// <param name="outcome">What its answer means.</param>
    public void Called(long bodyBytes, int records, int refused, int throttled, CallOutcome outcome)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _recordsTried, records);
        Interlocked.Add(ref _recordsRefused, refused);
        Interlocked.Add(ref _bytesSent, bodyBytes);
        Interlocked.Add(ref _recordsThrottled, throttled);
        if (outcome == CallOutcome.Throttled)
        {
            Interlocked.Increment(ref _callsThrottled);
        }
        else if (outcome == CallOutcome.Ambiguous)
        {
            Interlocked.Add(ref _recordsAmbiguous, records);
        }
    }

    /// <summary>Counts one body sent again.</summary>
    public void Retried(CallOutcome outcome)
    {
        Interlocked.Increment(ref _callsRetried);
        if (outcome == CallOutcome.Ambiguous)
        {
            Interlocked.Increment(ref _callsAmbiguous);
        }
    }

    /// <summary>Sets what the delivery has learned, now.</summary>
    public void SetGauges(double pacedRate, int callLimit, CircuitState circuit, long learnedBodyBytes)
    {
        Volatile.Write(ref _pacedRate, (long)pacedRate);
        Volatile.Write(ref _callLimit, callLimit);
        Volatile.Write(ref _learnedBodyBytes, learnedBodyBytes);
        _circuit = circuit;
    }
}

/// <summary>
/// Counts what calls and records were refused with, by code. The first codes are counted by name, the rest together: a metric per code
/// must stay bounded.
/// </summary>
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
    public const string Meaning =
        "Calls and records that were refused or failed, by error code; the first 20 codes of a flow by name, further ones as other";

    private const string Other = "other";
    private const int LongestCode = 64;

    // Made with the first error: most flows meet none.
    private Table? _table;

    /// <summary>Counts what one answer refused; nothing for one that took all.</summary>
    /// <returns>True when the answer as a whole failed with a code met for the first time.</returns>
    public bool Count(CallAnswer answer)
    {
        if (answer.Status == 200 && answer.Refused.Count == 0 && answer.ErrorCode is null && answer.Failure == TransportFailure.None)
        {
            return false;
        }

        var table = LazyInitializer.EnsureInitialized(ref _table, static () => new Table());
        lock (table.Gate)
        {
            foreach (var record in answer.Refused)
            {
                Add(table.Counts, record.ErrorCode);
            }

            return answer.ErrorCode is { } code ? Add(table.Counts, code)
                : answer.Failure != TransportFailure.None && Add(table.Counts, answer.Failure.ToString());
        }
    }

    /// <summary>The counts so far, by code; at most <see cref="Named"/> and one.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Read()
    {
        if (Volatile.Read(ref _table) is not { } table)
        {
            return [];
        }

        lock (table.Gate)
        {
            return [.. table.Counts];
        }
    }

    private static bool Add(SortedDictionary<string, long> counts, string code)
    {
        var isNew = !counts.ContainsKey(code);
        var name = !isNew || (counts.Count < Named && IsPlain(code)) ? code : Other;
        counts[name] = counts.GetValueOrDefault(name) + 1;
        return isNew && name != Other;
    }

    private static bool IsPlain(string code) =>
        code.Length is > 0 and <= LongestCode && code != Other
        && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private sealed class Table
    {
        public Lock Gate { get; } = new();

        public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);
    }
}
