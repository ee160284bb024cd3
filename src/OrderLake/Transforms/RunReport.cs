using System.Globalization;

namespace Shipper.OrderLake.Transforms;

/// <summary>What a run did.</summary>
internal sealed record RunReport
{
    /// <summary>The number of the last commit: this run's, or an earlier one's if there was nothing to do.</summary>
    public long Run { get; init; }

    /// <summary>Objects that are there.</summary>
    public int Objects { get; init; }

    /// <summary>Objects that this run took.</summary>
    public int Taken { get; init; }

    /// <summary>Records in them: those kept, and those left out.</summary>
    public long Records { get; init; }

    /// <summary>Records that became rows.</summary>
    public long Kept { get; init; }

    /// <summary>Records that were left out.</summary>
    public long Rejected { get; init; }

    /// <summary>The same by reason.</summary>
    public IReadOnlyDictionary<string, long> Reasons { get; init; } = new Dictionary<string, long>();

    /// <summary>Partitions that got rows.</summary>
    public int Partitions { get; init; }

    /// <summary>What is wrong with single objects.</summary>
    public IReadOnlyList<ObjectProblem> Problems { get; init; } = [];

    /// <summary>Members that no column is made of, and in how many records they are.</summary>
    public IReadOnlyDictionary<string, long> AdditionalMembers { get; init; } = new Dictionary<string, long>();

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>One line for people.</summary>
    public string Summary()
    {
        var culture = CultureInfo.InvariantCulture;
        if (Taken == 0)
        {
            return string.Create(culture, $"nothing new in {Objects} objects ({Seconds:F1} s)");
        }

        var reasons = Reasons.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => string.Create(culture, $"{reason.Key} {reason.Value}")).ToList();
        var why = reasons.Count == 0 ? "" : $" ({string.Join(", ", reasons)})";
        return string.Create(
            culture,
            $"{Kept} rows from {Records} records in {Taken} objects, {Rejected} rejected{why}, {Partitions} partitions ({Seconds:F1} s)");
    }
}

/// <summary>What is wrong with an object.</summary>
/// <param name="Object">Its name.</param>
/// <param name="Line">Where, from 1; 0 for the object as a whole.</param>
/// <param name="Reason">A word with underscores.</param>
/// <param name="Detail">What happened, and what to do.</param>
internal sealed record ObjectProblem(string Object, long Line, string Reason, string Detail);
