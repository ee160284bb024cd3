using System.Runtime.CompilerServices;
using Polly;
using Polly.Timeout;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Delivery;

/// <summary>Makes calls with a timeout. The outcome of a call that exceeds it is unknown.</summary>
internal sealed class TimedCalls
{
    // A pipeline knows nothing of who uses it: all flows on one clock share it.
    private static readonly ConditionalWeakTable<TimeProvider, ResiliencePipeline> Shared = [];

    private readonly IDeliveryClient _client;
    private readonly ResiliencePipeline _timeout;
    private readonly TimeSpan _callTimeout;

    /// <summary>Calls through <paramref name="client"/>.</summary>
    /// <param name="client">Makes one call.</param>
    /// <param name="callTimeout">For one call, from connecting to the answer's last byte; a large body gets more (<see
    /// cref="SlowLink"/>).</param>
    /// <param name="time">The clock.</param>
    public TimedCalls(IDeliveryClient client, TimeSpan callTimeout, TimeProvider time)
    {
        (_client, _callTimeout) = (client, callTimeout);
        _timeout = Shared.GetValue(time, Build);
    }

    /// <summary>The answer of a call that timed out.</summary>
    public static CallAnswer NoAnswer { get; } = new()
    {
        Status = 0,
        Failure = TransportFailure.Ambiguous,
        Message = "no answer within the time allowed for one call",
    };

    private static ResiliencePropertyKey<TimeSpan> LimitKey { get; } = new("limit");

    /// <summary>Sends <paramref name="body"/>; <see cref="NoAnswer"/> when it takes too long.</summary>
    /// <exception cref="OperationCanceledException">The caller canceled it.</exception>
    public async ValueTask<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
    {
        // By default Polly leaves the caller's context, and with it the one thread of a simulation.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        context.Properties.Set(LimitKey, _callTimeout + HttpTransport.UploadTime(body.Length));
        try
        {
            return await _timeout.ExecuteAsync(
                static async (context, state) => await state.Client.PutAsync(state.Body, context.CancellationToken),
                context,
                (Client: _client, Body: body));
        }
        catch (TimeoutRejectedException)
        {
            return NoAnswer;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static ResiliencePipeline Build(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = static arguments => ValueTask.FromResult(arguments.Context.Properties.GetValue(LimitKey, default)),
        })
        .Build();
}
