namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What an open file is to a known stream.</summary>
internal enum FileVerdict
{
    /// <summary>The same stream, perhaps longer.</summary>
    Same,

    /// <summary>It ends before what was committed: truncated.</summary>
    Truncated,

    /// <summary>Other content: the inode was used again, or the file was truncated and grew past the offset.</summary>
    Replaced,
}
