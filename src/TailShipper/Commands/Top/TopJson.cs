using Shipper.Foundation.Hosting;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Commands.Status;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Top;

/// <summary>The files for programs.</summary>
internal static class TopJson
{
    /// <summary>Prints them once; see <see cref="StatusExit"/>.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="byRate">True for the fastest first, false for the greatest lag.</param>
    /// <param name="files">How many to print.</param>
    /// <param name="all">How many to ask for.</param>
    /// <param name="over">The time over which rates are measured.</param>
    /// <param name="output">Takes the object.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(
        ShipperSetup setup, bool byRate, int files, int all, TimeSpan over, TextWriter output, CancellationToken cancellation)
    {
        var rates = new FileRates();
        if ((await StatusQuery.AskAsync(setup, all, TimeProvider.System, cancellation)).Status is { } before)
        {
            rates.Sample(before);
            await Task.Delay(over, TimeProvider.System, cancellation);
        }

        var (status, problem) = await StatusQuery.AskAsync(setup, all, TimeProvider.System, cancellation);
        if (status is null)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {problem}");
            return ExitCodes.Undetermined;
        }

        var measured = rates.Sample(status);
        var shown = TopOrder.Of(status.Files, measured, byRate);
        output.PrintJson(json =>
        {
            json.WriteString("at", status.At.UtcDateTime);
            json.WriteString("health", status.Health);
            json.WriteStrings("reasons", status.Reasons);
            json.WriteNumber("files_total", status.FilesTotal);
            json.WriteStartArray("files");
            foreach (var file in shown.Take(files))
            {
                json.WriteStartObject();
                json.WriteString("flow", file.Flow);
                json.WriteString("path", file.Path);
                json.WriteNumber("stream", file.Stream);
                json.WriteNumber("size_bytes", file.SizeBytes);
                json.WriteNumber("committed_bytes", file.CommittedBytes);
                json.WriteNumber("lag_bytes", file.LagBytes);
                json.WriteNumber("bytes_per_second", Math.Round(measured.GetValueOrDefault(file.Stream), 1));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return StatusExit.Of(status.Health);
    }
}
