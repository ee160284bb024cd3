using System.Diagnostics;
using System.Globalization;

namespace Shipper.Bench.Baseline;

/// <summary>
/// The baseline of bench/end-to-end.sh: the least work that any shipper has to do. It reads, finds the lines, encodes, hashes,
/// signs, sends and reads the response, with one thread and one connection, without checkpoints, retries or a second file.
/// The cost of the shipper is compared with it, measured on the same machine at the same time.
/// </summary>
internal static class BaselineLoop
{
    private const int RecordBytes = 1_000_000;

    /// <summary>
    /// Ships a file once; prints elapsed seconds, user and system CPU seconds and peak MiB of the process, without its
    /// start.
    /// </summary>
    /// <param name="file">The file to ship.</param>
    /// <param name="url">URL of the local Firehose, with the stream "bench".</param>
    /// <param name="aggregated">Whether a record has many lines, or one.</param>
    public static int Run(string file, Uri url, bool aggregated)
    {
        using var process = Process.GetCurrentProcess();
        using var connection = new BaselineConnection(url);
        var (user, system, started) = (process.UserProcessorTime, process.PrivilegedProcessorTime, Stopwatch.GetTimestamp());
        Ship(file, connection, new BaselineBody("bench", aggregated ? RecordBytes : 0));
        process.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F2} {(process.UserProcessorTime - user).TotalSeconds:F2} "
            + $"{(process.PrivilegedProcessorTime - system).TotalSeconds:F2} {process.PeakWorkingSet64 >> 20}"));
        return 0;
    }

    private static void Ship(string file, BaselineConnection connection, BaselineBody body)
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
            throw new InvalidDataException($"The last {kept} bytes are an incomplete line, or a line too long for the buffer.");
        }

        if (body.Records > 0)
        {
            Send(connection, body);
        }
    }

    private static void Send(BaselineConnection connection, BaselineBody body)
    {
        body.Finish();
        connection.Put(body.Bytes.Span);
        body.Clear();
    }
}
