namespace Shipper.OrderLogGenerator.Formats;

/// <summary>Produces lines: sampled ones in one of the formats, or those of a replayed file.</summary>
internal interface ILineSource : IDisposable
{
    /// <summary>About how many bytes are written to a file at once.</summary>
    const int BatchBytes = 256 * 1024;

    /// <summary>True when no more lines will come.</summary>
    bool Ended => false;

    /// <summary>Replayed rows that were skipped because they are malformed.</summary>
    long Malformed => 0;

    /// <summary>When the next line is due, as time since the start; null when only <c>LinesPerSecond</c> decides.</summary>
    TimeSpan? NextLineAt => null;

    /// <summary>
    /// Appends up to <paramref name="lines"/> whole lines and stops once the buffer holds <see cref="BatchBytes"/>.
    /// <paramref name="elapsed"/> is the time since the start. Returns how many were appended.
    /// </summary>
    int Append(LineBuffer buffer, int lines, TimeSpan elapsed);
}
