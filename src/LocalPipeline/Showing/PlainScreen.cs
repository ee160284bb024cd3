using Shipper.LocalPipeline.Watching;

namespace Shipper.LocalPipeline.Showing;

/// <summary>For pipes and files: a line every two seconds, and one whenever the phase changes.</summary>
internal sealed class PlainScreen(TextWriter output) : IScreen
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private string? _phase;
    private TimeSpan _next;

    /// <inheritdoc/>
    public void Show(Snapshot snapshot)
    {
        if (snapshot.Phase != _phase || snapshot.Elapsed >= _next)
        {
            (_phase, _next) = (snapshot.Phase, snapshot.Elapsed + Interval);
            output.WriteLine(PlainLine.Compose(snapshot));
        }
    }
}
