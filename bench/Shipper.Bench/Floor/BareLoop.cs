using System.Diagnostics;
using System.Globalization;

namespace Shipper.Bench.Floor;

/// <summary>
/// The least that any shipper does for each GiB: read, find the lines, encode, hash, sign, post, read the answer. One thread, one
/// connection, no checkpoint, no retry, no second file. What it costs here and now is the measure for what the shipper costs.
/// </summary>
internal static class BareLoop
{
    private const int RecordBytes = 1_000_000;

    /// <summary>Ships a file once; prints wall seconds, user and system CPU seconds and peak MiB of the process, its start left out.</summary>
    /// <param name="file">What to ship.</param>
    /// <param name="url">The local Firehose with the stream "bench".</param>
    /// <param name="aggregated">Many lines in a record, or one.</param>
    public static int Run(string file, Uri url, bool aggregated)
    {
        using var process = Process.GetCurrentProcess();
        using var connection = new BareConnection(url);
        var (user, system, began) = (process.UserProcessorTime, process.PrivilegedProcessorTime, Stopwatch.GetTimestamp());
        Ship(file, connection, new BareBody("bench", aggregated ? RecordBytes : 0));
        process.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(began).TotalSeconds:F2} {(process.UserProcessorTime - user).TotalSeconds:F2} {(process.PrivilegedProcessorTime - system).TotalSeconds:F2} {process.PeakWorkingSet64 >> 20}"));
        return 0;
    }

    private static void Ship(string file, BareConnection connection, BareBody body)
    {
        using var handle = File.OpenHandle(file);
        var text = new byte[4 << 20];
        int kept = 0, read;
        var offset = 0L;
        while ((read = RandomAccess.Read(handle, text.AsSpan(kept, Math.Min(1 << 20, text.Length - kept)), offset)) > 0)
        {
            offset += read;
            var filled = kept + read;
            var taken = 0;
            while (body.Fill(text.AsSpan(taken, filled - taken)) is > 0 and var more)
            {
                taken += more;
                if (body.IsFull)
                {
                    Send(connection, body);
                }
            }

            text.AsSpan(taken, filled - taken).CopyTo(text);
            kept = filled - taken;
        }

        if (kept > 0)
        {
            throw new InvalidDataException($"The last {kept} bytes are no whole line, or one that this loop has no room for.");
        }

        if (body.Records > 0)
        {
            Send(connection, body);
        }
    }

    private static void Send(BareConnection connection, BareBody body)
    {
        body.Finish();
        connection.Put(body.Bytes.Span);
        body.Clear();
    }
}
