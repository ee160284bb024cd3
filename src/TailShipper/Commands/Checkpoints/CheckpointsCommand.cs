using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Checkpoints;

/// <summary><c>tailshipper checkpoints list</c>.</summary>
internal static class CheckpointsCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var flow = new Option<string?>("--flow") { Description = "Only this flow.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "One JSON object per stream and line." };
        var list = new ExplainedCommand(
            "list",
            "List the checkpoint of every stream. Works whether or not the service runs.",
            HelpSection.ExitCodes(
                new("0", "listed, also when there is nothing to list"), new("2", "this user may not read them, or the disk failed"),
                new("78", "the configuration or the checkpoints cannot be used")),
            HelpSection.Examples(new HelpEntry("tailshipper checkpoints list --flow orders --json", "one JSON object for each file")))
        { flow, json };
        list.SetAction(result => List(loader.Load(result), result.GetValue(flow), result.GetValue(json), Console.Out));
        return new ExplainedCommand("checkpoints", "Show the checkpoints: how far each file is shipped.") { list };
    }

    /// <summary>Prints every stream, one line each.</summary>
    public static int List(ShipperSetup setup, string? flow, bool json, TextWriter output)
    {
        var directory = ShipperDirectories.State(setup.Options);
        CheckpointView view;
        try
        {
            view = CheckpointReader.Read(new PhysicalStateDirectory(directory));
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            Console.Error.ShowLine(
                $"tailshipper: the checkpoints cannot be read ({exception.Message.TrimEnd('.')}); ask as a user who may read {directory}");
            return ExitCodes.Undetermined;
        }

        foreach (var damage in view.Damages.Where(damage => !damage.IsTorn))
        {
            Console.Error.ShowLine($"tailshipper: {damage.File} line {damage.Line}: {damage.Reason}");
        }

        var streams = view.Streams
            .Where(stream => stream.Path.Length > 0 && (flow is null || stream.Flow == flow))
            .OrderBy(stream => stream.Flow, StringComparer.Ordinal).ThenBy(stream => stream.Path, StringComparer.Ordinal).ToList();
        if (json)
        {
            streams.ForEach(stream => output.WriteLine(VisibleText.OfJson(JsonSerializer.Serialize(
                new ListedCheckpoint(
                    stream.Flow, stream.Path, stream.Stream.Number, stream.State.ToString(), stream.Committed, stream.Size, stream.At),
                CheckpointsJson.Output.ListedCheckpoint))));
            return ExitCodes.Success;
        }

        if (streams.Count == 0)
        {
            output.ShowLine($"No checkpoints in {directory}{(flow is null ? "" : $" for flow {flow}")}.");
            return ExitCodes.Success;
        }

        output.ShowLine($"{"FLOW",-16} {"STATE",-12} {"COMMITTED",14} {"SIZE",14} {"WHEN (UTC)",-20} FILE");
        foreach (var stream in streams)
        {
            output.ShowLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stream.Flow,-16} {stream.State,-12} {stream.Committed,14:N0} {stream.Size,14:N0} "
                + $"{stream.At.UtcDateTime,-20:yyyy-MM-ddTHH:mm:ssZ} {stream.Path}"));
        }

        return ExitCodes.Success;
    }
}

/// <summary>A checkpoint as <c>checkpoints list --json</c> prints it.</summary>
/// <param name="Flow">The flow's name.</param>
/// <param name="Path">Where the file was last.</param>
/// <param name="Stream">The stream's number.</param>
/// <param name="State">How far the stream is in its life.</param>
/// <param name="CommittedBytes">Everything before this offset is acknowledged or in the dead letters.</param>
/// <param name="SizeBytes">The file's length when it was recorded.</param>
/// <param name="At">When, UTC.</param>
internal sealed record ListedCheckpoint(
    string Flow, string Path, long Stream, string State, long CommittedBytes, long SizeBytes, DateTimeOffset At);

/// <summary>Its JSON form.</summary>
[JsonSerializable(typeof(ListedCheckpoint))]
internal sealed partial class CheckpointsJson : JsonSerializerContext
{
    /// <summary>As <see cref="OutputJson"/> has it.</summary>
    public static CheckpointsJson Output { get; } = new(new JsonSerializerOptions(OutputJson.Options));
}
