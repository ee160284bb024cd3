using Shipper.Foundation.Files;
using Shipper.LocalPipeline.Monitoring;
using Shipper.OrderLake.Hosting;

namespace Shipper.LocalPipeline.Display;

/// <summary>Writes the state of the pipeline into a file for the page: once a second, and at each change of phase.</summary>
internal sealed class StatusScreen(IScreen screen, string path) : IScreen
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private string? _phase;
    private TimeSpan _next;

    /// <inheritdoc/>
    public void Show(Snapshot snapshot)
    {
        screen.Show(snapshot);
        if (snapshot.Phase == _phase && snapshot.Elapsed < _next)
        {
            return;
        }

        (_phase, _next) = (snapshot.Phase, snapshot.Elapsed + Interval);
        try
        {
            Of(snapshot).Write(path);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // The page says that it hears nothing.
        }
    }

    /// <summary>A snapshot as the page knows it.</summary>
    public static PipelineStatus Of(Snapshot snapshot) => new()
    {
        At = snapshot.At,
        Phase = snapshot.Phase,
        Written = Stage(snapshot.Written),
        Shipped = Stage(snapshot.Shipped),
        Delivered = Stage(snapshot.Delivered),
        LagSeconds = snapshot.Lag.TotalSeconds,
        LagBytes = snapshot.LagBytes,
        Objects = snapshot.Objects,
        BilledPerRaw = snapshot.BilledPerRaw,
        RefusedRecords = snapshot.Shipper.RecordsRefused,
        Reason = snapshot.Shipper.Reason,
    };

    private static PipelineStage Stage(StageThroughput stage) => new(stage.Lines, stage.Bytes, stage.LinesPerSecond);
}
