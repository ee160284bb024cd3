using System.Globalization;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Flows.Observation;

/// <summary>
/// Counters of one flow since the process started, and its gauges. Written by the flow's loop, read by any thread;
/// every value is monotonic unless its comment says "now".
/// </summary>
internal sealed class FlowCounters(string flow) : ITailingEvents, IProcessingEvents
{
    private long _bytesRead;
    private long _linesRead;
    private long _bytesAcknowledged;
    private long _recordsAcknowledged;
    private long _linesAcknowledged;
    private long _bytesDeadLettered;
    private long _recordsDeadLettered;
    private long _bytesFiltered;
    private long _recordsFiltered;
    private long _bytesPadding;
    private long _bytesLost;
    private long _recordsUnstarted;
    private long _charactersReplaced;
    private long _linesOversize;
    private long _deadLettersRemoved;
    private long _linesUnfinished;
    private long _unfinishedBytes;
    private long _bytesTruncated;
    private long _bytesRecorded;
    private long _deletedBytesHeld;
    private long _bytesBilled;
    private long _filesBinary;
    private long _pathsLeftOut;
    private long _truncations;
    private long _identityAmbiguous;
    private long _filesVanished;
    private long _lagBytes;
    private long _lagMilliseconds;
    private long _files;
    private long _callsInFlight;
    private long _filesUnidentified;
    private long _filesUnopened;
    private long _filesUnreadable;
    private string? _unreadable;
    private string? _notKeepingUp;
    private long _lettersWaiting;
    private readonly Lock _publishing = new();
    private FlowBalance _balance;

    /// <summary>The flow's name.</summary>
    public string Flow => flow;

    /// <summary>Where it ships to; null where that is not known.</summary>
    public Destination? Destination { get; init; }

    /// <summary>Its calls.</summary>
    public DeliveryCounters Delivery { get; } = new();

    /// <summary>Bytes of files read into records or dead letters, or filtered.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Lines read.</summary>
    public long LinesRead => Volatile.Read(ref _linesRead);

    /// <summary>Bytes of files accepted by the service.</summary>
    public long BytesAcknowledged => Volatile.Read(ref _bytesAcknowledged);

    /// <summary>Records accepted by the service.</summary>
    public long RecordsAcknowledged => Volatile.Read(ref _recordsAcknowledged);

    /// <summary>Lines accepted by the service.</summary>
    public long LinesAcknowledged => Volatile.Read(ref _linesAcknowledged);

    /// <summary>Bytes written to dead letters.</summary>
    public long BytesDeadLettered => Volatile.Read(ref _bytesDeadLettered);

    /// <summary>Dead letters written.</summary>
    public long RecordsDeadLettered => Volatile.Read(ref _recordsDeadLettered);

    /// <summary>
    /// Bytes that are not to be shipped: byte order marks, header lines, what was shipped before, and what processing left out.
    /// </summary>
    public long BytesFiltered => Volatile.Read(ref _bytesFiltered);

    /// <summary>Records that processing left out, as a rule says; their bytes are among <see cref="BytesFiltered"/>.</summary>
    public long RecordsFiltered => Volatile.Read(ref _recordsFiltered);

    /// <summary>What each step of its processing did; empty where it has none.</summary>
    public IReadOnlyList<ProcessingCount> Steps { get; set; } = [];

    /// <summary>Records that a step could not convert, whatever became of them.</summary>
    public long RecordsUnmatched => Steps.Sum(step => step.Unmatched);

    /// <summary>NULs that are part of no line: holes, and space that was allocated in advance.</summary>
    public long BytesPadding => Volatile.Read(ref _bytesPadding);

    /// <summary>Bytes that were taken away before they could be read. It falls when they are found after all.</summary>
    public long BytesLost => Volatile.Read(ref _bytesLost);

    /// <summary>Bytes on the disk of files that were deleted and are not read to their end, now.</summary>
    public long DeletedBytesHeld => Volatile.Read(ref _deletedBytesHeld);

    /// <summary>Multi-line records that begin without a start line: behind a limit, or before a file's first start line.</summary>
    public long RecordsUnstarted => Volatile.Read(ref _recordsUnstarted);

    /// <summary>Halves of UTF-16 pairs or code units that were sent as U+FFFD.</summary>
    public long CharactersReplaced => Volatile.Read(ref _charactersReplaced);

    /// <summary>
    /// Dead letters that were never resent and were removed to make room for this flow's; always 0 unless <c>WhenFull</c> is
    /// <c>RemoveOldest</c>.
    /// </summary>
    public long DeadLettersRemoved => Volatile.Read(ref _deadLettersRemoved);

    /// <summary>Lines longer than a record may be: dead-lettered, split or truncated.</summary>
    public long LinesOversize => Volatile.Read(ref _linesOversize);

    /// <summary>Last lines without their end that were taken for complete after a quiet time; each has a newline added.</summary>
    public long LinesUnfinished => Volatile.Read(ref _linesUnfinished);

    /// <summary>Bytes at the ends of files that wait for the end of their line, now.</summary>
    public long UnfinishedBytes => Volatile.Read(ref _unfinishedBytes);

    /// <summary>
    /// Bytes of files left out of truncated lines. They count as read, and as acknowledged with what was sent of the line.
    /// </summary>
    public long BytesTruncated => Volatile.Read(ref _bytesTruncated);

    /// <summary>Raw bytes of the records accepted, as they were sent: what the service bills before it rounds up.</summary>
    public long BytesRecorded => Volatile.Read(ref _bytesRecorded);

    /// <summary>Bytes billed for each byte sent, since the start; 1 is the least there can be. Null before the first record.</summary>
    public double? BilledRatio => BytesRecorded is > 0 and var raw ? (double)BytesBilled / raw : null;

    /// <summary>Bytes billed: each accepted record rounded up to 5,120, of a Kinesis stream to 25,600.</summary>
    public long BytesBilled => Volatile.Read(ref _bytesBilled);

    /// <summary>Files left out because their content is not text.</summary>
    public long FilesBinary => Volatile.Read(ref _filesBinary);

    /// <summary>Paths that patterns name and that are not tailed, now.</summary>
    public long PathsLeftOut => Volatile.Read(ref _pathsLeftOut);

    /// <summary>Files found truncated or replaced in place.</summary>
    public long Truncations => Volatile.Read(ref _truncations);

    /// <summary>Files that were not found again and not seen to be deleted: what was written to them since is not shipped.</summary>
    public long FilesVanished => Volatile.Read(ref _filesVanished);

    /// <summary>Files that could be several known streams; each was read from its start.</summary>
    public long IdentityAmbiguous => Volatile.Read(ref _identityAmbiguous);

    /// <summary>Where all bytes read were at the loop's last snapshot, at most a quarter of a second ago.</summary>
    public FlowBalance Balance
    {
        get
        {
            lock (_publishing)
            {
                return _balance;
            }
        }
    }

    /// <summary>Bytes in batches, so neither accepted nor dead-lettered; see <see cref="Balance"/>.</summary>
    public long BytesInFlight => Balance.InFlight;

    /// <summary>Bytes in the files that are not settled, now.</summary>
    public long LagBytes => Volatile.Read(ref _lagBytes);

    /// <summary>Age of the oldest byte that is not settled, in milliseconds, now.</summary>
    public long LagMilliseconds => Volatile.Read(ref _lagMilliseconds);

    /// <summary>Files held open, now.</summary>
    public long Files => Volatile.Read(ref _files);

    /// <summary>Names that a watch reported and that were gone before their files could be opened.</summary>
    public long FilesUnopened => Volatile.Read(ref _filesUnopened);

    /// <summary>Files found that have no stream yet, now.</summary>
    public long FilesUnidentified => Volatile.Read(ref _filesUnidentified);

    /// <summary>Files and directories that cannot be read, now.</summary>
    public long FilesUnreadable => Volatile.Read(ref _filesUnreadable);

    /// <summary>Dead letters that were not resent, now.</summary>
    public long LettersWaiting => Volatile.Read(ref _lettersWaiting);

    /// <summary>
    /// What a person would not call healthy although calls succeed, and what to do; null when there is nothing. The gauges have the
    /// figures.
    /// </summary>
    public string? Trouble => Volatile.Read(ref _unreadable) ?? Volatile.Read(ref _notKeepingUp) ?? (LettersWaiting switch
    {
        0 => null,
        1 => "1 dead letter waits. Fix its reason (tailshipper deadletters list), then: tailshipper deadletters resend",
        var count => string.Create(
            CultureInfo.InvariantCulture,
            $"{count} dead letters wait. Fix their reasons (tailshipper deadletters list), then: tailshipper deadletters resend"),
    });

    /// <summary>Calls in flight, now.</summary>
    public long CallsInFlight => Volatile.Read(ref _callsInFlight);

    /// <summary>Counts what was packed.</summary>
    public void Read(long bytes, long lines)
    {
        _bytesRead += bytes;
        _linesRead += lines;
    }

    /// <summary>Counts one accepted record.</summary>
    /// <param name="bytes">Of the file.</param>
    /// <param name="raw">Of the record, as it was sent.</param>
    /// <param name="billed">What is billed for it.</param>
    /// <param name="lines">Lines in it.</param>
    public void Acknowledged(long bytes, long raw, long billed, int lines)
    {
        _bytesRecorded += raw;
        _recordsAcknowledged++;
        _linesAcknowledged += lines;
        _bytesAcknowledged += bytes;
        _bytesBilled += billed;
    }

    /// <summary>Counts one dead letter.</summary>
    public void DeadLettered(long bytes)
    {
        _recordsDeadLettered++;
        _bytesDeadLettered += bytes;
    }

    /// <summary>Counts what was read and is not to be shipped.</summary>
    public void Filtered(long bytes) => _bytesFiltered += bytes;

    /// <inheritdoc/>
    public void LeftOut(long bytes, bool isSettled)
    {
        _recordsFiltered++;
        _bytesFiltered += isSettled ? bytes : 0;
    }

    /// <summary>Counts NULs that are part of no line.</summary>
    public void Padding(long bytes) => _bytesPadding += bytes;

    /// <summary>Counts dead letters removed before they were resent.</summary>
    public void RemovedDeadLetters(long count) => _deadLettersRemoved += count;

    /// <summary>Counts one line longer than a record may be.</summary>
    public void Oversize() => _linesOversize++;

    /// <summary>Counts one last line that was taken for complete.</summary>
    public void Unfinished() => _linesUnfinished++;

    /// <summary>Sets what waits for the end of its line.</summary>
    public void WaitForEnd(long bytes) => Volatile.Write(ref _unfinishedBytes, bytes);

    /// <summary>Counts bytes left out of a truncated line.</summary>
    public void Cut(long bytes) => _bytesTruncated += bytes;

    /// <summary>Counts what was odd in the records that were packed.</summary>
    public void Odd(int unstarted, int replaced)
    {
        _recordsUnstarted += unstarted;
        _charactersReplaced += replaced;
    }

    /// <summary>Sets what deleted files take on the disk.</summary>
    public void Hold(long bytes) => Volatile.Write(ref _deletedBytesHeld, bytes);

    /// <summary>Counts one name that was gone before its file could be opened.</summary>
    public void Unopened() => _filesUnopened++;

    /// <summary>Sets how many files were found and are not identified yet.</summary>
    public void Unidentified(int files) => Volatile.Write(ref _filesUnidentified, files);

    /// <inheritdoc/>
    public void Unreadable(int paths, string? first)
    {
        Volatile.Write(ref _filesUnreadable, paths);
        Volatile.Write(ref _unreadable, first is null ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{(paths == 1 ? "1 path" : $"{paths} paths")} cannot be read: {first}. Its lines are not shipped. Give the service's account "
            + $"read permission; it is tried again at every scan. Why: tailshipper explain PATH"));
    }

    /// <summary>Sets why the flow does not keep up, and what to do; null when it does.</summary>
    public void KeepUp(string? trouble) => Volatile.Write(ref _notKeepingUp, trouble);

    /// <summary>Sets how many dead letters were not resent. Safe from any thread.</summary>
    public void WaitForResend(long letters) => Volatile.Write(ref _lettersWaiting, letters);

    /// <summary>Counts what can no longer be read; less than 0 takes back what is found after all.</summary>
    public void Lost(long bytes) => _bytesLost += bytes;

    /// <summary>Counts one file whose content is not text.</summary>
    public void Binary() => _filesBinary++;

    /// <inheritdoc/>
    public void LeaveOut(int paths) => Volatile.Write(ref _pathsLeftOut, paths);

    /// <summary>Counts one truncated or replaced file.</summary>
    public void Truncated() => _truncations++;

    /// <summary>Counts one file whose identity could not be decided.</summary>
    public void Ambiguous() => _identityAmbiguous++;

    /// <inheritdoc/>
    public void Vanished() => _filesVanished++;

    /// <summary>All values at this moment. Only the flow's loop, which changes them, may call it.</summary>
    /// <param name="inFlight">Bytes in batches, counted there.</param>
    public FlowBalance Snapshot(long inFlight) => new(_bytesRead, _bytesAcknowledged, _bytesDeadLettered, _bytesFiltered, inFlight, 0)
    {
        Padding = _bytesPadding,
    };

    /// <summary>Publishes a snapshot.</summary>
    public void Publish(in FlowBalance balance)
    {
        lock (_publishing)
        {
            _balance = balance;
        }
    }

    /// <summary>Sets the gauges: the values that are "now".</summary>
    public void SetGauges(long lagBytes, TimeSpan lag, int files, int callsInFlight)
    {
        Volatile.Write(ref _lagBytes, lagBytes);
        Volatile.Write(ref _lagMilliseconds, (long)lag.TotalMilliseconds);
        Volatile.Write(ref _files, files);
        Volatile.Write(ref _callsInFlight, callsInFlight);
    }
}

/// <summary>Where the bytes of one flow are, all at one moment.</summary>
/// <param name="Read">Read into records or dead letters, or left out on purpose, since the start of the process.</param>
/// <param name="Acknowledged">Accepted by the service.</param>
/// <param name="DeadLettered">Written to dead letters.</param>
/// <param name="Filtered">Left out on purpose.</param>
/// <param name="InFlight">In batches, as counted there.</param>
/// <param name="Residue">What is missing or too much in these sums or those of single streams, never negative; anything but 0 is a bug
/// in the shipper.</param>
internal readonly record struct FlowBalance(long Read, long Acknowledged, long DeadLettered, long Filtered, long InFlight, long Residue)
{
    /// <summary>NULs that are part of no line.</summary>
    public long Padding { get; init; }

    /// <summary>Bytes read that are nowhere; negative when there are more than were read.</summary>
    public long Missing => Read - Acknowledged - DeadLettered - Filtered - Padding - InFlight;
}
