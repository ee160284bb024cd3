using System.Globalization;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
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
internal sealed class ShippedQuestion(
    IFileSystem files, IReadOnlyList<FlowOptions> flows, DeadLetterStore deadLetters, OwnFiles? own = null)
{
    private readonly StreamRecognizer _recognizer = new(files);

    /// <summary>
    /// Answers for one absolute path, against checkpoints that were read before the call: they may be behind the file, never ahead.
    /// </summary>
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
        foreach (var claim in FlowClaim.Of(path, flows, view, own))
        {
            var recognition = _recognizer.Recognize(path, file, claim.Streams);
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
            ArchiveNames.IsCompressed(path)
                ? "compressed files are not tailed, and what was shipped cannot be compared with them; ask before compressing"
                : "no flow names it, and no stream is in "
                + $"it{(view.Streams.Count == 0 ? "; there are no checkpoints at all, is the state directory the right one?" : "")}",
            mayChange: false);
    }

    private ShippedAnswer Measure(ITailedFile file, string flow, StreamCheckpoint stream)
    {
        // Read again: it may have grown, or been truncated, since it was recognized.
        var size = file.Stat().Size;
        var where = string.Create(CultureInfo.InvariantCulture, $"flow {flow}, stream {stream.Stream}");
        if (size < stream.Committed)
        {
            return Unknown($"it was truncated just now ({where})");
        }

        if (size > stream.Committed && !IsPadding(file, stream.Committed, size))
        {
            var rest = size - stream.Committed;
            var what = StreamRecognizer.HasNewline(file, stream.Committed, rest)
                ? ""
                : ": a last line without its newline, which is shipped when the file was quiet for UnfinishedLineWait, or is rotated "
                + "and then quiet for Shipper:RotateWait";
            return new ShippedAnswer(
                ShippedState.NotYet,
                $"{HumanNumbers.Count(stream.Committed)} of {HumanNumbers.Of(size, "byte")} acknowledged, {HumanNumbers.Count(rest)} to go"
                + $"{what} ({where})");
        }

        var dead = deadLetters.CountOf(flow, stream.Stream);
        var letters = dead.Count > 0 ? $", {HumanNumbers.Count(dead.Bytes)} of them in the dead letters" : "";
        return new ShippedAnswer(ShippedState.Shipped, $"all {HumanNumbers.Of(size, "byte")} acknowledged{letters} ({where})");
    }

    /// <summary>True when nothing but NULs follows, of which nothing is shipped.</summary>
    private static bool IsPadding(ITailedFile file, long start, long size) =>
        Padding.EndOfRun(file, start, size, new byte[64 * 1024], most: 1024 * 1024 * 1024) == (size, true);

    private static ShippedAnswer Doubt(string flow, Recognition recognition) =>
        Unknown($"{recognition.Doubt} (flow {flow}{(recognition.Stream is { } stream ? $", stream {stream.Stream}" : "")})");

    private static ShippedAnswer Unknown(string text, bool mayChange = true) => new(ShippedState.Unknown, text, mayChange);
}

/// <summary>Whether one file is shipped.</summary>
/// <param name="State">The answer.</param>
/// <param name="Text">Why, for people.</param>
/// <param name="MayChange">False when waiting cannot bring another answer.</param>
internal readonly record struct ShippedAnswer(ShippedState State, string Text, bool MayChange = true);

/// <summary>Whether a file is shipped; the numbers are the command's exit codes.</summary>
internal enum ShippedState
{
    /// <summary>Every byte that the file had when it was checked is acknowledged.</summary>
    Shipped = 0,

    /// <summary>The file is known, and some of its bytes are not acknowledged yet.</summary>
    NotYet = 1,

    /// <summary>It cannot be determined.</summary>
    Unknown = 2,
}
