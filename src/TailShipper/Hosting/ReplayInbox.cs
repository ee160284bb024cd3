using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Flows;


namespace Shipper.TailShipper.Hosting;

/// <summary>Carries out the replay requests that the command line leaves for a running service.</summary>
internal sealed class ReplayInbox(ReplayRequests requests, FlowSet flows, CheckpointJournal journal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Checks for requests every second until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            while (requests.TryTake() is { } ticket)
            {
                requests.Answer(ticket, await CarryOutAsync(ticket.Request, cancellation));
            }
        }
    }

    private async Task<ReplayAnswer> CarryOutAsync(ReplayRequest request, CancellationToken cancellation)
    {
        var running = flows.Running;
        if (running.FirstOrDefault(flow => flow.Loop.Name == request.Flow) is not { } flow)
        {
            return Refused(UnknownFlow.Message(request.Flow, running.Select(known => known.Loop.Name)));
        }

        try
        {
            var streams = await flow.Loop.PostAsync(tailer => tailer.Rewind(stream => ReplayTarget.Of(request, stream)))
                .WaitAsync(cancellation);

            // The request is deleted with the answer: from then on only the journal knows about it.
            var text = await journal.FlushAsync(cancellation)
                ? "rewound by the running service"
                : $"rewound by the running service, but a restart now would undo it: {journal.Health.Reason}";
            return new ReplayAnswer { IsDone = true, Text = text, Streams = streams, At = time.GetUtcNow() };
        }
        catch (IOException exception)
        {
            return Refused(exception.Message);
        }
    }

    private ReplayAnswer Refused(string text) => new() { IsDone = false, Text = text, At = time.GetUtcNow() };
}
