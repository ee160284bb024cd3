using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;


namespace Shipper.TailShipper.Hosting;

/// <summary>Carries out the replay requests that the command line leaves for a running service.</summary>
internal sealed class ReplayInbox(ReplayRequests requests, FlowSet flows, CheckpointJournal journal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Looks for requests until cancelled.</summary>
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
        var flow = flows.Running.FirstOrDefault(flow => flow.Loop.Name == request.Flow);
        if (flow is null)
        {
            return new ReplayAnswer { IsDone = false, Text = $"there is no flow \"{request.Flow}\"; the flows are {string.Join(", ", flows.Running.Select(known => known.Loop.Name))}", At = time.GetUtcNow() };
        }

        try
        {
            var streams = await flow.Loop.PostAsync(tailer => tailer.Rewind(stream => ReplayTarget.Of(request, stream))).WaitAsync(cancellation);

            // The request is deleted with the answer: from then on only the journal knows of it.
            var text = await journal.FlushAsync(cancellation)
                ? "rewound by the running service"
                : $"rewound by the running service, but a restart now would forget it: {journal.Health.Reason}";
            return new ReplayAnswer { IsDone = true, Text = text, Streams = streams, At = time.GetUtcNow() };
        }
        catch (IOException exception)
        {
            return new ReplayAnswer { IsDone = false, Text = exception.Message, At = time.GetUtcNow() };
        }
    }
}
