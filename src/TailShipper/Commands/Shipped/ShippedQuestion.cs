using System.Globalization;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Commands.Shipped;

/// <summary>
/// Answers whether all of a file is acknowledged. "Shipped" is said only of an open file whose inode, head and bytes before the
/// committed offset are those of a stream that is committed up to the file's very end; every doubt makes "unknown".
/// </summary>
internal sealed class ShippedQuestion(IFileSystem files, IReadOnlyList<FlowOptions> flows, DeadLetterCount letters)
{
    private readonly StreamRecognizer _recognizer = new(files);

    /// <summary>Answers for one absolute path, against checkpoints that were read before the call: they may be behind the file, never ahead.</summary>
    public ShippedAnswer Ask(string path, CheckpointView view)
    {
        var attempt = files.Open(path);
        using var file = attempt.File;
        if (file is null)
        {
            return attempt.Status switch
            {
                PathStatus.Missing => Unknown("there is no such file", mayChange: false),
                PathStatus.NotAFile => Unknown("it is not a regular file", mayChange: false),
                _ => Unknown($"it cannot be opened ({attempt.Reason}); run this as a user who may read it"),
            };
        }

        try
        {
            var answer = Ask(path, file, view);
            return files.Stat(path) is { Status: PathStatus.File } found && found.Stat.Id == attempt.Stat.Id
                ? answer
                : Unknown("the path led to another file a moment later; ask again");
        }
        catch (IOException exception)
        {
            return Unknown($"it cannot be read ({exception.Message})");
        }
    }

    private ShippedAnswer Ask(string path, ITailedFile file, CheckpointView view)
    {
        var worst = default(ShippedAnswer?);
        var doubt = default(ShippedAnswer?);
        foreach (var claim in FlowClaim.Of(path, flows, view))
        {
            var recognition = _recognizer.Recognize(file, claim.Streams);
            if (recognition.IsSure || claim.Pattern is not null)
            {
                var answer = recognition.IsSure ? Measure(file, claim.Flow.Name, recognition.Stream!) : Doubt(claim.Flow.Name, recognition);
                worst = worst is { } other && other.State >= answer.State ? other : answer;
            }
            else if (recognition.Kind != RecognitionKind.None)
            {
                doubt ??= Doubt(claim.Flow.Name, recognition);
            }
        }

        return worst ?? doubt ?? Unknown(
            ArchiveNames.IsCompressed(path) ? "compressed files are not tailed, and what was shipped cannot be compared with them; ask before compressing"
                : $"no flow names it, and no stream is in it{(view.Streams.Count == 0 ? "; there are no checkpoints at all, is the state directory the right one?" : "")}",
            mayChange: false);
    }

    private ShippedAnswer Measure(ITailedFile file, string flow, StreamCheckpoint stream)
    {
        // Looked at again: it may have grown, or been truncated, since it was recognised.
        var size = file.Stat().Size;
        var where = string.Create(CultureInfo.InvariantCulture, $"flow {flow}, stream {stream.Stream}");
        if (size < stream.Committed)
        {
            return Unknown($"it was truncated just now ({where})");
        }

        if (size > stream.Committed)
        {
            var rest = size - stream.Committed;
            return new ShippedAnswer(ShippedState.NotYet, string.Create(CultureInfo.InvariantCulture,
                $"{stream.Committed} of {size} bytes are acknowledged, {rest} to go{(HasNoNewline(file, stream.Committed, rest) ? ": a last line without its newline, which is shipped when the file is rotated and then quiet for Shipper:RotateWait" : "")} ({where})"));
        }

        var dead = letters.Of(flow, stream.Stream);
        return new ShippedAnswer(ShippedState.Shipped, string.Create(CultureInfo.InvariantCulture,
            $"all {size} bytes are acknowledged{(dead.Letters > 0 ? $", {dead.Bytes} of them in the dead letters" : "")} ({where})"));
    }

    private static ShippedAnswer Doubt(string flow, Recognition recognition) => recognition switch
    {
        { Kind: RecognitionKind.Changed, Verdict: FileVerdict.Truncated, Stream: { } stream } =>
            Unknown($"it is shorter than what is acknowledged of it: truncated, and not looked at by the service since (flow {flow}, stream {stream.Stream})"),
        { Kind: RecognitionKind.Changed, Stream: { } stream } =>
            Unknown($"its inode was that of another file, or it was rewritten, and the service has not looked at it since (flow {flow}, stream {stream.Stream})"),
        { Kind: RecognitionKind.Unverifiable, Stream: { } stream } =>
            Unknown($"the checkpoint does not hold enough to be sure that it is still the same file (flow {flow}, stream {stream.Stream})"),
        { Kind: RecognitionKind.Copy, Stream: { } stream } =>
            Unknown($"it looks like a copy of {stream.Path}, which has a file of its own (flow {flow}, stream {stream.Stream}); nothing is known of the copy itself"),
        { Kind: RecognitionKind.Ambiguous } => Unknown($"it could be one of several streams (flow {flow})"),
        _ => Unknown($"flow {flow} names it, but has not recorded it yet"),
    };

    /// <summary>True for a short rest in which no line ends; false also when there is too much of it to look at.</summary>
    private static bool HasNoNewline(ITailedFile file, long start, long length)
    {
        const int most = 64 * 1024;
        if (length > most)
        {
            return false;
        }

        var rest = new byte[length];
        return !rest.AsSpan(0, FileContent.Fill(file, rest, start)).Contains((byte)'\n');
    }

    private static ShippedAnswer Unknown(string text, bool mayChange = true) => new(ShippedState.Unknown, text, mayChange);
}
