using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Commands.Replay;

/// <summary><c>tailshipper replay</c>: asks the running service, or rewinds the checkpoints itself when none runs.</summary>
internal static class ReplayCommand
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UsualAnswer = TimeSpan.FromSeconds(5);

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var flow = new Option<string>("--flow") { Description = "The flow to rewind.", HelpName = "NAME", Required = true };
        var fromStart = new Option<bool>("--from-start") { Description = "Ship everything again that is still on disk." };
        var fromOffset = CommandLine.NumberOption(
            "--from-offset", "Ship one file again from this byte on; give --file too. Moved back to the start of its line.", least: 0);
        var file = new Option<string?>("--file")
        {
            Description = "The file, as checkpoints list shows it; also narrows the other two.",
            HelpName = "PATH",
        };
        var since = CommandLine.TimeOption(
            "--since",
            "Ship everything again that was acknowledged since this time (ISO 8601), or so long ago (6h); up to a minute earlier, never "
            + "later.");
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExplainedCommand(
            "replay",
            "Rewind a flow so that it ships lines again that are still on disk. Safe whether or not the service runs. Say one of "
            + "--from-start, --from-offset, --since.",
            HelpSection.ExitCodes(
                new("0", "rewound"),
                new("1", "not rewound: nothing matched, or the running service refused or did not answer"),
                new("2", "the command line was not understood, or there is no such flow"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper replay --flow orders --from-start", ""),
                new("tailshipper replay --flow orders --from-offset 1048576 --file /var/log/orders/app.log", ""),
                new("tailshipper replay --flow orders --since 2026-11-21T06:00:00Z", "")))
        {
            flow, fromStart, fromOffset, file, since, json,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { fromStart, fromOffset, since }.Count(result.Has) != 1)
            {
                result.AddError("say exactly one of --from-start, --from-offset N --file PATH, --since TIME");
            }
        });
        command.SetAction((result, cancellation) => RunAsync(
            loader.Load(result),
            new ReplayRequest
            {
                Flow = result.GetValue(flow)!,
                Kind = result.GetValue(fromStart) ? ReplayKind.FromStart
                    : result.GetValue(since) is null ? ReplayKind.FromOffset
                    : ReplayKind.Since,
                Offset = result.GetValue(fromOffset),
                Path = result.GetValue(file),
                Since = result.GetValue(since),
            },
            result.GetValue(json),
            cancellation));
        return command;
    }

    /// <summary>Rewinds; 0 when it was done, 1 when nothing matched or the service refused.</summary>
    public static Task<int> RunAsync(ShipperSetup setup, ReplayRequest request, CancellationToken cancellation) =>
        RunAsync(setup, request, asJson: false, cancellation);

    private static async Task<int> RunAsync(ShipperSetup setup, ReplayRequest request, bool asJson, CancellationToken cancellation)
    {
        if (request.Problem() is { } problem)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {problem}");
            return ExitCodes.Usage;
        }

        var difference = asJson ? await Heading.DifferenceAsync(setup, cancellation) : null;
        if (!asJson)
        {
            await Heading.WriteAsync(setup, Console.Out, cancellation);
        }

        if (setup.Options.Flows.TrueForAll(flow => flow.Name != request.Flow))
        {
            await CommandLine.SayNoSuchFlowAsync(request.Flow, setup.Options.Flows);
            return ExitCodes.Usage;
        }

        ReplayAnswer? answer;
        try
        {
            answer = await AskAsync(setup, request, cancellation);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            var directory = ShipperDirectories.State(setup.Options);
            answer = new ReplayAnswer
            {
                IsDone = false,
                Text = $"{exception.Message.TrimEnd('.')}. Ask as a user who may write in {directory}: the service's, or root",
            };
        }

        var refusal = answer is { IsDone: true } ? null
            : $"not rewound: {answer?.Text ?? $"the running service did not answer within {AnswerTimeout.TotalSeconds:F0} s"}";
        refusal ??= answer!.Streams.Count == 0 ? $"nothing is rewound: {Nothing(request)}" : null;
        if (asJson)
        {
            Print(setup, difference, request, refusal, answer);
            return refusal is null ? ExitCodes.Success : ExitCodes.Fault;
        }

        if (refusal is not null)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {refusal}");
            return ExitCodes.Fault;
        }

        foreach (var stream in answer!.Streams)
        {
            Console.Out.ShowLine(
                $"{stream.Path}: ships again from offset {HumanNumbers.Count(stream.From)} (had reached {HumanNumbers.Count(stream.To)})");
        }

        Console.Out.ShowLine(
            $"{HumanNumbers.Of(answer.Streams.Count, "stream")} of flow {request.Flow} {answer.Text}.");
        return ExitCodes.Success;
    }

    private static void Print(ShipperSetup setup, string? difference, ReplayRequest request, string? refusal, ReplayAnswer? answer) =>
        Console.Out.PrintJson(json =>
        {
            Heading.Write(setup, difference, json);
            json.WriteString("flow", request.Flow);
            json.WriteBoolean("rewound", refusal is null);
            json.WriteString("text", refusal ?? answer!.Text);
            json.WriteStartArray("streams");
            foreach (var stream in answer?.Streams ?? [])
            {
                json.WriteStartObject();
                json.WriteString("path", stream.Path);
                json.WriteNumber("from", stream.From);
                json.WriteNumber("to", stream.To);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static string Nothing(ReplayRequest request) =>
        $"flow {request.Flow} has no checkpoint {(request.Path is { } path ? $"of {path}" : "of a file that is still on disk")}"
        + (request.Kind == ReplayKind.FromOffset ? string.Create(CultureInfo.InvariantCulture, $" beyond byte {request.Offset:N0}") : "")
        + (request.Since is { } since ? string.Create(
            CultureInfo.InvariantCulture, $" of which anything was acknowledged since {since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") : "")
        + $". Which it has: tailshipper checkpoints list --flow {request.Flow}";

    private static async Task<ReplayAnswer?> AskAsync(ShipperSetup setup, ReplayRequest request, CancellationToken cancellation)
    {
        var directory = ShipperDirectories.State(setup.Options);
        var state = new PhysicalStateDirectory(directory);
        InstanceLock held;
        try
        {
            held = InstanceLock.Acquire(directory);
        }
        catch (AlreadyRunningException)
        {
            var requests = new ReplayRequests(state, TimeProvider.System, NullLogger<ReplayRequests>.Instance);
            var answer = requests.AwaitAnswerAsync(requests.Submit(request), AnswerTimeout, cancellation);
            await Task.WhenAny(answer, Task.Delay(UsualAnswer, TimeProvider.System, cancellation));
            if (!answer.IsCompleted && !cancellation.IsCancellationRequested)
            {
                await Console.Error.ShowLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"tailshipper: the service did not answer within {UsualAnswer.TotalSeconds:F0} s; waiting up to "
                    + $"{AnswerTimeout.TotalSeconds:F0} s. If it hangs: tailshipper status"));
            }

            return await answer;
        }

        using (held)
        {
            return await RewindAsync(request, setup.Options.Flows.First(flow => flow.Name == request.Flow), state, cancellation);
        }
    }

    private static async Task<ReplayAnswer> RewindAsync(
        ReplayRequest request, FlowOptions flow, PhysicalStateDirectory state, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        await using var journal = CheckpointJournal.Open(state, time, NullLogger<CheckpointJournal>.Instance);
        var streams = new StreamTable();
        streams.Restore(journal.Of(request.Flow));
        var limits = Destination.LimitsOf(flow);
        var framings = new Framings(FramingSettings.Of(flow), limits, FlowPacking.Of(flow.Aggregation, limits));
        var rewinder = new Rewinder(request.Flow, new PhysicalFileSystem(), framings, streams, journal, time, NullLogger.Instance);
        var rewound = rewinder.Rewind(stream => ReplayTarget.Of(request, stream));
        new CheckpointRecorder(request.Flow, streams, journal, time).Run();
        return await journal.FlushAsync(cancellation)
            ? new ReplayAnswer
            {
                IsDone = true,
                Text = "rewound in the checkpoints; the service resumes from there when it starts",
                Streams = rewound,
            }
            : new ReplayAnswer { IsDone = false, Text = $"the checkpoints in {state.Name} cannot be written ({journal.Health.Reason})" };
    }
}
