using Shipper.LocalPipeline.Watching;

namespace Shipper.LocalPipeline.Showing;

/// <summary>Where the state of the pipeline is shown.</summary>
internal interface IScreen
{
    /// <summary>Shows a moment.</summary>
    void Show(Snapshot snapshot);
}
