namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What a file is, as <see cref="StreamMatcher"/> decides it.</summary>
internal enum MatchKind
{
    /// <summary>No stream is known to have its inode: what it holds decides.</summary>
    UnknownInode,

    /// <summary>The stream that has its inode is open, or finished and unchanged: there is nothing to do.</summary>
    Unchanged,

    /// <summary>The stream continues in it.</summary>
    Continues,

    /// <summary>
    /// Nothing of the stream that has its inode was read, so nothing proves that it is the same file: what it holds decides.
    /// </summary>
    Unprovable,

    /// <summary>The stream that has its inode is not in it any longer: it ends before what was read. What it holds decides.</summary>
    Truncated,

    /// <summary>The stream that has its inode is not in it any longer: its content is other. What it holds decides.</summary>
    Replaced,

    /// <summary>The file got a stream during this scan, under another name.</summary>
    Taken,

    /// <summary>It is too early to tell; the next scan asks again.</summary>
    Undecided,

    /// <summary>It holds what a stream holds whose own file is there but not open: perhaps a copy. The next scan asks again.</summary>
    HeldByUnopened,

    /// <summary>
    /// It begins like a stream that is being read and may still be written: perhaps an unfinished copy. The next scan asks again.
    /// </summary>
    UnfinishedCopy,

    /// <summary>A copy of the stream, made before the stream was read on: nothing in it is unread.</summary>
    FinishedCopy,

    /// <summary>It replaced the file of a stream by rename, and holds what that held: a new stream begins behind that.</summary>
    Replacement,

    /// <summary>A copy beside its original, of which all was read: nothing in it is unread.</summary>
    ShippedCopy,

    /// <summary>A new stream.</summary>
    New,
}

/// <summary>A decision.</summary>
/// <param name="Kind">What the file is.</param>
/// <param name="Streams">The stream meant; all that could be meant for <see cref="MatchKind.HeldByUnopened"/>, and for
/// <see cref="MatchKind.New"/> those that it holds equally well, or the one of which it holds too little to tell.</param>
internal readonly record struct Match<T>(MatchKind Kind, params IReadOnlyList<T> Streams)
    where T : class
{
    /// <summary>The one stream meant; null when there is none.</summary>
    public T? Stream => Streams is [var only] ? only : null;
}

/// <summary>
/// What can be asked of one file. An answer may read from the disk when it is first asked for; it is remembered then. Whoever is
/// asked for a decision only handles the exception.
/// </summary>
/// <typeparam name="T">A stream that is tailed, or its checkpoint.</typeparam>
internal interface IFileEvidence<T>
    where T : class
{
    /// <summary>The stream that has the file's inode; null when none has.</summary>
    T? Holder { get; }

    /// <summary>True when that stream is open, or was read to the end and its file did not change since.</summary>
    bool IsHolderCurrent { get; }

    /// <summary>True when nothing but the inode ties that stream to the file, and another stream may be in it.</summary>
    bool IsHolderUnprovable { get; }

    /// <summary>What the file is to that stream.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    FileVerdict HolderVerdict { get; }

    /// <summary>True when a stream has the inode since this scan began.</summary>
    bool IsTaken { get; }

    /// <summary>The streams without a file of their own whose content it holds: those read furthest, several when they are alike.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    IReadOnlyList<T> Homeless { get; }

    /// <summary>
    /// A stream without a file whose content it holds, while that proves too little; null when there is none. Known once
    /// <see cref="Homeless"/> was asked for.
    /// </summary>
    T? Doubtful { get; }

    /// <summary>True while a longer copy of <see cref="Homeless"/>, of which there is one, may be elsewhere.</summary>
    bool MayBeOutdone { get; }

    /// <summary>The stream whose file it replaced by rename while both could be seen, when it holds what that held; else null.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    T? Replaced { get; }

    /// <summary>
    /// The stream whose file is there, too, and holds all of this one, all of it read; null when there is none. Asked after
    /// <see cref="Original"/>.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    T? ShippedOriginal { get; }

    /// <summary>
    /// True when it grew since it was found and may be an unfinished copy: a stream that begins alike, and lost its file, was read further
    /// than it went then.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    bool IsBeingCopied { get; }

    /// <summary>False while the open file of a stream that it may be a copy of cannot be read.</summary>
    bool AreOriginalsReadable { get; }

    /// <summary>Streams whose own files are there but not open, and whose content it holds.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    IReadOnlyList<T> Unopened { get; }

    /// <summary>The stream that it is a copy of, made before the stream was read on; null when there is none.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    T? ReadPast { get; }

    /// <summary>The stream that it may be an unfinished copy of; null when none, or when that was waited for.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    T? Original { get; }
}

/// <summary>
/// Which stream is this file? One table, read from the top; the first row that fits decides. It reads nothing and changes nothing:
/// it asks the evidence, in this order and not further than it has to.
/// </summary>
/// <remarks>
/// The principle behind the rows: a line may be shipped twice when nothing can be known, but never be lost; and what is not known yet
/// but may be soon is waited for.
/// </remarks>
internal static class StreamMatcher
{
    /// <summary>All of the table.</summary>
    /// <exception cref="IOException">The evidence could not be read.</exception>
    public static Match<T> Decide<T>(IFileEvidence<T> file)
        where T : class
    {
        var byInode = DecideByInode(file);
        return byInode.Kind is MatchKind.Unchanged or MatchKind.Continues ? byInode : DecideByContent(file);
    }

    /// <summary>The first half: what the stream that has the file's inode says.</summary>
    /// <exception cref="IOException">The evidence could not be read.</exception>
    public static Match<T> DecideByInode<T>(IFileEvidence<T> file)
        where T : class
    {
        if (file.Holder is not { } holder)
        {
            return new(MatchKind.UnknownInode);
        }

        // An open handle keeps the inode from being used again. A closed file that looks as it did was read already.
        if (file.IsHolderCurrent)
        {
            return new(MatchKind.Unchanged, holder);
        }

        // An inode alone proves nothing: it may have been used again, for the copy of another stream.
        if (file.IsHolderUnprovable)
        {
            return new(MatchKind.Unprovable, holder);
        }

        return file.HolderVerdict switch
        {
            FileVerdict.Same => new(MatchKind.Continues, holder),
            FileVerdict.Truncated => new(MatchKind.Truncated, holder),
            _ => new(MatchKind.Replaced, holder),
        };
    }

    /// <summary>The second half: what the file holds. Asked once every stream that is known by its inode has its file.</summary>
    /// <exception cref="IOException">The evidence could not be read.</exception>
    public static Match<T> DecideByContent<T>(IFileEvidence<T> file)
        where T : class
    {
        // Another name of a file just decided, or one that was just found to be a missing one.
        if (file.IsTaken)
        {
            return new(MatchKind.Taken);
        }

        var homeless = file.Homeless;
        if (homeless is [var one])
        {
            // Taken up in a short copy the stream would lose what only a longer one holds.
            return file.MayBeOutdone ? new(MatchKind.Undecided, one) : new(MatchKind.Continues, one);
        }

        // A whole file was written anew and moved into the place of the old one, which is still open.
        if (file.Replaced is { } replaced)
        {
            return new(MatchKind.Replacement, replaced);
        }

        // It may be the copy of a file that was truncated since it was last read: known only once that can be read.
        if (!file.AreOriginalsReadable)
        {
            return new(MatchKind.Undecided);
        }

        // The same for files that are closed; they are opened to find out.
        if (file.Unopened is { Count: > 0 } unopened)
        {
            return new(MatchKind.HeldByUnopened, unopened);
        }

        // The original was read past the end of this copy before it was truncated: nothing in it is new.
        if (file.ReadPast is { } origin)
        {
            return new(MatchKind.FinishedCopy, origin);
        }

        // copytruncate copies first and truncates then. A copy that is not followed by a truncation is a file of its own.
        if (file.Original is { } original)
        {
            return new(MatchKind.UnfinishedCopy, original);
        }

        // It was waited for, and is no step of a rotation: a backup, byte for byte what was shipped.
        if (file.ShippedOriginal is { } shipped)
        {
            return new(MatchKind.ShippedCopy, shipped);
        }

        // Its original was truncated as this scan went on, and it is longer by now than the scan knows.
        if (file.IsBeingCopied)
        {
            return new(MatchKind.Undecided);
        }

        // With several streams that it holds equally well, or one by a few words only, it is read from its start: a repeat, never a loss.
        return new(MatchKind.New, homeless is [] && file.Doubtful is { } doubtful ? [doubtful] : homeless);
    }
}
