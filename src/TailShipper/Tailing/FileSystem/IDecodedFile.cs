using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>The content of a file that is stored otherwise: compressed, for example. Sizes and offsets are those of the content.</summary>
internal interface IDecodedFile : ITailedFile
{
    /// <summary>Bytes that it takes on the disk.</summary>
    long BytesOnDisk { get; }
}

/// <summary>
/// A compressed file is not, or no longer, what it was taken for: damaged, cut off, or written again. Trying again does not help.
/// </summary>
internal sealed class ArchiveUnusableException(string reason, Exception? cause = null) : IOException(reason, cause);
