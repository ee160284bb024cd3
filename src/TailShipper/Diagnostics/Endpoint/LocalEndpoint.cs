using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Metrics;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// Serves the routes at the configured addresses. One that cannot be had is said once and tried again every minute: shipping does not
/// depend on it.
/// </summary>
internal sealed class LocalEndpoint(ShipperOptions options, Func<EndpointRequest, EndpointAnswer> answer, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <summary>Serves until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation)
    {
        var serving = new List<Task>();
        if (ShipperDirectories.Socket(options) is { } path)
        {
            serving.Add(ServeAsync(path, "Shipper:Endpoint:Socket", isPrivate: true, () => EndpointListener.AtPath(path), cancellation));
        }

        if (options.Endpoint.Url is { } url)
        {
            serving.Add(ServeAsync(
                url.ToString(), "Shipper:Endpoint:Url", isPrivate: false, () => EndpointListener.AtUrl(url), cancellation));
        }

        return Task.WhenAll(serving);
    }

    private async Task ServeAsync(string address, string option, bool isPrivate, Func<Socket> listen, CancellationToken cancellation)
    {
        var said = false;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var listener = listen();
                said = false;
                Announce(address, isPrivate);
                await new EndpointServer(listener, HostsOf(isPrivate), answer, time).RunAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception exception) when (
                exception.IsDiskError() || exception is SocketException or ArgumentException or PlatformNotSupportedException)
            {
                if (!said)
                {
                    DiagnosticsLog.CannotServe(logger, address, exception.Message.Trim(), option);
                    said = true;
                }
            }

            try
            {
                await Task.Delay(Again, time, cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        if (isPrivate && !said)
        {
            Remove(address);
        }
    }

    // An address that was opened to the network has names that cannot be known here, and neither password nor encryption.
    private EndpointHosts? HostsOf(bool isPrivate) =>
        isPrivate ? null : options.Endpoint.Url is { IsLoopback: true } url ? new EndpointHosts(url) : EndpointHosts.Any;

    private void Announce(string address, bool isPrivate)
    {
        DiagnosticsLog.Serving(logger, address);
        if (isPrivate || options.Endpoint.Socket == "")
        {
            try
            {
                EndpointFile.Write(options, address);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The journal, which has the same disk, says so; commands try the default address.
            }
        }
    }

    private void Remove(string path)
    {
        EndpointFile.Remove(options);
        try
        {
            using var account = DirectoryAccount.Enter(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start finds that nobody answers there.
        }
    }
}
