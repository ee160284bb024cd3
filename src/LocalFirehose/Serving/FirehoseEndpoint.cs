using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Signing;

namespace Shipper.LocalFirehose.Serving;

/// <summary>One API call from its first byte to its answer.</summary>
internal sealed class FirehoseEndpoint(
    SignatureVerifier signatures,
    PutOperations puts,
    ControlOperations control,
    FaultSwitch faults,
    Counters counters,
    RecordIds recordIds,
    TimeProvider time,
    ILogger<FirehoseEndpoint> logger)
{
    private readonly CallWorkspaces _workspaces = new();

    /// <summary>Serves a call; every path ends in an answer or an aborted connection.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var plan = faults.Current;
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
            await Answers.WriteErrorAsync(context.Response, exception.Error, context.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or BadHttpRequestException or Microsoft.AspNetCore.Connections.ConnectionResetException)
        {
            // The caller went away in the middle of the call: there is nobody to answer.
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            FirehoseLog.CallFailed(logger, exception);
            await Answers.WriteErrorAsync(context.Response, Errors.InternalFailure, context.RequestAborted);
        }
        finally
        {
            body.Dispose();
            _workspaces.Return(workspace);
        }
    }

    /// <summary>Answers what can be refused before the operation is known; the region when the call goes on, else null.</summary>
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
        await Answers.WriteErrorAsync(context.Response, error, context.RequestAborted);
        return null;
    }

    private static ServiceError? InjectedError(FaultOptions options, FaultDraw draw) =>
        !string.IsNullOrEmpty(options.ErrorCode)
            ? new ServiceError(options.ErrorCode, options.ErrorStatus, options.ErrorMessage ?? "This error was asked for by local-firehose's fault settings.")
        : draw.Hits(options.InternalFailureShare, FaultKind.InternalFailure) ? Errors.InternalFailure
        : null;

    private async Task DispatchAsync(HttpContext context, RequestBody body, CallWorkspace workspace, FaultPlan plan, FaultDraw draw, string region)
    {
        if (!Target.TryParse(context.Request.Headers[Target.Header], out var operation))
        {
            await Answers.WriteErrorAsync(context.Response, Errors.UnknownOperation, context.RequestAborted);
        }
        else if (operation is Operation.PutRecord or Operation.PutRecordBatch)
        {
            var single = operation == Operation.PutRecord;
            var outcome = puts.Put(body.Bytes.Span, single, workspace, plan, draw);
            await AnswerPutAsync(context, outcome, single, workspace);
        }
        else if (draw.Hits(plan.Options.DropBeforeShare, FaultKind.DropBefore))
        {
            Drop(context);
        }
        else
        {
            await Answers.WriteAsync(context.Response, control.Run(operation, body.Bytes, region), context.RequestAborted);
        }
    }

    private async Task AnswerPutAsync(HttpContext context, PutOutcome outcome, bool single, CallWorkspace workspace)
    {
        if (outcome.Abort)
        {
            context.Abort();
            return;
        }

        if (outcome.Error is not null)
        {
            await Answers.WriteErrorAsync(context.Response, outcome.Error, context.RequestAborted);
            return;
        }

        var count = workspace.Put.Count!.Value;
        Answers.Begin(context.Response, StatusCodes.Status200OK, single ? PutResponse.SingleLength : PutResponse.BatchLength(count, outcome.FailedCount));
        // Before the head is written the body's writer hands out memory that is copied once more.
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
