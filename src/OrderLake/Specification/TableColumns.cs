namespace Shipper.OrderLake.Specification;

/// <summary>A column of a table, as <c>columns.tsv</c> defines it. Every engine's table is made of these.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Name">The column's name; lower case, except in raw tables, where it is that of the record's member.</param>
/// <param name="Type">text, integer, bigint, date, timestamp or decimal(precision,scale).</param>
/// <param name="IsPartition">Whether its value is in the names of directories instead of the files.</param>
internal sealed record TableColumn(string Table, string Name, string Type, bool IsPartition);

/// <summary>All tables, defined once.</summary>
internal static class TableColumns
{
    /// <summary>Records as they arrive; every column is text.</summary>
    public const string RawOrders = "raw_orders";

    /// <summary>The result of <c>transform history</c>.</summary>
    public const string Orders = "orders";

    /// <summary>What is left out, with its reason, object and line.</summary>
    public const string Rejects = "rejects";

    /// <summary>The objects that were taken.</summary>
    public const string Objects = "objects";

    /// <summary>Where each record with provenance came from.</summary>
    public const string Provenance = "provenance";

    /// <summary>Order change events as they arrive; every column is text.</summary>
    public const string RawEvents = "raw_events";

    /// <summary>Every order change event, typed.</summary>
    public const string OrderEvents = "order_events";

    /// <summary>The newest event of each order.</summary>
    public const string OrderState = "order_state";

    /// <summary>What is left out of the events.</summary>
    public const string EventRejects = "event_rejects";

    /// <summary>The objects with events that were taken.</summary>
    public const string EventObjects = "event_objects";

    /// <summary>Changes of a table of orders as they arrive, flat; every column is text.</summary>
    public const string RawChanges = "raw_changes";

    /// <summary>Every change, typed.</summary>
    public const string OrderChanges = "order_changes";

    /// <summary>What is left out of the changes.</summary>
    public const string ChangeRejects = "change_rejects";

    /// <summary>The objects with changes that were taken.</summary>
    public const string ChangeObjects = "change_objects";

    /// <summary>Where each change with provenance came from.</summary>
    public const string ChangeProvenance = "change_provenance";

    /// <summary>The tables of a lake.</summary>
    public static readonly IReadOnlyList<string> Readable =
    [
        Orders, Rejects, Objects, Provenance, OrderEvents, OrderState, EventRejects, EventObjects,
        OrderChanges, ChangeRejects, ChangeObjects, ChangeProvenance,
    ];

    /// <summary>The tables of <c>transform changes</c>, which only the embedded engine runs.</summary>
    public static readonly IReadOnlyList<string> EmbeddedOnly =
        [RawChanges, OrderChanges, ChangeRejects, ChangeObjects, ChangeProvenance];

    private static readonly IReadOnlyList<TableColumn> Columns = Read();

    /// <summary>All tables, in the file's order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Columns.Select(column => column.Table).Distinct()];

    /// <summary>The columns of a table, those of partitions last.</summary>
    public static IReadOnlyList<TableColumn> Of(string table) => [.. Columns.Where(column => column.Table == table)];

    /// <summary>The names of a table's columns, in order.</summary>
    public static IEnumerable<string> NamesOf(string table) => Of(table).Select(column => column.Name);

    private static List<TableColumn> Read() =>
    [
        .. SpecificationFile.Rows("columns.tsv").Select(row => row is [var table, var name, var type, "file" or "partition"]
            ? new TableColumn(table, name, type, row[3] == "partition")
            : throw new InvalidDataException($"columns.tsv: '{string.Join('\t', row)}' is not table, column, type, file or partition")),
    ];
}

/// <summary>Reads the files of the specification, which are part of the program.</summary>
internal static class SpecificationFile
{
    /// <summary>The rows of a table with a header, each split at its tabs.</summary>
    public static IEnumerable<string[]> Rows(string name) =>
        Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split('\t'));

    /// <summary>The text of a file; directories are separated by dots.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(SpecificationFile).Assembly.GetManifestResourceStream($"Specification.{name}")
            ?? throw new InvalidOperationException($"the program lacks its own file {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
