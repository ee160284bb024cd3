namespace Shipper.LocalPipeline.Configuration;

/// <summary>The <c>Pipeline</c> section.</summary>
internal sealed class PipelineOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Pipeline";

    /// <summary>How long the drain goes on while nothing more is acknowledged. 1 s to 1 d; default 60 s.</summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.FromSeconds(60);
}
