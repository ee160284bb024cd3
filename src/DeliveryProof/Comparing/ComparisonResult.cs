using System.Globalization;
using static System.FormattableString;

namespace Shipper.DeliveryProof.Comparing;

/// <summary>The result of a comparison. Equal lines are counted as often as they occur.</summary>
internal sealed record ComparisonResult
{
    /// <summary>Lines to be delivered.</summary>
    public long Input { get; init; }

    /// <summary>Lines that were delivered.</summary>
    public long Delivered { get; init; }

    /// <summary>Lines delivered more often than they are in the input: the excess.</summary>
    public long Duplicate { get; init; }

    /// <summary>Lines delivered less often than they are in the input: the missing ones.</summary>
    public long Loss { get; init; }

    /// <summary>Of <see cref="Loss"/>, lines that were delivered, but less often than they are in the input.</summary>
    public long LossOfDelivered { get; init; }

    /// <summary>Lines delivered that are not in the input at all.</summary>
    public long Unexpected { get; init; }

    /// <summary>Lines of the input that were delivered, without duplicates.</summary>
    public long Unique => Input - Loss;

    /// <summary>Where the first missing lines are in the input.</summary>
    public IReadOnlyList<LinePlace> Missing { get; init; } = [];

    /// <summary>Where the first repeats are in what was delivered.</summary>
    public IReadOnlyList<LinePlace> Repeated { get; init; } = [];

    /// <summary>Where the first lines are that are not in the input.</summary>
    public IReadOnlyList<LinePlace> OnlyDelivered { get; init; } = [];

    /// <summary>The objects that hold repeats, those with the most first.</summary>
    public IReadOnlyList<ObjectCount> RepeatsByObject { get; init; } = [];

    /// <summary>The objects that hold lines which are not in the input, those with the most first.</summary>
    public IReadOnlyList<ObjectCount> UnexpectedByObject { get; init; } = [];

    /// <summary>What could not be read, or not whole: the figures say nothing certain then.</summary>
    public IReadOnlyList<ComparisonProblem> Problems { get; init; } = [];

    /// <summary>The verdict in one line.</summary>
    public string Line
    {
        get
        {
            // Rounded up, so that a loss is never shown as 0.00.
            var share = Input == 0 ? 0 : Math.Ceiling(10_000.0 * Loss / Input) / 100;
            return Invariant($"input {Input}, unique {Unique}, duplicate {Duplicate}, loss {Loss} ({share:F2} %)");
        }
    }
}

/// <summary>Where a line is.</summary>
/// <param name="Name">The file or object.</param>
/// <param name="Offset">Where in its content the line begins, in bytes.</param>
/// <param name="Lines">How many equal lines there are in this file or object that are meant.</param>
internal sealed record LinePlace(string Name, long Offset, long Lines)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name} at byte {Offset}{(Lines > 1 ? $" ({Lines} equal lines)" : "")}");
}

/// <summary>Lines in an object.</summary>
/// <param name="Name">The object.</param>
/// <param name="Lines">How many.</param>
internal sealed record ObjectCount(string Name, long Lines);

/// <summary>What is wrong with a file or object.</summary>
/// <param name="Name">Which.</param>
/// <param name="Text">What.</param>
internal sealed record ComparisonProblem(string Name, string Text);
