namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>A compressed file is not, or no longer, what it was taken for: damaged, cut off, or written again. Trying again does not help.</summary>
internal sealed class ArchiveUnusableException(string reason, Exception? cause = null) : IOException(reason, cause);
