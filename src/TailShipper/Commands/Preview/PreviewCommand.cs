using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Commands.Preview;

/// <summary><c>tailshipper preview</c>: what a flow would send of a file, before it does.</summary>
internal static class PreviewCommand
{
    private const int MostBytes = 16 * 1024 * 1024;
    private const int UsualRecords = 10;
    private const int MostRecords = 1_000_000;

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A file with lines as the flow reads them, or - for standard input. At most its first 16 MiB are read.",
        };
        var flow = new Option<string?>("--flow") { Description = "The flow; needed where there are several.", HelpName = "NAME" };
        var records = CommandLine.NumberOption("--records", "Show so many records. Default: 10.", least: 1, most: MostRecords);
        var one = new Option<bool>("--one-record") { Description = "Take all of the input as one record, be it of one line or several." };
        var raw = new Option<bool>("--raw") { Description = "Write what would be sent to standard output, exactly, and nothing else." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object for each record." };
        var command = new ExplainedCommand(
            "preview",
            "Show what a flow would make of the lines of a file: the records that it would send, and what would be left out or become a "
            + "dead letter, and why. Sends nothing and keeps nothing.",
            HelpSection.ExitCodes(
                new("0", "everything would be sent or left out by a rule"), new("1", "some of it would become a dead letter"),
                new("2", "the file cannot be read, or there is no such flow"), ShipperHelp.Unusable),
            HelpSection.Examples(
                new HelpEntry("tailshipper preview /var/log/orders/app.log --flow orders", "its first ten records, before and after"),
                new HelpEntry("tail -n 1 app.log | tailshipper preview - --config new.json --raw", "one line, as it would be sent")))
        {
            file, flow, records, one, raw, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(raw) && result.GetValue(json))
            {
                result.AddError("--raw and --json exclude each other");
            }
        });
        command.SetAction((result, cancellation) => RunAsync(
            loader.Load(result),
            new PreviewRequest(
                result.GetValue(file)!, result.GetValue(flow), (int)(result.GetValue(records) ?? UsualRecords), result.GetValue(one)),
            result.GetValue(raw) ? PreviewForm.Raw : result.GetValue(json) ? PreviewForm.Json : PreviewForm.Text,
            new PreviewStreams(Console.OpenStandardInput, Console.OpenStandardOutput, Console.Out),
            cancellation));
        return command;
    }

    /// <summary>Prints it; 0, 1 where there are dead letters, 2 where it cannot be said.</summary>
    public static async Task<int> RunAsync(
        ShipperSetup setup, PreviewRequest request, PreviewForm form, PreviewStreams streams, CancellationToken cancellation)
    {
        var flows = setup.Options.Flows;
        if ((request.Flow is null ? flows.Count == 1 ? flows[0] : null : flows.Find(known => known.Name == request.Flow)) is not { } flow)
        {
            if (request.Flow is null)
            {
                await Console.Error.ShowLineAsync(
                    $"tailshipper: which flow? Name one with --flow: {string.Join(", ", flows.Select(known => known.Name))}");
            }
            else
            {
                await CommandLine.SayNoSuchFlowAsync(request.Flow, flows);
            }

            return ExitCodes.Undetermined;
        }

        byte[] text;
        bool isWhole;
        try
        {
            (text, isWhole) = await ReadAsync(request.File, streams.Input, cancellation);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            await Console.Error.ShowLineAsync($"tailshipper: {request.File} cannot be read ({exception.Message.TrimEnd('.')})");
            return ExitCodes.Undetermined;
        }

        var known = await InstanceOfAsync(flow);
        var path = request.File == "-" ? "-" : Path.GetFullPath(request.File);
        var preview = new RecordPreview(
            flow, path, text,
            new ChainSurroundings(Environment.MachineName, IdOf(setup.Options) ?? SampleProcessing.NoId, TimeProvider.System, () => known));
        var found = request.IsOneRecord ? preview.AsOne() : preview.Split(isWhole, request.Records);
        Print(found, preview, text, form, streams);
        return found.Any(record => record.Outcome == PreviewOutcome.DeadLetter) ? ExitCodes.Fault : ExitCodes.Success;
    }

    private static string? IdOf(ShipperOptions options)
    {
        try
        {
            return StateId.Read(new PhysicalStateDirectory(ShipperDirectories.State(options)));
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return null; // the service never ran, or another user may not read it
        }
    }

    private static async Task<InstanceIdentity?> InstanceOfAsync(FlowOptions flow)
    {
        if (!flow.Processing.Exists(step => step.Type == ProcessingType.Ec2Metadata))
        {
            return null;
        }

        using var instance = new InstanceMetadata(
            InstanceMetadata.AddressFrom(Environment.GetEnvironmentVariable), TimeProvider.System, NullLogger.Instance);
        await instance.RefreshAsync();
        var known = instance.NotOlderThan(TimeSpan.MaxValue);
        if (known is null)
        {
            await Console.Error.ShowLineAsync(
                "tailshipper: the metadata of the EC2 instance cannot be had here; the preview is without them");
        }

        return known;
    }

    private static async Task<(byte[] Text, bool IsWhole)> ReadAsync(string file, Func<Stream> input, CancellationToken cancellation)
    {
        await using var stream = file == "-" ? input() : File.OpenRead(file);
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (read.Length < MostBytes && await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
        }

        return (read.ToArray(), read.Length < MostBytes);
    }

    private static void Print(
        IReadOnlyList<PreviewedRecord> found, RecordPreview preview, byte[] text, PreviewForm form, PreviewStreams streams)
    {
        if (form == PreviewForm.Raw)
        {
            using var bytes = streams.Bytes();
            foreach (var record in found)
            {
                bytes.Write(record.Bytes ?? []);
            }

            return;
        }

        foreach (var record in found)
        {
            if (form == PreviewForm.Json)
            {
                PrintJson(record, streams.Text);
            }
            else
            {
                Print(record, text, streams.Text);
            }
        }

        if (form == PreviewForm.Text)
        {
            PrintSums(found, preview, streams.Text);
        }
    }

    private static void PrintJson(PreviewedRecord record, TextWriter output) => output.PrintJson(json =>
    {
        json.WriteNumber("offset", record.Span.Start);
        json.WriteNumber("length", record.Span.Length);
        json.WriteString("outcome", record.Outcome switch
        {
            PreviewOutcome.Sent => "sent",
            PreviewOutcome.LeftOut => "left_out",
            PreviewOutcome.DeadLetter => "dead_letter",
            _ => "waits",
        });
        if (record.Reason is { } reason)
        {
            json.WriteString("reason", reason);
        }

        if (record.Bytes is { } bytes)
        {
            json.WriteNumber("bytes", bytes.Length);
            json.WriteString("record", Encoding.UTF8.GetString(bytes));
        }
    });

    private static void Print(PreviewedRecord record, byte[] text, TextWriter output)
    {
        var (start, length) = ((int)record.Span.Start, (int)record.Span.Length);
        var place = string.Create(CultureInfo.InvariantCulture, $"offset {start}, {length} bytes");
        output.ShowLine(record.Outcome switch
        {
            PreviewOutcome.Sent => string.Create(CultureInfo.InvariantCulture, $"{place}: sent as {record.Bytes!.Length} bytes"),
            PreviewOutcome.LeftOut => $"{place}: left out",
            PreviewOutcome.DeadLetter => $"{place}: a dead letter: {record.Reason}",
            _ => $"{place}: waits: {record.Reason}",
        });
        if (!text.AsSpan(start, length).SequenceEqual(record.Bytes))
        {
            Print("- ", text.AsSpan(start, length), output);
        }

        Print("+ ", record.Bytes, output);
    }

    private static void Print(string mark, ReadOnlySpan<byte> bytes, TextWriter output)
    {
        if (!bytes.IsEmpty)
        {
            foreach (var line in VisibleText.OfLines(bytes).TrimEnd('\n').Split('\n'))
            {
                output.ShowLine(mark + line);
            }
        }
    }

    private static void PrintSums(IReadOnlyList<PreviewedRecord> found, RecordPreview preview, TextWriter output)
    {
        int Number(PreviewOutcome outcome) => found.Count(record => record.Outcome == outcome);
        output.ShowLine(string.Create(
            CultureInfo.InvariantCulture,
            $"sent {Number(PreviewOutcome.Sent)}, left out {Number(PreviewOutcome.LeftOut)}, "
            + $"dead letters {Number(PreviewOutcome.DeadLetter)}"));
        foreach (var count in preview.Counts)
        {
            output.ShowLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  Processing:{count.Step} {count.Type}: matched {count.Matched}, unmatched {count.Unmatched}, left out "
                + $"{count.Filtered + count.Dropped}"));
        }
    }
}

/// <summary>What is asked.</summary>
/// <param name="File">The file, or - for standard input.</param>
/// <param name="Flow">The flow's name; null for the only one.</param>
/// <param name="Records">Most records.</param>
/// <param name="IsOneRecord">All of it is one record.</param>
internal sealed record PreviewRequest(string File, string? Flow, int Records, bool IsOneRecord);

/// <summary>How it is printed.</summary>
internal enum PreviewForm
{
    /// <summary>For people: what was read and what would be sent.</summary>
    Text,

    /// <summary>One JSON object for each record.</summary>
    Json,

    /// <summary>The bytes that would be sent.</summary>
    Raw,
}

/// <summary>Where from and where to.</summary>
/// <param name="Input">Opens standard input.</param>
/// <param name="Bytes">Opens standard output, for bytes.</param>
/// <param name="Text">Standard output, for text.</param>
internal sealed record PreviewStreams(Func<Stream> Input, Func<Stream> Bytes, TextWriter Text);
