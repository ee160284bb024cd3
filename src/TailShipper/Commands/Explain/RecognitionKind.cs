namespace Shipper.TailShipper.Commands.Explain;

/// <summary>How a file on disk and the streams of one flow's journal belong together.</summary>
internal enum RecognitionKind
{
    /// <summary>No stream is, or was, in it.</summary>
    None,

    /// <summary>The stream that has its inode, and the bytes it was known by are still in their place.</summary>
    ByInode,

    /// <summary>A stream whose own file is gone or holds other content by now: moved, or copied before a truncation.</summary>
    ByContent,

    /// <summary>A stream has its inode, but other content is in it: truncated, rewritten, or the inode was used again.</summary>
    Changed,

    /// <summary>A stream has its inode, but the journal does not hold enough to tell whether it is still its content.</summary>
    Unverifiable,

    /// <summary>It holds what a stream holds that has a file of its own.</summary>
    Copy,

    /// <summary>Several streams could be in it.</summary>
    Ambiguous,
}
