namespace Shipper.LocalPipeline.Watching;

/// <summary>How far one stage of the pipeline is.</summary>
/// <param name="Lines">Lines that have passed it.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="LinesPerSecond">Lately.</param>
/// <param name="BytesPerSecond">Lately.</param>
internal readonly record struct StageFigures(long Lines, long Bytes, double LinesPerSecond, double BytesPerSecond);
