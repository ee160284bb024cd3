namespace Shipper.OrderLake.Queries;

/// <summary>What the page answers, of one run.</summary>
internal sealed record Answers
{
    /// <summary>Before there is a lake.</summary>
    public static readonly Answers None = new();

    /// <summary>The number of the run; 0 before the first.</summary>
    public long Run { get; init; }

    /// <summary>When it was committed.</summary>
    public DateTimeOffset? Committed { get; init; }

    /// <summary>Objects that were taken.</summary>
    public long Objects { get; init; }

    /// <summary>Their bytes.</summary>
    public long ObjectBytes { get; init; }

    /// <summary>Their records: those kept and those left out.</summary>
    public long Records { get; init; }

    /// <summary>Objects that are damaged.</summary>
    public long Damaged { get; init; }

    /// <summary>Rows, revenue and revenue in dollars of all orders.</summary>
    public Figure Total { get; init; }

    /// <summary>Records that were left out, by reason, most first.</summary>
    public IReadOnlyList<(string Reason, long Count)> Rejects { get; init; } = [];

    /// <summary>By region, highest revenue first.</summary>
    public IReadOnlyList<(string Name, Figure Figure)> Regions { get; init; } = [];

    /// <summary>By country, highest revenue first. A row without a country has an empty name.</summary>
    public IReadOnlyList<(string Name, Figure Figure)> Countries { get; init; } = [];

    /// <summary>By hour of the day, all 24.</summary>
    public IReadOnlyList<Figure> Hours { get; init; } = [];

    /// <summary>By date, of each country; of all under null.</summary>
    public Func<string?, IReadOnlyList<(DateOnly Date, Figure Figure)>> Dates { get; init; } = _ => [];

    /// <summary>The ten order lines with the highest amounts.</summary>
    public IReadOnlyList<TopOrder> Top { get; init; } = [];

    /// <summary>Rows without a description.</summary>
    public long WithoutDescription { get; init; }

    /// <summary>Rows without a country.</summary>
    public long WithoutCountry => Countries.FirstOrDefault(country => country.Name.Length == 0).Figure.Lines;

    /// <summary>The newest date of an order.</summary>
    public DateOnly? NewestDate { get; init; }

    /// <summary>Order change events by operation.</summary>
    public IReadOnlyList<(string Operation, long Count)> Events { get; init; } = [];

    /// <summary>Records of event objects, and those that were left out.</summary>
    public (long Records, long Rejected) EventRecords { get; init; }

    /// <summary>Records that were left out.</summary>
    public long Rejected => Rejects.Sum(reason => reason.Count);

    /// <summary>Records that became rows or were left out, of all tables.</summary>
    public long Transformed => Records + EventRecords.Records;
}

/// <summary>Figures of a group of order lines.</summary>
/// <param name="Lines">Rows.</param>
/// <param name="Revenue">The sum of their amounts, exact.</param>
/// <param name="RevenueUsd">The same in dollars.</param>
internal readonly record struct Figure(long Lines, decimal Revenue, decimal RevenueUsd)
{
    /// <summary>The figures of both groups.</summary>
    public static Figure operator +(Figure left, Figure right) =>
        new(left.Lines + right.Lines, left.Revenue + right.Revenue, left.RevenueUsd + right.RevenueUsd);
}

/// <summary>One of the order lines with the highest amounts.</summary>
internal sealed record TopOrder(
    string OrderId, string Invoice, string StockCode, string Description, int Quantity, decimal UnitPrice, decimal Amount, string Country,
    DateOnly Date);
