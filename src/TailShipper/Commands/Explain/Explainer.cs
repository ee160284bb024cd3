using System.Globalization;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>Says why a path is or is not tailed, from the configuration, the file and the journal; the service need not run.</summary>
/// <param name="files">The disk.</param>
/// <param name="flows">The configured flows.</param>
/// <param name="deadLetters">The dead letters.</param>
/// <param name="rotateWait">How long a rotated file must be quiet.</param>
/// <param name="service">Process id of the running service, or null.</param>
/// <param name="account">The account it runs as, or null when that cannot be determined.</param>
/// <param name="degraded">For a flow's name, why it is degraded; null while it is well.</param>
/// <param name="hidden">Why the service does not see a path, as a clause; null when it does, or when that cannot be determined.</param>
/// <param name="ownFiles">The service's own files; null when they are not asked about.</param>
internal sealed class Explainer(
    IFileSystem files, IReadOnlyList<FlowOptions> flows, DeadLetterStore deadLetters, TimeSpan rotateWait, int? service,
    ServiceAccount? account, Func<string, string?> degraded, Func<string, HiddenPath?> hidden,
    OwnFiles? ownFiles = null)
{
    private readonly StreamRecognizer _recognizer = new(files);

    /// <summary>Explains one absolute path.</summary>
    public Explanation Explain(string path, CheckpointView view)
    {
        var claims = FlowClaim.Of(path, flows, view, ownFiles);
        var attempt = files.Open(path);
        using var file = attempt.File;
        var own = attempt.Status == PathStatus.Unavailable
            ? PathAccess.Denied(files, path) ?? $"{path} cannot be opened ({attempt.Reason})"
            : null;
        var denied = attempt.Status == PathStatus.Missing || account is null ? null : PathAccess.Denied(account, path);
        var unseen = attempt.Status == PathStatus.Missing ? null : hidden(path);
        var explained = new List<ExplainedFlow>();
        foreach (var claim in claims)
        {
            explained.Add(Explain(path, claim, file, own, denied, unseen));
        }

        var claimed = explained.Where(flow => flow.Pattern is not null).ToList();
        var known = explained.Where(flow => IsSure(flow)).ToList();
        var excluding = explained.Find(flow => flow.ExcludedBy is not null);
        var (tailed, summary) = Conclude(path, attempt, own, denied, unseen, claimed, known, excluding);
        if (tailed == false && attempt.Status == PathStatus.File && known.Count == 0
            && claims.FirstOrDefault(claim => claim.IsOwn) is { } left)
        {
            summary = $"not tailed: it is the shipper's own file; flow {left.Flow.Name} leaves it out (IncludeOwnFiles is false)";
        }
        else if (tailed == true && known.Count == 0 && OutsideLink(path, claims) is { } leads)
        {
            (tailed, summary) = (false, "not tailed: " + leads);
            explained = [.. explained.Select(flow => flow with
            {
                BlockedBy =
                [
                    .. flow.BlockedBy.Select(
                        block => block.Code == "not-found-yet" ? new ExplainedBlock("link-not-followed", leads) : block),
                ],
            })];
        }
        else if (tailed == true && known.Count == 0 && file is not null && NotText(claims, file) is { } why)
        {
            (tailed, summary) = (false, why);
        }

        return new Explanation
        {
            Path = path,
            Tailed = tailed,
            Summary = summary,
            File = file is null ? null : Describe(attempt.Stat),
            ServicePid = service,
            Flows = explained,
            Notes = Notes(path, attempt, view, unseen),
        };
    }

    private (bool? Tailed, string Summary) Conclude(
        string path, OpenAttempt attempt, string? own, string? denied, HiddenPath? unseen, List<ExplainedFlow> claimed,
        List<ExplainedFlow> known, ExplainedFlow? excluding)
    {
        if (attempt.Status == PathStatus.Missing)
        {
            return (false, "not tailed: " + MissingPart(path));
        }

        if (attempt.Status == PathStatus.NotAFile)
        {
            return (false, files.List(path).Status == PathStatus.Missing
                ? "not tailed: it is not a regular file"
                : "not tailed: it is a directory; a pattern names files, for example " + path.TrimEnd('/') + "/*.log");
        }

        if (ArchiveNames.IsCompressed(path) && known.Count == 0)
        {
            return (false, $"not tailed: compressed files ({ArchiveNames.Endings}) never are");
        }

        if (claimed.Count == 0 && known.Count == 0)
        {
            var why = excluding is null
                ? "not tailed: no flow names it"
                : $"not tailed: flow {excluding.Flow} leaves it out (Exclude {excluding.ExcludedBy})";
            return (false, own is null ? why : $"{why}; and {own}");
        }

        if (unseen is { IsCertain: true })
        {
            return (false, $"not tailed: {unseen.Text}");
        }

        if (denied is not null)
        {
            return (false, $"not tailed: {denied}. Give that account read permission on the file and search permission on its directories");
        }

        if (own is not null)
        {
            return account is { } other && other.Name != Environment.UserName
                ? (null, $"cannot be determined: {own}; ask as a user who may read it")
                : (false, $"not tailed: {own}. Give the service's account read permission on the file and search permission on its "
                    + "directories");
        }

        var names = string.Join(", ", (claimed.Count > 0 ? claimed : known).Select(flow => flow.Flow));
        return (true, claimed.Count > 0
            ? $"tailed by flow {names}"
            : $"tailed by flow {names}, which knows it from before it got this name");
    }

    /// <summary>Where a link leads to that no flow which names it follows; null when one does, or it is none.</summary>
    private string? OutsideLink(string path, IReadOnlyList<FlowClaim> claims)
    {
        var naming = claims.Where(claim => claim.Pattern is not null).ToList();
        return files.Resolve(path) is not { } target
            || naming.Exists(claim => claim.Flow.FollowLinks || IsInTree(claim.Pattern!.Root, target))
            ? null
            : $"it is a link that is not followed: it leads to {target}, outside the directory tree of {naming[0].Pattern!.Text}. Set "
            + "FollowLinks to true, or name that place in Paths";
    }

    private bool IsInTree(string root, string target)
    {
        var tree = files.Resolve(root) ?? root;
        return target == tree || target.StartsWith(tree.EndsWith('/') ? tree : tree + "/", StringComparison.Ordinal);
    }

    /// <summary>Why every flow that names a file leaves it out for what it holds; null when one ships it.</summary>
    private static string? NotText(IReadOnlyList<FlowClaim> claims, ITailedFile file)
    {
        var what = "";
        try
        {
            return claims.Where(claim => claim.Pattern is not null).All(claim => new ContentKind(FramingSettings.Of(claim.Flow))
                .Judge(file, file.Stat().Size, out what) == ContentVerdict.Binary)
                ? $"not tailed: it is not text ({what}). If it is to be shipped, set Encoding, LineEnd or IncludeBinary of the flow"
                : null;
        }
        catch (IOException)
        {
            return null; // what follows says so
        }
    }

    private ExplainedFlow Explain(
        string path, FlowClaim claim, ITailedFile? file, string? own, string? denied, HiddenPath? unseen)
    {
        var explained = new ExplainedFlow
        {
            Flow = claim.Flow.Name,
            DeliveryStream = claim.Flow.KinesisStream.Length > 0 ? null : claim.Flow.DeliveryStream,
            KinesisStream = claim.Flow.KinesisStream.Length > 0 ? claim.Flow.KinesisStream : null,
            Pattern = claim.Pattern?.Text,
            ExcludedBy = claim.Exclusion?.Text,
            Miss = claim.Pattern is not null || claim.Exclusion is not null || ArchiveNames.IsCompressed(path) ? null
                : PatternMiss.Nearest(FlowOverlap.Patterns(claim.Flow), path) is { } miss ? $"{miss.Pattern}: {miss.Text}" : null,
        };
        if (file is null)
        {
            var last = claim.Streams.Where(stream => stream.Path == path && stream.State != StreamState.Superseded)
                .MaxBy(stream => stream.At);
            return last is null ? explained : With(explained, last) with { Recognition = "ByPathOnly" };
        }

        Recognition recognition;
        try
        {
            recognition = _recognizer.Recognize(path, file, claim.Streams);
        }
        catch (IOException exception)
        {
            return explained with { BlockedBy = [new ExplainedBlock("unreadable", exception.Message)] };
        }

        explained = explained with { Recognition = recognition.Kind.ToString() };
        if (recognition.Stream is { } stream)
        {
            var dead = deadLetters.CountOf(claim.Flow.Name, stream.Stream);
            explained = With(explained, stream) with
            {
                DeadLetterBytes = dead.Bytes,
                LagBytes = recognition.IsSure ? Math.Max(0, file.Stat().Size - stream.Committed) : null,
            };
        }

        return recognition.IsSure || claim.Pattern is not null
            ? explained with { BlockedBy = [.. Blocks(explained, recognition, file, own ?? denied, unseen)] }
            : explained;
    }

    private IEnumerable<ExplainedBlock> Blocks(
        ExplainedFlow flow, Recognition recognition, ITailedFile file, string? denied, HiddenPath? unseen)
    {
        if (unseen is { IsCertain: true })
        {
            yield return new ExplainedBlock("not-visible", unseen.Text);
        }

        if (denied is not null)
        {
            yield return new ExplainedBlock("permission", denied);
        }

        var isDone = flow.LagBytes == 0;
        if (service is null && !isDone)
        {
            yield return new ExplainedBlock(
                "service-not-running", "the service is not running on this state directory; start it (systemctl start tailshipper)");
        }

        if (service is not null && !isDone && degraded(flow.Flow) is { } reason)
        {
            yield return new ExplainedBlock("flow-degraded", reason);
        }

        if (recognition.Kind == RecognitionKind.None && unseen is { IsCertain: true })
        {
            yield break;
        }

        if (recognition.Kind == RecognitionKind.None)
        {
            yield return new ExplainedBlock(
                "not-found-yet",
                "the service has not recorded it yet; it finds files at its next scan (Shipper:ScanInterval), and waits before it ships a "
                + "file that may be an unfinished copy of another");
        }
        else if (!recognition.IsSure)
        {
            yield return new ExplainedBlock("identity", $"{recognition.Doubt}; {recognition.Consequence}");
        }
        else if (flow.LagBytes > 0)
        {
            yield return Unread(flow, recognition, file);
        }

        if (flow.DeadLetterBytes > 0)
        {
            yield return new ExplainedBlock(
                "dead-letters",
                $"{HumanNumbers.Of(flow.DeadLetterBytes, "byte")} could not be delivered: in the dead letters, with the reason");
        }
    }

    private ExplainedBlock Unread(ExplainedFlow flow, Recognition recognition, ITailedFile file)
    {
        if (StreamRecognizer.HasNewline(file, flow.CommittedBytes!.Value, flow.LagBytes!.Value))
        {
            var rest = HumanNumbers.Of(flow.LagBytes.Value, "byte");
            return new ExplainedBlock(
                ExplainedBlock.Unread,
                service is null ? $"{rest} not read yet, or not accepted" : $"{rest}, being read or sent");
        }

        return recognition.Stream!.State == StreamState.Active
            ? new ExplainedBlock(
                "no-newline",
                $"the last {HumanNumbers.Of(flow.LagBytes.Value, "byte")} have no newline yet; an unfinished line waits for its writer, "
                + "for the file's rotation, or "
                + (UnfinishedLineWait(flow.Flow) is { Ticks: > 0 } wait
                    ? $"until nobody wrote to the file for {wait.TotalSeconds:0.###} s (UnfinishedLineWait; 10 s when its writer closed it)"
                    : "for ever (UnfinishedLineWait is 0)"))
            : new ExplainedBlock(
                "rotate-wait",
                $"the last {HumanNumbers.Of(flow.LagBytes.Value, "byte")} have no newline; they are shipped once the file was quiet for "
                + $"{rotateWait.TotalSeconds:0.###} s (Shipper:RotateWait)");
    }

    private TimeSpan UnfinishedLineWait(string flow) =>
        flows.FirstOrDefault(known => known.Name == flow)?.UnfinishedLineWait ?? TimeSpan.Zero;

    private static ExplainedFlow With(ExplainedFlow explained, StreamCheckpoint stream) => explained with
    {
        Stream = stream.Stream.Number,
        State = stream.State.ToString(),
        StreamPath = stream.Path,
        CommittedBytes = stream.Committed,
        RecordedAt = stream.At,
    };

    private static bool IsSure(ExplainedFlow flow) =>
        flow.Recognition is nameof(RecognitionKind.ByInode) or nameof(RecognitionKind.ByContent);

    private string MissingPart(string path)
    {
        var missing = path;
        for (var above = Path.GetDirectoryName(path);
            above is not null && files.Stat(above).Status == PathStatus.Missing;
            above = Path.GetDirectoryName(above))
        {
            missing = above;
        }

        return missing == path ? "there is no such file" : $"there is no such file; the directory {missing} does not exist";
    }

    private static List<string> Notes(string path, OpenAttempt attempt, CheckpointView view, HiddenPath? unseen)
    {
        var notes = new List<string>();
        if (unseen is { IsCertain: false })
        {
            notes.Add(unseen.Text);
        }

        if (view.Streams.Count == 0)
        {
            notes.Add("the state directory holds no checkpoint");
        }

        if (view.Damages.Count > 0)
        {
            notes.Add($"checkpoint files are damaged, so more may be committed than is shown: {string.Join("; ", view.Damages)}");
        }

        if (attempt.Status == PathStatus.File && new FileInfo(path).LinkTarget is { } target)
        {
            notes.Add($"it is a symbolic link to {target}; the file it leads to is what counts");
        }

        return notes;
    }

    private static ExplainedFile Describe(FileStat stat) => new(
        OperatingSystem.IsWindows()
            ? stat.Id.Device.ToString(CultureInfo.InvariantCulture)
            : $"{stat.Id.Device >> 32}:{stat.Id.Device & uint.MaxValue}",
        stat.Id.Inode.ToString(CultureInfo.InvariantCulture),
        stat.Generation == 0 ? null : new DateTimeOffset(stat.Generation, TimeSpan.Zero),
        stat.Size,
        new DateTimeOffset(stat.ModifiedTicks, TimeSpan.Zero));
}
