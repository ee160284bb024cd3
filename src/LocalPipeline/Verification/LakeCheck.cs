using System.Globalization;
using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Configuration;
using Shipper.LocalPipeline.Monitoring;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Transforms;

namespace Shipper.LocalPipeline.Verification;

/// <summary>Takes the objects that the lake does not have yet, and compares its records with the lines.</summary>
internal sealed class LakeCheck(RunDirectory directory, LakeTable table, TimeProvider time)
{
    /// <summary>Takes the rest and compares. What goes wrong is in the result.</summary>
    /// <param name="lines">The comparison of the lines written and delivered.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public async Task<LakeVerdict> RunAsync(ComparisonResult lines, CancellationToken cancellation)
    {
        var empty = new LakeCounts(0, 0, new Dictionary<string, long>(), 0, table == LakeTable.Orders ? null : 0);
        if (DeliveredLines.ObjectsBelow(directory.S3).Count == 0)
        {
            return new LakeVerdict(empty, lines, []);
        }

        try
        {
            var (lake, raw) = (new Lake(directory.Lake, new TransformOptions(), time), new DirectoryStore(directory.S3));
            var last = await (table switch
            {
                LakeTable.Events => lake.TransformEventsAsync(raw, initial: false, cancellation),
                LakeTable.Changes => lake.TransformChangesAsync(raw, table: null, cancellation),
                _ => lake.TransformHistoryAsync(raw, cancellation),
            });
            var problems = last.Problems.Select(problem => $"{problem.Object}: {problem.Reason}: {problem.Detail}").ToList();
            var counts = table switch
            {
                LakeTable.Events => lake.EventCounts(),
                LakeTable.Changes => lake.ChangeCounts(),
                _ => lake.Counts(),
            };
            return new LakeVerdict(counts, lines, problems);
        }
        catch (Exception exception) when (exception is LakeException or ObjectStoreException)
        {
            return new LakeVerdict(empty, lines, [exception.Message]);
        }
    }
}

/// <summary>The lake compared with the lines.</summary>
/// <param name="Counts">What is in the lake.</param>
/// <param name="Lines">The comparison of the lines written and delivered.</param>
/// <param name="Problems">What went wrong, each with what to do.</param>
internal sealed record LakeVerdict(LakeCounts Counts, ComparisonResult Lines, IReadOnlyList<string> Problems)
{
    /// <summary>Whether every line that was written, as often as it was delivered, is a row or a reject.</summary>
    public bool Passed => Problems.Count == 0 && Difference is null;

    /// <summary>The result in one line.</summary>
    public string Line
    {
        get
        {
            var culture = CultureInfo.InvariantCulture;
            var reasons = string.Join(", ", Counts.Rejected
                .OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
                .Select(reason => string.Create(culture, $"{reason.Key} {reason.Value}")));
            var groups = Counts.Orders is { } orders
                ? string.Create(culture, $"{orders} orders")
                : string.Create(culture, $"{Counts.Partitions} partitions");
            return string.Create(culture, $"lake: {Counts.Rows} rows from {Counts.Records} lines, {Counts.RejectedInAll} rejected")
                + $"{(reasons.Length == 0 ? "" : $" ({reasons})")}, {groups}";
        }
    }

    /// <summary>How the lake differs from the lines; null if it does not.</summary>
    public string? Difference
    {
        get
        {
            var culture = CultureInfo.InvariantCulture;
            if (Counts.Rows + Counts.RejectedInAll != Counts.Records)
            {
                return string.Create(
                    culture,
                    $"the lake counts {Counts.Records} lines, and has {Counts.Rows} rows and {Counts.RejectedInAll} rejects; "
                    + $"see order-lake check");
            }

            // What was written, without what was lost, and with what came more than once or was never written.
            var expected = Lines.Unique + Lines.Duplicate + Lines.Unexpected;
            return Counts.Records == expected ? null : string.Create(
                culture,
                $"the lake has {Counts.Records} lines, and {expected} of the {Lines.Input} lines written were delivered, "
                + $"repeats among them; the objects are kept: compare them with the lake's table objects");
        }
    }
}
