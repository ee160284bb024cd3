using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Rewinds; 0 when it was done, even if nothing matched.</summary>
    public static async Task<int> RunAsync(ShipperSetup setup, ReplayRequest request, CancellationToken cancellation)
    {
        if (request.Problem() is { } problem)
        {
            await Console.Error.WriteLineAsync($"tailshipper: {problem}");
            return ExitCodes.Usage;
        }

        if (setup.Options.Flows.TrueForAll(flow => flow.Name != request.Flow))
        {
            await Console.Error.WriteLineAsync($"tailshipper: there is no flow \"{request.Flow}\"; the flows are {string.Join(", ", setup.Options.Flows.Select(flow => flow.Name))}");
            return ExitCodes.Usage;
        }

        var answer = await AskAsync(setup, request, cancellation);
        if (answer is null or { IsDone: false })
        {
            await Console.Error.WriteLineAsync($"tailshipper: not rewound: {answer?.Text ?? $"the running service did not answer within {Patience.TotalSeconds:F0} s"}");
            return ExitCodes.Fault;
        }

        foreach (var stream in answer.Streams)
        {
            Console.WriteLine($"{stream.Path}: ships again from offset {stream.From} (had reached {stream.To})");
        }

        Console.WriteLine($"{answer.Streams.Count} streams of flow {request.Flow} {answer.Text}.");
        return ExitCodes.Success;
    }

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
            return await requests.AwaitAnswerAsync(requests.Submit(request), Patience, cancellation);
        }

        using (held)
        {
            return await RewindAsync(request, setup.Options.Flows.First(flow => flow.Name == request.Flow), state, cancellation);
        }
    }

    private static async Task<ReplayAnswer> RewindAsync(ReplayRequest request, FlowOptions flow, PhysicalStateDirectory state, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        await using var journal = CheckpointJournal.Open(state, time, NullLogger<CheckpointJournal>.Instance);
        var streams = new StreamTable();
        streams.Restore(journal.Of(request.Flow));
        var limits = Destination.Of(flow).Limits;
        var framings = new Framings(FramingSettings.Of(flow), limits, FlowPacking.Of(flow.Aggregation, limits));
        var rewinder = new Rewinder(request.Flow, new PhysicalFileSystem(), framings, streams, journal, time, NullLogger.Instance);
        var rewound = rewinder.Rewind(stream => ReplayTarget.Of(request, stream));
        new CheckpointRecorder(request.Flow, streams, journal, time).Run();
        return await journal.FlushAsync(cancellation)
            ? new ReplayAnswer { IsDone = true, Text = "rewound in the checkpoints; the service goes on from there when it starts", Streams = rewound }
            : new ReplayAnswer { IsDone = false, Text = $"the checkpoints in {state.Name} cannot be written ({journal.Health.Reason})" };
    }
}
