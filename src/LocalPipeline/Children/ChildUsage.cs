namespace Shipper.LocalPipeline.Children;

/// <summary>What a process has used, as last seen.</summary>
/// <param name="Cpu">Processor time, user and system.</param>
/// <param name="PeakBytes">Most resident memory at any time.</param>
internal readonly record struct ChildUsage(TimeSpan Cpu, long PeakBytes);
