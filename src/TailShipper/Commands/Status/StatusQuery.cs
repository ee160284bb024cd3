using System.Text.Json;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>Gets the status: from the running service, else from its checkpoints.</summary>
internal static class StatusQuery
{
    /// <summary>
    /// The status with so many files, and what kept this user from asking the service; null and a sentence when neither can be asked.
    /// </summary>
    public static async Task<(StatusDocument? Status, string? Problem)> AskAsync(
        ShipperSetup setup, int files, TimeProvider time, CancellationToken cancellation)
    {
        var (status, problem) = await AskAsync(setup.Options, files, time, cancellation);
        return (status is null ? null : status with { Configuration = setup.InUse }, problem);
    }

    private static async Task<(StatusDocument? Status, string? Problem)> AskAsync(
        ShipperOptions options, int files, TimeProvider time, CancellationToken cancellation)
    {
        string why;
        try
        {
            using var client = EndpointClient.For(options);
            var (status, text) = await client.AskAsync(HttpMethod.Get, FormattableString.Invariant($"status?files={files}"), cancellation);
            if (status == 200)
            {
                return (StatusJson.Read(text), null);
            }

            why = $"it answered {status}: {text.Trim()}";
        }
        catch (EndpointUnavailableException exception) when (exception.IsForbidden)
        {
            return (null, exception.Message);
        }
        catch (EndpointUnavailableException exception)
        {
            why = exception.Message;
        }
        catch (JsonException exception)
        {
            why = $"its answer is not understood ({exception.Message})";
        }

        var directory = ShipperDirectories.State(options);
        try
        {
            var disk = new PhysicalFileSystem();
            return (StoppedStatus.Compose(options, RunningService.ProcessOf(directory, disk), why, disk, files, time.GetUtcNow()), null);
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException or IOException or UnauthorizedAccessException)
        {
            return (null, $"{why}, and the checkpoints cannot be read ({exception.Message.TrimEnd('.')}). Ask as a user who may read "
                + $"{directory}");
        }
    }
}

/// <summary>Exit codes of the commands that get the status.</summary>
internal static class StatusExit
{
    /// <summary>The service runs and all is well.</summary>
    public const int Healthy = 0;

    /// <summary>It runs, but something is degraded, or it is starting or stopping.</summary>
    public const int Degraded = 1;

    /// <summary>The code for a document's health.</summary>
    public static int Of(string health) =>
        health switch { "ok" => Healthy, "degraded" or "starting" or "stopping" => Degraded, _ => ExitCodes.Undetermined };
}
