using System.Text;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>The names in the answer to a batch; the two services differ in nothing else.</summary>
internal sealed class AnswerShape
{
    private AnswerShape(string failed, string entries, string accepted, string? also, string encryption, bool countRequired)
    {
        (FailedCount, Entries, Accepted, CountRequired) = (failed, entries, accepted, countRequired);
        FailedCountName = Quoted(failed);
        EntriesName = Quoted(entries);
        EncryptionName = Quoted(encryption);
        EntryStart = Encoding.UTF8.GetBytes($"{{\"{accepted}\":\"");
        EntryMiddle = also is null ? [] : Encoding.UTF8.GetBytes($",\"{also}\":\"");
        AcceptedName = Quoted(accepted);
        AlsoName = also is null ? [] : Quoted(also);
    }

    /// <summary>PutRecordBatch: FailedPutCount, RequestResponses with RecordId.</summary>
    public static AnswerShape PutRecordBatch { get; } =
        new("FailedPutCount", "RequestResponses", "RecordId", null, "Encrypted", countRequired: true);

    /// <summary>
    /// PutRecords: FailedRecordCount, Records with SequenceNumber and ShardId. The service's model does not require the count.
    /// </summary>
    public static AnswerShape PutRecords { get; } =
        new("FailedRecordCount", "Records", "SequenceNumber", "ShardId", "EncryptionType", countRequired: false);

    /// <summary>How many records were refused.</summary>
    public string FailedCount { get; }

    /// <summary>The array with one entry for each record.</summary>
    public string Entries { get; }

    /// <summary>The member of an entry that means acceptance.</summary>
    public string Accepted { get; }

    /// <summary>Whether an answer without the count is none.</summary>
    public bool CountRequired { get; }

    /// <summary>The count's name as JSON; so the other names.</summary>
    public byte[] FailedCountName { get; }

    /// <summary>See <see cref="Entries"/>.</summary>
    public byte[] EntriesName { get; }

    /// <summary>What says whether data is encrypted: a boolean or a string.</summary>
    public byte[] EncryptionName { get; }

    /// <summary>See <see cref="Accepted"/>.</summary>
    public byte[] AcceptedName { get; }

    /// <summary>A second string in the entry of an accepted record; empty where there is none.</summary>
    public byte[] AlsoName { get; }

    /// <summary>How the services write the entry of an accepted record, up to its first string.</summary>
    public byte[] EntryStart { get; }

    /// <summary>What follows it up to the second; empty where there is none.</summary>
    public byte[] EntryMiddle { get; }

    private static byte[] Quoted(string name) => Encoding.UTF8.GetBytes($"\"{name}\"");
}
