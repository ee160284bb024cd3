using Shipper.RecordProcessing.Json;
using Shipper.RecordProcessing.Steps;

namespace Shipper.RecordProcessing;

/// <summary>
/// The processing of one flow: an ordered chain of steps. A record is what framing gave, with its newline; the result is what batching
/// gets. Not thread-safe: the flow's loop owns it. It reuses its buffers and remembers nothing between two records.
/// </summary>
internal sealed class RecordChain
{
    private readonly RecordStep[] _steps;
    private readonly bool _endsAsTheAgent;
    private RecordBuffer _current = new();
    private RecordBuffer _next = new();

    private RecordChain(RecordStep[] steps, bool endsAsTheAgent)
    {
        _steps = steps;
        _endsAsTheAgent = endsAsTheAgent;
        Counts = [.. steps.Select(step => step.Count)];
    }

    /// <summary>What each step did, in their order.</summary>
    public IReadOnlyList<ProcessingCount> Counts { get; }

    /// <summary>
    /// True when the same bytes with the same origin give the same result at any time: no step adds the time or what EC2 says.
    /// </summary>
    public bool IsRepeatable => Array.TrueForAll(_steps, step => step.IsRepeatable);

    /// <summary>True when a step reads the names of its fields from a file's first line.</summary>
    public bool NeedsHeader => Array.Exists(_steps, step => step.NeedsHeader);

    /// <summary>Makes the chain.</summary>
    /// <param name="steps">Its steps; <see cref="ProcessingOptions.Validate"/> found no error.</param>
    /// <param name="surroundings">What the steps know of machine and time.</param>
    public static RecordChain Create(IReadOnlyList<ProcessingOptions> steps, ChainSurroundings surroundings)
    {
        var made = new RecordStep[steps.Count];
        var members = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < made.Length; index++)
        {
            made[index] = StepCreation.Of(steps[index], index, surroundings, members);
            members.UnionWith(made[index].MemberNames);
        }

        return new RecordChain(made, steps.Count == 0 || steps[^1].Compatibility == ProcessingCompatibility.Agent);
    }

    /// <summary>Processes one record. Allocates nothing in the steps that docs/processing.md lists.</summary>
    /// <param name="record">Its source bytes with the newline; of several lines, all of them.</param>
    /// <param name="origin">Where they are.</param>
    /// <returns>The result; its bytes are valid until the next call.</returns>
    public Processed Process(ReadOnlySpan<byte> record, in RecordOrigin origin)
    {
        var bytes = record;
        var shape = RecordShape.Unknown;
        var isRecord = true; // no step has made other bytes yet
        var isEmptied = false;
        for (var index = 0; index < _steps.Length; index++)
        {
            var step = _steps[index];
            _next.Clear();
            switch (step.Apply(bytes, origin, ref shape, _next))
            {
                case StepResult.Changed:
                    step.Count.Matched++;
                    isEmptied |= isRecord && step.EmptiesRecord;
                    isRecord = false;
                    (_current, _next) = (_next, _current);
                    bytes = _current.Written;
                    break;
                case StepResult.Unchanged:
                    step.Count.Matched++;
                    break;
                case StepResult.Filtered:
                    step.Count.Filtered++;
                    return new Processed(ProcessedOutcome.Filtered, default, index, step.Reason);
                case StepResult.Failed:
                    // The agent sends what it read where one of its converters throws.
                    step.Count.Errors++;
                    return new Processed(ProcessedOutcome.Send, isEmptied ? default : record, index, step.Reason);
                default:
                    step.Count.Unmatched++;
                    switch (step.Unmatched)
                    {
                        case UnmatchedRule.DeadLetter:
                            return new Processed(ProcessedOutcome.DeadLetter, default, index, step.Reason);
                        case UnmatchedRule.Drop:
                            step.Count.Dropped++;
                            return new Processed(ProcessedOutcome.Filtered, default, index, step.Reason);
                    }

                    break;
            }
        }

        return new Processed(ProcessedOutcome.Send, _endsAsTheAgent ? bytes : WithOneNewline(bytes, isRecord), -1, "");
    }

    private ReadOnlySpan<byte> WithOneNewline(ReadOnlySpan<byte> bytes, bool isRecord)
    {
        var text = bytes.TrimEnd((byte)'\n');
        if (text.Length < bytes.Length)
        {
            return bytes[..(text.Length + 1)];
        }

        if (isRecord)
        {
            _current.Clear();
            _current.Write(bytes);
        }

        _current.Write((byte)'\n');
        return _current.Written;
    }
}

/// <summary>What became of a record.</summary>
/// <param name="outcome">What to do with it.</param>
/// <param name="bytes">What to send.</param>
/// <param name="step">The step that decided; -1 where none did.</param>
/// <param name="reason">Why; empty where no step decided.</param>
internal readonly ref struct Processed(ProcessedOutcome outcome, ReadOnlySpan<byte> bytes, int step, string reason)
{
    /// <summary>What to do with it.</summary>
    public ProcessedOutcome Outcome { get; } = outcome;

    /// <summary>What to send, with <see cref="ProcessedOutcome.Send"/>; valid until the chain's next call.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Index of the step that decided; -1 where none did.</summary>
    public int Step { get; } = step;

    /// <summary>Why, as a constant text; empty where no step decided.</summary>
    public string Reason { get; } = reason;
}

/// <summary>What to do with a record.</summary>
internal enum ProcessedOutcome
{
    /// <summary>Send the result.</summary>
    Send,

    /// <summary>Send nothing; the step has counted it. The source bytes are done.</summary>
    Filtered,

    /// <summary>The source bytes are a dead letter.</summary>
    DeadLetter,
}

/// <summary>Where a record was read.</summary>
/// <param name="Path">The file's path at the time.</param>
/// <param name="Stream">The stream's id.</param>
/// <param name="Epoch">Rises whenever bytes below the acknowledged offset may have changed.</param>
/// <param name="Offset">Of the record's first byte in the file.</param>
/// <param name="Length">Of its source lines, in bytes of the file.</param>
internal readonly record struct RecordOrigin(string Path, long Stream, long Epoch, long Offset, int Length)
{
    /// <summary>
    /// The first line of the file as UTF-8, without its end and a byte order mark; empty where it is not known. Only for a chain that
    /// <see cref="RecordChain.NeedsHeader"/>. The same array for all records of a file.
    /// </summary>
    public byte[]? Header { get; init; }
}

/// <summary>What a step did, since the chain was made.</summary>
/// <param name="step">Its index in the chain.</param>
/// <param name="type">What it does.</param>
internal sealed class ProcessingCount(int step, ProcessingType type)
{
    /// <summary>The step's index in the chain.</summary>
    public int Step { get; } = step;

    /// <summary>What it does.</summary>
    public ProcessingType Type { get; } = type;

    /// <summary>Records that it converted, or let pass.</summary>
    public long Matched { get; set; }

    /// <summary>Records that it could not convert, whatever became of them.</summary>
    public long Unmatched { get; set; }

    /// <summary>Records that Include or Exclude left out.</summary>
    public long Filtered { get; set; }

    /// <summary>Of <see cref="Unmatched"/>, those that were dropped.</summary>
    public long Dropped { get; set; }

    /// <summary>Records for which the agent's converter would have thrown; they were sent as they were read.</summary>
    public long Errors { get; set; }

    /// <summary>Records with bytes that are not UTF-8, which were replaced by U+FFFD.</summary>
    public long InvalidText { get; set; }
}
