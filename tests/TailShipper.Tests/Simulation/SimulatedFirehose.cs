using System.Text.Json;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// The service and the way to it. Bodies are decoded as JSON; everything that goes wrong is scripted by <see cref="Mood"/>.
/// </summary>
internal sealed class SimulatedFirehose(SimulatedClock clock) : IDeliveryClient
{
    private readonly List<FirehoseCall> _underWay = [];

    /// <summary>Decides how a call with so many records ends.</summary>
    public Func<int, FirehoseMood> Mood { get; set; } = _ => FirehoseMood.Accept;

    /// <summary>Time from sending to the answer.</summary>
    public Func<TimeSpan> Latency { get; set; } = () => TimeSpan.FromMilliseconds(20);

    /// <summary>Which records of a call with <see cref="FirehoseMood.RefuseSome"/> are refused.</summary>
    public Func<int, bool> Refuses { get; set; } = index => index % 2 == 0;

    /// <summary>True for a record that the service can never take: the whole call is invalid.</summary>
    public Func<byte[], bool> IsPoison { get; set; } = _ => false;

    /// <summary>Called before each call.</summary>
    public Action? BeforeCall { get; set; }

    /// <summary>Called when a record is taken, with its index.</summary>
    public Action<FirehoseCall, int>? Took { get; set; }

    /// <summary>Called when a call is answered, or would have been.</summary>
    public Action<FirehoseCall, CallAnswer>? Answered { get; set; }

    /// <summary>All calls.</summary>
    public List<FirehoseCall> Calls { get; } = [];

    /// <summary>Most calls that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    public async Task<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
    {
        BeforeCall?.Invoke();
        var records = Decode(body);
        var call = new FirehoseCall(Calls.Count, clock.Now, records.Any(IsPoison) ? FirehoseMood.Accept
            : Mood(records.Count), records, (BatchSlice)body);
        Calls.Add(call);
        _underWay.Add(call);
        MostAtOnce = Math.Max(MostAtOnce, _underWay.Count);
        var answer = new TaskCompletionSource<CallAnswer>();
        var latency = Latency();
        using var gaveUp = cancellation.Register(() =>
        {
            call.AnswerLost = true;
            answer.TrySetCanceled(cancellation);
        });
        var refused = records.Any(IsPoison) ? null : Refused(call);
        clock.CreateTimer(_ => Take(call, refused), null, latency / 2, Timeout.InfiniteTimeSpan);
        clock.CreateTimer(_ => Answer(call, refused, answer), null, call.Mood == FirehoseMood.Hang ? TimeSpan.FromHours(1)
            : latency, Timeout.InfiniteTimeSpan);
        return await answer.Task;
    }

    /// <summary>The caller died: what it was waiting for it will never hear.</summary>
    public void LoseCallsUnderWay()
    {
        foreach (var call in _underWay)
        {
            call.AnswerLost = true;
        }

        _underWay.Clear();
    }

    private HashSet<int>? Refused(FirehoseCall call) => call.Mood switch
    {
        FirehoseMood.Accept or FirehoseMood.FailAfter or FirehoseMood.LoseAnswer => [],
        FirehoseMood.RefuseSome => [.. Enumerable.Range(0, call.Records.Count).Where(Refuses)],
        FirehoseMood.RefuseAll => [.. Enumerable.Range(0, call.Records.Count)],
        _ => null,
    };

    private void Take(FirehoseCall call, HashSet<int>? refused)
    {
        for (var index = 0; refused is not null && index < call.Records.Count; index++)
        {
            if (!refused.Contains(index))
            {
                call.Taken.Add(index);
                Took?.Invoke(call, index);
            }
        }
    }

    private void Answer(FirehoseCall call, HashSet<int>? refused, TaskCompletionSource<CallAnswer> answer)
    {
        _underWay.Remove(call);
        if (call.Mood is FirehoseMood.FailAfter or FirehoseMood.LoseAnswer)
        {
            call.AnswerLost = true;
        }
        else if (!call.AnswerLost)
        {
            call.AnsweredAt = clock.Now;
        }

        var words = AnswerOf(call, refused);
        Answered?.Invoke(call, words);
        answer.TrySetResult(words);
    }

    private static CallAnswer AnswerOf(FirehoseCall call, HashSet<int>? refused) => call.Mood switch
    {
        _ when refused is null && call.Mood == FirehoseMood.Accept =>
            new CallAnswer { Status = 400, ErrorCode = "InvalidArgumentException", Message = "not a record" },
        FirehoseMood.Throttle => new CallAnswer { Status = 400, ErrorCode = "ServiceUnavailableException", Message = "Slow down." },
        FirehoseMood.FailBefore or FirehoseMood.FailAfter => new CallAnswer { Status = 500, ErrorCode = "InternalFailure" },
        FirehoseMood.LoseAnswer => new CallAnswer { Status = 0, Failure = TransportFailure.Ambiguous, Message = "reset" },
        FirehoseMood.NotConnected => new CallAnswer { Status = 0, Failure = TransportFailure.NotConnected, Message = "refused" },
        FirehoseMood.AccessDenied => new CallAnswer { Status = 400, ErrorCode = "AccessDeniedException" },
        _ => new CallAnswer
        {
            Status = 200,
            Refused = [.. refused!.Order().Select(index => new RefusedRecord(index, "ServiceUnavailableException"))],
        },
    };

    private static List<byte[]> Decode(IRequestBody body)
    {
        var bytes = new byte[body.Length];
        for (var (piece, at) = (0, 0); piece < body.Pieces; at += body.Piece(piece++).Length)
        {
            body.Piece(piece).CopyTo(bytes.AsMemory(at));
        }

        using var json = JsonDocument.Parse(bytes);
        return [.. json.RootElement.GetProperty("Records").EnumerateArray().Select(record =>
            record.GetProperty("Data").GetBytesFromBase64())];
    }
}
