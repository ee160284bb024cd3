using Polly;
using Polly.Timeout;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Delivery;

/// <summary>Makes calls that end: what takes longer than a call may is called off, and its fate is unknown.</summary>
internal sealed class TimedCalls
{
    private readonly IDeliveryClient _client;
    private readonly ResiliencePipeline _timeout;

    /// <summary>Calls through <paramref name="client"/>.</summary>
    /// <param name="client">Makes one call.</param>
    /// <param name="callTimeout">For one call, from connecting to the answer's last byte; a large body gets more (<see
    /// cref="SlowLink"/>).</param>
    /// <param name="time">The clock.</param>
    public TimedCalls(IDeliveryClient client, TimeSpan callTimeout, TimeProvider time)
    {
        _client = client;
        _timeout = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = arguments =>
                    ValueTask.FromResult(callTimeout + HttpTransport.UploadTime(arguments.Context.Properties.GetValue(BodyKey, null!).Length)),
            })
            .Build();
    }

    /// <summary>What a call without an answer in time came to.</summary>
    public static CallAnswer NoAnswer { get; } = new()
    {
        Status = 0,
        Failure = TransportFailure.Ambiguous,
        Message = "no answer within the time allowed for one call",
    };

    private static ResiliencePropertyKey<IRequestBody> BodyKey { get; } = new("body");

    /// <summary>Sends <paramref name="body"/>; <see cref="NoAnswer"/> when it takes too long.</summary>
    /// <exception cref="OperationCanceledException">The caller called it off.</exception>
    public async ValueTask<CallAnswer> PutAsync(IRequestBody body, CancellationToken cancellation)
    {
        // Polly leaves the caller's context unless told, and with it the one thread of a simulation.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        context.Properties.Set(BodyKey, body);
        try
        {
            return await _timeout.ExecuteAsync(
                static async (context, state) => await state.Client.PutAsync(state.Body, context.CancellationToken), context, (Client: _client, Body: body));
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
}
