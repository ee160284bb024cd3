using System.CommandLine;
using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary><c>tailshipper explain</c>: why is a file tailed, or why not, and what does it wait for?</summary>
internal static class ExplainCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var path = new Argument<string>("PATH") { Description = "The file." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines for a person." };
        var command = new ExplainedCommand(
            "explain",
            "Say why a file is or is not tailed: the flow and pattern that match it, or which comes closest, its identity, the stream it "
            + "is, how far it is acknowledged, and what blocks the rest. Works whether or not the service runs.",
            HelpSection.ExitCodes(
                new("0", "it is tailed (a stopped service does not change that)"), new("1", "it is not"), new("2", "cannot be determined"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new HelpEntry("tailshipper explain /var/log/orders/app.log", "who reads it, how far, and what it waits for")))
        { path, json };
        command.SetAction(async (result, cancellation) =>
        {
            var (setup, isJson) = (loader.Load(result), result.GetValue(json));
            await Heading.WriteAsync(setup, isJson ? TextWriter.Null : Console.Out, cancellation);
            return Run(setup, result.GetValue(path)!, isJson, Console.Out);
        });
        return command;
    }

    /// <summary>Prints why. 0: it is tailed; 1: it is not; 2: cannot be determined.</summary>
    public static int Run(ShipperSetup setup, string path, bool json, TextWriter output)
    {
        var options = setup.Options;
        var directory = ShipperDirectories.State(options);
        CheckpointView view;
        try
        {
            view = CheckpointReader.Read(new PhysicalStateDirectory(directory));
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException or IOException or UnauthorizedAccessException)
        {
            Console.Error.ShowLine(
                $"tailshipper: the checkpoints cannot be read ({exception.Message.TrimEnd('.')}); ask as a user who may read {directory}");
            return ExitCodes.Undetermined;
        }

        var files = new PhysicalFileSystem();
        var service = RunningService.ProcessOf(directory, files);
        var unit = UnitRules.Read();
        var explainer = new Explainer(
            files, options.Flows, new DeadLetterStore(ShipperDirectories.DeadLetters(options)), options.RotateWait, service,
            ServiceAccount.Of(directory, service), flow => RunningService.DegradedReason(ShipperDirectories.MetricsLog(options), flow),
            hidden => HiddenPath.Of(hidden, files, service, unit), OwnFiles.Of(options));
        var explanation = explainer.Explain(Path.GetFullPath(path), view) with { Configuration = setup.InUse };
        if (json)
        {
            output.WriteLine(VisibleText.OfJson(JsonSerializer.Serialize(explanation, ExplanationJson.Output.Explanation)));
        }
        else
        {
            Print(explanation, directory, output);
        }

        return explanation.Tailed switch { true => ExitCodes.Success, false => ExitCodes.Fault, null => ExitCodes.Undetermined };
    }

    private static void Print(Explanation explanation, string state, TextWriter output)
    {
        output.ShowLine(explanation.Path);
        output.ShowLine($"  {explanation.Summary}");
        if (explanation.File is { } file)
        {
            output.ShowLine($"  file: {HumanNumbers.Of(file.SizeBytes, "byte")}, changed {file.Modified:yyyy-MM-ddTHH:mm:ssZ}, device "
                + $"{file.Device}, inode "
                + $"{file.Inode}{(file.Born is { } born ? $", born {born:yyyy-MM-ddTHH:mm:ss.fffffffZ}" : "")}");
        }

        output.ShowLine(
            explanation.ServicePid is { } process
                ? $"  service: running as process {process}, state in {state}"
                : $"  service: not running, state in {state}");
        explanation.Notes.ToList().ForEach(note => output.ShowLine($"  note: {note}"));
        foreach (var flow in explanation.Flows)
        {
            Print(flow, output);
        }
    }

    private static void Print(ExplainedFlow flow, TextWriter output)
    {
        output.ShowLine(
            $"  flow {flow.Flow} → "
            + $"{(flow.KinesisStream is null ? $"delivery stream {flow.DeliveryStream}" : $"Kinesis stream {flow.KinesisStream}")}");
        output.ShowLine(flow.Pattern is not null ? $"    pattern: {flow.Pattern} names it"
            : flow.ExcludedBy is not null ? $"    pattern: excluded by {flow.ExcludedBy}"
            : flow.Miss is not null ? $"    pattern: none names it; nearest is {flow.Miss}"
            : "    pattern: none names it");
        if (flow.Stream is { } stream)
        {
            output.ShowLine($"    stream: {stream}, {flow.State}, {How(flow)}");
            output.ShowLine(
                $"    committed: {HumanNumbers.Of(flow.CommittedBytes ?? 0, "byte")}"
                    + $"{(flow.LagBytes is { } lag ? $", lag {HumanNumbers.Of(lag, "byte")}" : "")}, recorded "
                    + $"{flow.RecordedAt:yyyy-MM-ddTHH:mm:ssZ}");
        }
        else if (flow.Recognition is not null)
        {
            output.ShowLine("    stream: none");
        }

        var isUsual = flow.BlockedBy is [{ Code: ExplainedBlock.Unread }];
        foreach (var block in flow.BlockedBy)
        {
            output.ShowLine($"    {(isUsual ? "in progress" : $"blocked by {block.Code}")}: {block.Text}");
        }
    }

    private static string How(ExplainedFlow flow) => flow.Recognition switch
    {
        nameof(RecognitionKind.ByInode) => "known by its inode; its head and the bytes before the offset are verified",
        nameof(RecognitionKind.ByContent) => $"known by its content; the journal saw it last at {flow.StreamPath}",
        nameof(RecognitionKind.Changed) => "but its content is not in this file any more",
        nameof(RecognitionKind.Copy) => $"but that is in {flow.StreamPath}",
        "ByPathOnly" => "last seen at this path",
        _ => "but that is not certain",
    };
}
