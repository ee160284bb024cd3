using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Where the rest of a stream may be beside plain files. A search continues over several scans, in bounded steps.</summary>
internal interface ILostStreamSource
{
    /// <summary>True when there is more to search: the next scan should not wait long.</summary>
    bool IsUnderWay { get; }

    /// <summary>True as long as something that may hold the stream was not read to its end, or is still being written.</summary>
    bool IsUndecided(TailedStream stream);

    /// <summary>True when more of the stream is here, or may be, than a plain file of <paramref name="size"/> bytes holds.</summary>
    bool MayHoldMore(TailedStream stream, long size);

    /// <summary>Continues the search.</summary>
    /// <param name="wanted">Streams without an open file.</param>
    /// <param name="unreadable">Receives what cannot be read.</param>
    void Search(IReadOnlyList<TailedStream> wanted, UnreadablePaths unreadable);

    /// <summary>Hands over what was found; the callee owns the files from then on.</summary>
    void TakeFound(Action<TailedStream, OpenedFile> found);

    /// <summary>
    /// The latest file in the stream's directory that may hold it but is stored in a way that cannot be read; null when there is none.
    /// </summary>
    string? UnsupportedBeside(TailedStream stream);
}
