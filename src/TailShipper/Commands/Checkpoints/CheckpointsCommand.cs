using System.Globalization;
using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Checkpoints;

/// <summary><c>tailshipper checkpoints list</c>.</summary>
internal static class CheckpointsCommand
{
    /// <summary>Prints every stream, one line each.</summary>
    public static int List(ShipperSetup setup, string? flow, bool json, TextWriter output)
    {
        var directory = ShipperDirectories.State(setup.Options);
        var view = CheckpointReader.Read(new PhysicalStateDirectory(directory));
        foreach (var damage in view.Damages.Where(damage => !damage.IsTorn))
        {
            Console.Error.WriteLine($"tailshipper: {damage.File} line {damage.Line}: {damage.Reason}");
        }

        var streams = view.Streams
            .Where(stream => stream.Path.Length > 0 && (flow is null || stream.Flow == flow))
            .OrderBy(stream => stream.Flow, StringComparer.Ordinal).ThenBy(stream => stream.Path, StringComparer.Ordinal).ToList();
        if (json)
        {
            streams.ForEach(stream => output.WriteLine(JsonSerializer.Serialize(new
            {
                flow = stream.Flow,
                path = stream.Path,
                stream = stream.Stream.Number,
                state = stream.State.ToString(),
                committed_bytes = stream.Committed,
                size_bytes = stream.Size,
                at = stream.At,
            })));
            return ExitCodes.Success;
        }

        if (streams.Count == 0)
        {
            output.WriteLine($"No checkpoints in {directory}{(flow is null ? "" : $" for flow {flow}")}.");
            return ExitCodes.Success;
        }

        output.WriteLine($"{"FLOW",-16} {"STATE",-12} {"COMMITTED",14} {"SIZE",14} {"WHEN (UTC)",-20} FILE");
        foreach (var stream in streams)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stream.Flow,-16} {stream.State,-12} {stream.Committed,14:N0} {stream.Size,14:N0} {stream.At.UtcDateTime,-20:yyyy-MM-ddTHH:mm:ssZ} {stream.Path}"));
        }

        return ExitCodes.Success;
    }
}
