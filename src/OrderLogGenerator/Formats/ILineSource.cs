namespace Shipper.OrderLogGenerator.Formats;

/// <summary>Where lines come from: the sampling model in one of its formats, or a replayed file.</summary>
internal interface ILineSource : IDisposable
{
    /// <summary>A batch is written to its file at about this size, in bytes.</summary>
    const int BatchBytes = 256 * 1024;

    /// <summary>True when there will never be another line.</summary>
    bool Ended => false;

    /// <summary>Rows that could not be used so far.</summary>
    long Malformed => 0;

    /// <summary>When the next line is due, as time since the start; null when the pace alone decides.</summary>
    TimeSpan? NextLineAt => null;

    /// <summary>
    /// Appends whole lines, at most <paramref name="lines"/> and no more once the buffer holds <see cref="BatchBytes"/>;
    /// <paramref name="elapsed"/> is the time since the start. Returns how many were appended.
    /// </summary>
    int Append(LineBuffer buffer, int lines, TimeSpan elapsed);
}
