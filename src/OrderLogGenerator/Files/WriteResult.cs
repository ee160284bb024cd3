namespace Shipper.OrderLogGenerator.Files;

/// <summary>What became of a batch.</summary>
/// <param name="Lines">Whole lines that are in a file.</param>
/// <param name="Bytes">Their bytes.</param>
internal readonly record struct WriteResult(long Lines, long Bytes);
