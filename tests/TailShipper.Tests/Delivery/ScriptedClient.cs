using System.Text;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>A service that answers as a test says, and remembers what it was sent.</summary>
internal sealed class ScriptedClient(Func<ScriptedCall, CancellationToken, Task<CallAnswer>> answer) : IDeliveryClient
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedCall> _calls = [];

    /// <summary>A service that never waits.</summary>
    public ScriptedClient(Func<ScriptedCall, CallAnswer> answer)
        : this((call, _) => Task.FromResult(answer(call)))
    {
    }

    /// <summary>Every call, in order.</summary>
    public IReadOnlyList<ScriptedCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Everything is accepted.</summary>
    public static CallAnswer Accepted { get; } = new() { Status = 200 };

    /// <summary>The service refuses something in the body, and says that it is the data.</summary>
    public static CallAnswer Invalid { get; } =
        new() { Status = 400, ErrorCode = "InvalidArgumentException", Message = "the data is no good" };

    /// <summary>The service refuses the call in words that say nothing.</summary>
    public static CallAnswer Vague { get; } = new() { Status = 400, ErrorCode = "InvalidArgumentException", Message = "no good" };

    /// <summary>An error answer.</summary>
    public static CallAnswer Error(int status, string? code = null, string? message = null) =>
        new() { Status = status, ErrorCode = code, Message = message };

    /// <summary>An answer that refuses some records.</summary>
    public static CallAnswer Refusing(params IEnumerable<int> records) =>
        new() { Status = 200, Refused = [.. records.Select(index => new RefusedRecord(index, "ServiceUnavailableException"))] };

    /// <inheritdoc/>
    public Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
    {
        ScriptedCall call;
        lock (_lock)
        {
            call = new ScriptedCall(_calls.Count, [.. SentBody.Records(body).Select(Encoding.Latin1.GetString)]);
            _calls.Add(call);
        }

        return answer(call, cancellation);
    }
}
