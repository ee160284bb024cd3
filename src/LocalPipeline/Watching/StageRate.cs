namespace Shipper.LocalPipeline.Watching;

/// <summary>Makes figures with rates from plain ones.</summary>
internal sealed class StageRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    private readonly RateWindow _lines = new(Window);
    private readonly RateWindow _bytes = new(Window);

    /// <summary>Takes the figures as of <paramref name="at"/>, by the stage's own clock.</summary>
    public StageFigures Add(TimeSpan at, long lines, long bytes)
    {
        _lines.Add(at, lines);
        _bytes.Add(at, bytes);
        return new StageFigures(lines, bytes, _lines.PerSecond, _bytes.PerSecond);
    }
}
