using System.Globalization;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.LogLevel;

/// <summary><c>tailshipper loglevel</c>: shows or changes the level of the running service's log.</summary>
internal static class LogLevelCommand
{
    /// <summary>Shows the level, or changes it; 0 done, 1 refused, 2 nobody answers or this user may not.</summary>
    public static async Task<int> RunAsync(ShipperSetup setup, string? level, TimeSpan? duration, TextWriter output, CancellationToken cancellation)
    {
        try
        {
            using var client = EndpointClient.For(setup.Options);
            var query = level is null ? "" : $"?level={Uri.EscapeDataString(level)}"
                + (duration is { } some ? string.Create(CultureInfo.InvariantCulture, $"&for={some.TotalSeconds}s") : "");
            var (status, text) = await client.AskAsync(level is null ? HttpMethod.Get : HttpMethod.Post, "loglevel" + query, cancellation);
            await (status == 200 ? output : Console.Error).WriteLineAsync(status == 200 ? text.Trim() : $"tailshipper: {text.Trim()}");
            return status == 200 ? ExitCodes.Success : ExitCodes.Fault;
        }
        catch (EndpointUnavailableException exception)
        {
            await Console.Error.WriteLineAsync($"tailshipper: {exception.Message}");
            return StatusExit.Unknown;
        }
    }
}
