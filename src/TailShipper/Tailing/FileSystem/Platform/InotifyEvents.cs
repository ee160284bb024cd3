namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>Event bits of inotify(7).</summary>
[Flags]
internal enum InotifyEvents : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>IN_MODIFY.</summary>
    Modified = 0x2,

    /// <summary>IN_CLOSE_WRITE.</summary>
    Closed = 0x8,

    /// <summary>IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF.</summary>
    Names = 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800,

    /// <summary>IN_UNMOUNT.</summary>
    Unmounted = 0x2000,

    /// <summary>IN_Q_OVERFLOW.</summary>
    Overflow = 0x4000,

    /// <summary>IN_IGNORED: the watch is gone.</summary>
    Ignored = 0x8000,

    /// <summary>IN_ONLYDIR.</summary>
    OnlyDirectories = 0x0100_0000,

    /// <summary>IN_ISDIR.</summary>
    OfDirectory = 0x4000_0000,
}
