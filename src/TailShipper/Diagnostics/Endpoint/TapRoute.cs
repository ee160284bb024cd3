using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// <c>/tap?flow=NAME</c>: the records of a flow as its destination accepts them, one JSON object a line, for as long as the connection
/// lasts. Only over the Unix socket: lines say more than figures.
/// </summary>
/// <param name="flows">The taps of each flow that runs.</param>
/// <param name="time">Limits how much is shown.</param>
internal sealed class TapRoute(Func<IEnumerable<RecordTaps>> flows, TimeProvider time)
{
    /// <summary>So many may watch at a time; each holds at most 1 MiB of records, or one that is longer.</summary>
    public const int MostOpen = 4;

    // What a terminal can show is far less. Without a limit a fast reader would have every record of a fast flow decoded.
    private const int BytesBetweenPauses = 256 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(125);

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private int _open;

    /// <summary>Answers with records until the flow ends or nobody reads.</summary>
    public EndpointAnswer Answer(EndpointRequest request)
    {
        if (!request.IsPrivate)
        {
            return new EndpointAnswer(403, "records are shown through the Unix socket only: its mode says who may\n");
        }

        var name = request.Query.GetValueOrDefault("flow");
        if (flows().FirstOrDefault(taps => taps.Flow == name) is not { } found)
        {
            return new EndpointAnswer(404, UnknownFlow.Message(name, flows().Select(taps => taps.Flow)) + "\n");
        }

        return Volatile.Read(ref _open) >= MostOpen
            ? new EndpointAnswer(503, $"{MostOpen} taps are open, and no more may be; end one of them\n")
            : new EndpointAnswer(200, "", EndpointAnswer.JsonLines)
            {
                WriteContent = (stream, cancellation) => ShowAsync(found, stream, cancellation),
            };
    }

    private async Task ShowAsync(RecordTaps taps, Stream stream, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _open) > MostOpen)
        {
            Interlocked.Decrement(ref _open);
            return;
        }

        var tap = taps.Open();
        try
        {
            await WriteAsync(tap, stream, cancellation);
        }
        finally
        {
            taps.Close(tap);
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>Writes what a tap gets until it ends.</summary>
    internal async Task WriteAsync(RecordTap tap, Stream stream, CancellationToken cancellation)
    {
        var sincePause = 0;
        while (await tap.WaitAsync(cancellation))
        {
            while (tap.TryTake(out var record, out var missedBefore))
            {
                await WriteMissedAsync(missedBefore);
                await stream.WriteAsync(Encode(record), cancellation);
                sincePause += record.Bytes.Length;
                if (sincePause >= BytesBetweenPauses)
                {
                    sincePause = 0;
                    await Task.Delay(Pause, time, cancellation);
                }
            }

            await WriteMissedAsync(tap.TakeMissed());
        }

        async ValueTask WriteMissedAsync(long lines)
        {
            if (lines > 0)
            {
                await stream.WriteAsync(Encode(lines), cancellation);
            }
        }
    }

    private static byte[] Encode(TappedRecord record) => Line(json =>
    {
        json.WriteString("file", record.Path);
        json.WriteNumber("start", record.Start);
        json.WriteNumber("end", record.End);
        json.WriteNumber("lines", record.Lines);
        json.WriteString("record", Encoding.UTF8.GetString(record.Bytes));
    });

    private static byte[] Encode(long missed) => Line(json => json.WriteNumber("missed_lines", missed));

    private static byte[] Line(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }
}
