namespace Shipper.TailShipper.Tailing.Common;

/// <summary>What tailing counts. Called by the flow's loop only.</summary>
internal interface ITailingEvents
{
    /// <summary>Bytes of a file were read into records or dead letters, or filtered.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="lines">Lines in them.</param>
    void Read(long bytes, long lines);

    /// <summary>Bytes of a file are not to be shipped: byte order marks, header lines, and what was shipped before.</summary>
    void Filtered(long bytes);

    /// <summary>A run of NULs was passed that is part of no line.</summary>
    void Padding(long bytes);

    /// <summary>A line was set aside on disk.</summary>
    void DeadLettered(long bytes);

    /// <summary>A line is longer than a record may be.</summary>
    void Oversize();

    /// <summary>A last line without its end was taken for complete.</summary>
    void Unfinished();

    /// <summary>Bytes were left out of a truncated line.</summary>
    void Cut(long bytes);

    /// <summary>Records were packed with something odd in them.</summary>
    /// <param name="unstarted">Multi-line records without a start line.</param>
    /// <param name="replaced">Characters that were replaced.</param>
    void Odd(int unstarted, int replaced);

    /// <summary>Bytes can no longer be read; less than 0 takes back what is found after all.</summary>
    void Lost(long bytes);

    /// <summary>A file is left out because its content is not text.</summary>
    void Binary();

    /// <summary>Paths that patterns name and that are not tailed, now.</summary>
    void LeaveOut(int paths);

    /// <summary>A file was truncated or replaced in place.</summary>
    void Truncated();

    /// <summary>A file was not found again, and was not seen to be deleted.</summary>
    void Vanished();

    /// <summary>A file matches several streams equally well.</summary>
    void Ambiguous();

    /// <summary>A name that a watch reported was gone before its file could be opened.</summary>
    void Unopened();

    /// <summary>How many files were found and are not identified yet, now.</summary>
    void Unidentified(int files);

    /// <summary>How many files and directories cannot be read, now.</summary>
    /// <param name="paths">How many.</param>
    /// <param name="first">One of them with the reason in parentheses; null when there is none.</param>
    void Unreadable(int paths, string? first);

    /// <summary>What deleted files that are still read take on the disk now, in bytes.</summary>
    void Hold(long bytes);
}
