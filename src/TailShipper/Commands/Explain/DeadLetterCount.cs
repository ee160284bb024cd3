using System.Text;
using System.Text.Json;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>Counts what the dead letters of a directory hold of one stream. Reads only.</summary>
internal sealed class DeadLetterCount(string directory)
{
    private const int EnoughForTheFigures = 16 * 1024;

    /// <summary>Letters and bytes of <paramref name="stream"/>; none also where the files cannot be read.</summary>
    public (long Letters, long Bytes) Of(string flow, StreamId stream)
    {
        var (letters, bytes) = (0L, 0L);
        try
        {
            foreach (var (path, _) in DeadLetterName.List(directory, flow))
            {
                foreach (var line in File.ReadLines(path))
                {
                    if (Figures(line) is { } letter && letter.Stream == stream.Number)
                    {
                        letters++;
                        bytes += letter.Bytes;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only adds to the answer.
        }

        return (letters, bytes);
    }

    // The data, up to a megabyte, comes last and is not looked at.
    private static (long Stream, long Bytes)? Figures(string line)
    {
        var (stream, start, end) = (0L, 0L, 0L);
        try
        {
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(line[..Math.Min(line.Length, EnoughForTheFigures)]), isFinalBlock: false, default);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
                {
                    var name = json.GetString();
                    if (!json.Read() || name == "reason")
                    {
                        break;
                    }

                    stream = name == "stream" ? json.GetInt64() : stream;
                    start = name == "start" ? json.GetInt64() : start;
                    end = name == "end" ? json.GetInt64() : end;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null; // torn
        }

        return stream == 0 ? null : (stream, end - start);
    }
}
