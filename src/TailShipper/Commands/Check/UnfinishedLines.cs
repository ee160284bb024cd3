using Shipper.Foundation.Output;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>What at the ends of a flow's files has no newline yet, and when that is shipped.</summary>
internal static class UnfinishedLines
{
    // The files written last; of each so much of its end.
    private const int MostFiles = 1000;
    private const int BytesOfEach = 64 * 1024;

    /// <summary>A line for people; null when every file ends with a newline.</summary>
    public static string? Of(FlowOptions flow, IFileSystem disk, IReadOnlyDictionary<string, FileStat> files)
    {
        var (count, bytes) = (0, 0L);
        foreach (var (path, _) in files.Where(file => file.Value.Size > 0).OrderByDescending(file => file.Value.ModifiedTicks)
            .ThenBy(file => file.Key, StringComparer.Ordinal).Take(MostFiles))
        {
            using var file = disk.Open(path).File;
            try
            {
                if (file is not null && Rest(file, flow.LineEnd) is > 0 and var rest)
                {
                    (count, bytes) = (count + 1, bytes + rest);
                }
            }
            catch (IOException)
            {
                continue; // the service reports it
            }
        }

        var when = flow.UnfinishedLineWait > TimeSpan.Zero
            ? $"shipped when the file was quiet for {flow.UnfinishedLineWait.TotalSeconds:0.###} s, or is rotated"
            : "shipped when the file is rotated";
        return count == 0
            ? null
            : $"{HumanNumbers.Of(bytes, "byte")} at the end of {HumanNumbers.Of(count, "file")} without a newline yet: {when}";
    }

    private static long Rest(ITailedFile file, LineEnd lineEnd)
    {
        var size = file.Stat().Size;
        var end = new byte[(int)Math.Min(size, BytesOfEach)];
        var text = end.AsSpan(0, FileContent.Fill(file, end, size - end.Length));
        var last = lineEnd switch
        {
            LineEnd.Nul => text.LastIndexOf((byte)0),
            LineEnd.CarriageReturn => text.TrimEnd((byte)0).LastIndexOfAny((byte)'\r', (byte)'\n'),
            _ => text.TrimEnd((byte)0).LastIndexOf((byte)'\n'),
        };
        return (lineEnd == LineEnd.Nul ? text.Length : text.TrimEnd((byte)0).Length) - last - 1;
    }
}
