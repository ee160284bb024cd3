namespace Shipper.TailShipper.Wire.Connections;

/// <summary>
/// What a body's size adds to the time that its call may take. A flat timeout either fails large bodies on a slow link, for
/// ever, or makes small ones wait that long for a peer that is gone; and progress cannot be seen from here, since the
/// system takes megabytes off a sender's hands long before they leave the machine.
/// </summary>
internal static class SlowLink
{
    /// <summary>The slowest link that is to work: 64 KiB/s, half a Mbit/s, for all calls under way one by one.</summary>
    public const int BytesPerSecond = 64 * 1024;

    /// <summary>The time that <paramref name="bytes"/> take on the slowest link.</summary>
    public static TimeSpan Allowance(long bytes) => TimeSpan.FromSeconds((double)bytes / BytesPerSecond);
}
