using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Signing;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Handles API calls, from reading the body to writing the response.</summary>
internal sealed class FirehoseEndpoint(
    SignatureVerifier signatures,
    PutOperations puts,
    ControlOperations control,
    CurrentFaults faults,
    Counters counters,
    RecordIds recordIds,
    TimeProvider time,
    ILogger<FirehoseEndpoint> logger)
{
    private readonly CallWorkspacePool _workspaces = new();

    /// <summary>Handles a call. It ends with a response or with an aborted connection.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var plan = faults.Plan;
        var draw = plan.NextCall();
        if (plan.Options.Outage.Answer == OutageAnswer.Abort && plan.IsOutage(time.GetUtcNow()))
        {
            Drop(context);
            return;
        }

        var workspace = _workspaces.Rent();
        var body = default(RequestBody);
        try
        {
            body = await RequestBody.ReadAsync(context.Request, workspace.Hash, context.RequestAborted);
            if (await RefuseAsync(context, body, workspace, plan, draw) is { } region)
            {
                await DispatchAsync(context, body, workspace, plan, draw, region);
            }
        }
        catch (ServiceException exception)
        {
            await Responses.WriteErrorAsync(context.Response, exception.Error, context.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or BadHttpRequestException or ConnectionResetException)
        {
            // The client has disconnected.
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            FirehoseLog.CallFailed(logger, exception);
            await Responses.WriteErrorAsync(context.Response, Errors.InternalFailure, context.RequestAborted);
        }
        finally
        {
            body.Dispose();
            _workspaces.Return(workspace);
        }
    }

    /// <summary>
    /// Writes an error response if the call is refused before its operation is known, and returns null; else returns the region.
    /// </summary>
    private async Task<string?> RefuseAsync(HttpContext context, RequestBody body, CallWorkspace workspace, FaultPlan plan, FaultDraw draw)
    {
        var hash = workspace.Hash.GetHashAndReset();
        var region = "";
        var error = body.IsTooLarge ? Errors.TooLarge
            : plan.IsOutage(time.GetUtcNow()) ? Errors.Outage
            : signatures.Verify(context.Request, hash, out region);
        if (error is null)
        {
            var latency = plan.Latency(draw);
            if (latency > TimeSpan.Zero)
            {
                await Task.Delay(latency, time, context.RequestAborted);
            }

            error = InjectedError(plan.Options, draw);
        }

        if (error is null)
        {
            return region;
        }

        counters.Total.Refused();
        await Responses.WriteErrorAsync(context.Response, error, context.RequestAborted);
        return null;
    }

    private static ServiceError? InjectedError(FaultOptions options, FaultDraw draw)
    {
        if (!string.IsNullOrEmpty(options.ErrorCode))
        {
            var message = options.ErrorMessage ?? "This error is injected by the fault settings of local-firehose.";
            return new ServiceError(options.ErrorCode, options.ErrorStatus, message);
        }

        return draw.Hits(options.InternalFailureShare, FaultKind.InternalFailure) ? Errors.InternalFailure : null;
    }

    private static ServiceError? KeyError(FaultOptions options) => options.Kms switch
    {
        KmsFault.CallerDenied => Errors.KeyDenied,
        KmsFault.GrantRevoked => Errors.KeyUnusable,
        _ => null,
    };

    private async Task DispatchAsync(
        HttpContext context, RequestBody body, CallWorkspace workspace, FaultPlan plan, FaultDraw draw, string region)
    {
        if (!Target.TryParse(context.Request.Headers[Target.Header], out var operation))
        {
            await Responses.WriteErrorAsync(context.Response, Errors.UnknownOperation, context.RequestAborted);
        }
        else if (operation is Operation.PutRecord or Operation.PutRecordBatch && KeyError(plan.Options) is { } unusable)
        {
            counters.Total.Refused();
            await Responses.WriteErrorAsync(context.Response, unusable, context.RequestAborted);
        }
        else if (operation is Operation.PutRecord or Operation.PutRecordBatch)
        {
            var single = operation == Operation.PutRecord;
            var outcome = puts.Put(body.Bytes.Span, single, workspace, plan, draw);
            await WritePutResponseAsync(context, outcome, single, workspace);
        }
        else if (draw.Hits(plan.Options.DropBeforeShare, FaultKind.DropBefore))
        {
            Drop(context);
        }
        else
        {
            await Responses.WriteAsync(context.Response, control.Run(operation, body.Bytes, region), context.RequestAborted);
        }
    }

    private async Task WritePutResponseAsync(HttpContext context, PutOutcome outcome, bool single, CallWorkspace workspace)
    {
        if (outcome.Abort)
        {
            context.Abort();
            return;
        }

        if (outcome.Error is not null)
        {
            await Responses.WriteErrorAsync(context.Response, outcome.Error, context.RequestAborted);
            return;
        }

        var count = workspace.Put.Count!.Value;
        var length = single ? PutResponse.SingleLength : PutResponse.BatchLength(count, outcome.FailedCount);
        Responses.Begin(context.Response, StatusCodes.Status200OK, length);
        // Until the headers are written, the body writer returns memory that has to be copied once more.
        await context.Response.StartAsync(context.RequestAborted);
        if (single)
        {
            PutResponse.WriteSingle(context.Response.BodyWriter, recordIds);
        }
        else
        {
            PutResponse.WriteBatch(context.Response.BodyWriter, workspace.Failed, count, outcome.FailedCount, recordIds);
        }
    }

    private void Drop(HttpContext context)
    {
        counters.Total.DroppedBefore();
        context.Abort();
    }
}
