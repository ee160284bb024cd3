using Shipper.TailShipper.Configuration;


namespace Shipper.TailShipper.Tailing;

/// <summary>How one flow tails.</summary>
/// <param name="Flow">Its name.</param>
/// <param name="InitialPosition">Where files begin that are present at the very first start.</param>
/// <param name="RotateWait">How long a rotated file must be quiet before its last line counts as complete.</param>
/// <param name="PollInterval">Shortest time between two looks at one file.</param>
/// <param name="ScanInterval">Time between two scans of the patterns; also the longest time between two looks.</param>
internal sealed record TailingSettings(
    string Flow, InitialPosition InitialPosition, TimeSpan RotateWait, TimeSpan PollInterval, TimeSpan ScanInterval)
{
    /// <summary>Most bytes that deleted files may take on the disk because they are not read to their end; 0 for no limit.</summary>
    public long MaxDeletedBytes { get; init; }
}
