namespace Shipper.TailShipper.Configuration;

/// <summary>The encoding of a flow's files. Records are UTF-8, but for Latin1, where bytes pass as they are.</summary>
internal enum TextEncoding
{
    /// <summary>A byte order mark at a file's start decides; without one bytes pass as they are and lines end with 0x0A.</summary>
    Auto,

    /// <summary>UTF-8; a byte order mark is left out. Bytes that are no UTF-8 pass as they are.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first, with or without a byte order mark.</summary>
    Utf16LE,

    /// <summary>UTF-16, high byte first, with or without a byte order mark.</summary>
    Utf16BE,

    /// <summary>One byte a character: all bytes pass as they are, also at the start of a file.</summary>
    Latin1,
}
