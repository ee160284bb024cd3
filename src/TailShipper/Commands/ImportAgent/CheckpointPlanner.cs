using System.Globalization;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary>
/// Finds the file of each of the agent's checkpoints again, by device and inode, and verifies it as far as that is possible: it is not
/// younger than the checkpoint, not shorter than it was, and a line ends before the offset. Files that the flow names and that have no
/// checkpoint are listed, too: nothing is skipped silently.
/// </summary>
/// <param name="files">The disk.</param>
/// <param name="choice">What to do with what cannot be verified.</param>
internal sealed class CheckpointPlanner(IFileSystem files, UnverifiedChoice choice)
{
    /// <summary>Plans one flow.</summary>
    /// <param name="flow">The flow as it is imported.</param>
    /// <param name="rows">The agent's checkpoints of it.</param>
    public FlowPlan Plan(FlowOptions flow, IReadOnlyList<AgentRow> rows)
    {
        if (rows.Count == 0)
        {
            return new FlowPlan(flow.Name, [], [], HasRows: false);
        }

        var named = new PatternScan(files, FlowOverlap.Patterns(flow), FlowOverlap.Rules(flow)).Run().Files;
        var (streams, gone, seen) = (new List<StreamPlan>(), new List<string>(), new HashSet<FileId>());
        foreach (var row in rows.OrderByDescending(row => row.LastUpdated ?? DateTimeOffset.MinValue))
        {
            if (Find(row, named) is not { } path)
            {
                gone.Add(Gone(row));
            }
            else if (Open(path, named.ContainsKey(path), (file, stat) => Judge(row, file, stat)) is { } plan && seen.Add(plan.Stat.Id))
            {
                streams.Add(plan);
            }
        }

        var newest = rows.Max(row => row.LastUpdated);
        foreach (var (path, stat) in named.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (!seen.Contains(stat.Id) && Open(path, isNamed: true, (_, opened) => WithoutRow(opened, newest)) is { } plan
                && seen.Add(plan.Stat.Id))
            {
                streams.Add(plan);
            }
        }

        return new FlowPlan(flow.Name, streams, gone, HasRows: true);
    }

    private static string Gone(AgentRow row)
    {
        var left = row.Size - row.Offset;
        return $"{row.Path} is gone" + (left > 0
            ? string.Create(CultureInfo.InvariantCulture, $": {left} bytes of it were not shipped when the agent looked last")
            : ": all that the agent knew of it was shipped");
    }

    // At its path, at another path of the flow, or under another name in its folder, where a rotation put it.
    private string? Find(AgentRow row, IReadOnlyDictionary<string, FileStat> named)
    {
        if (row.File is not { } id)
        {
            return files.Stat(row.Path).Status == PathStatus.File ? row.Path : null; // whether it is the file cannot be said
        }

        if (files.Stat(row.Path) is { Status: PathStatus.File } found && found.Stat.Id == id)
        {
            return row.Path;
        }

        if (named.FirstOrDefault(file => file.Value.Id == id) is { Key: { } path })
        {
            return path;
        }

        var listing = files.List(Path.GetDirectoryName(row.Path) ?? "/");
        return listing.Status != PathStatus.File ? null
            : listing.Entries.Where(entry => !entry.IsDirectory && !ArchiveNames.IsCompressed(entry.Path)).Select(entry => entry.Path)
                .FirstOrDefault(other => files.Stat(other) is { Status: PathStatus.File } stat && stat.Stat.Id == id);
    }

    private StreamPlan? Open(string path, bool isNamed, Func<ITailedFile, FileStat, Judgment> judge)
    {
        var opened = files.Open(path);
        if (opened.Status != PathStatus.File)
        {
            return opened.Status == PathStatus.Missing ? null : Unreadable(path, opened.Reason);
        }

        using var file = opened.File!;
        try
        {
            var judgment = judge(file, opened.Stat);
            var committed = judgment.IsVerified ? judgment.Offset : Chosen(judgment.Offset, file, opened.Stat);
            return new StreamPlan(
                path, opened.Stat, isNamed, committed, FileContent.At(file, 0, Fingerprint.MaxLength),
                committed > 0 ? FileContent.Before(file, committed.Value) : Fingerprint.Empty, judgment.Text)
            {
                IsVerified = judgment.IsVerified,
            };
        }
        catch (IOException exception)
        {
            return Unreadable(path, exception.Message);
        }
    }

    private static StreamPlan Unreadable(string path, string? reason) => throw new Foundation.Hosting.StartRefusedException(
        $"{path} cannot be read ({(reason ?? "unknown").TrimEnd('.')}), so it cannot be compared with the agent's checkpoints. Ask as "
        + $"root, or as a "
        + "user who may read the logs", Foundation.Hosting.ExitCodes.Undetermined);

    private static Judgment Judge(AgentRow row, ITailedFile file, FileStat stat)
    {
        if (row.Offset is not (>= 0 and var offset))
        {
            return new(false, null, "its checkpoint has no offset");
        }

        if (row.File != stat.Id)
        {
            return new(false, offset, "its checkpoint does not say which file it is of");
        }

        if (row.LastUpdated is { } updated && stat.Generation > updated.UtcTicks)
        {
            return new(true, 0, "it is younger than its checkpoint, which is of a file before it");
        }

        if (stat.Size < offset)
        {
            return new(false, stat.Size, Text($"it has {stat.Size} bytes, and {offset} were shipped: it was truncated"));
        }

        if (stat.Size < row.Size)
        {
            return new(false, offset, Text($"it has {stat.Size} bytes, and had {row.Size}: it was truncated"));
        }

        return offset > 0 && !FileContent.IsLineStart(file, offset)
            ? new(false, offset, Text($"no line ends before byte {offset}, up to which the agent shipped: it was written anew"))
            : new(true, offset, Text($"same file, not shorter, a line ends before byte {offset}"));
    }

    private static Judgment WithoutRow(FileStat stat, DateTimeOffset? newest) =>
        newest is { } time && stat.Generation > time.UtcTicks
            ? new(true, 0, "it is younger than all checkpoints of the flow")
            : new(false, null, "the agent has no checkpoint of it: it shipped it before it was rotated, or never");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private long? Chosen(long? offset, ITailedFile file, FileStat stat) => choice switch
    {
        UnverifiedChoice.Start => 0,
        UnverifiedChoice.End => Newline.OneByte.LineStart(file, stat.Size),
        UnverifiedChoice.Offset => Math.Min(offset ?? 0, stat.Size),
        _ => null,
    };

    private readonly record struct Judgment(bool IsVerified, long? Offset, string Text);
}
