using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>Who may know whom in src/TailShipper. docs/design/architecture.md shows the same table.</summary>
public sealed class RoomTests
{
    private static readonly string[] Stages =
    [
        "Streams", "Configuration", "Wire", "Acknowledgement", "Checkpoints", "DeadLetters", "Batching", "Processing", "Framing",
        "Delivery", "Tailing",
    ];

    /// <summary>The rooms, and for each the rooms that it may use. src/Foundation may be used by all, and uses none.</summary>
    private static readonly (string Room, string[] MayUse)[] Table =
    [
        ("Streams", []),
        ("Configuration", []),
        ("Wire", ["Streams", "Configuration"]),
        ("Acknowledgement", ["Streams"]),
        ("Checkpoints", ["Streams"]),
        ("DeadLetters", ["Streams", "Configuration"]),
        ("Batching", ["Streams", "Wire", "Acknowledgement"]),
        ("Processing", ["Streams", "Configuration", "Wire", "Acknowledgement", "DeadLetters", "Batching"]),
        ("Framing", ["Streams", "Configuration", "Wire", "Acknowledgement", "Batching", "Processing"]),
        ("Delivery", ["Streams", "Configuration", "Wire", "Batching"]),
        ("Tailing",
        [
            "Streams", "Configuration", "Wire", "Acknowledgement", "Checkpoints", "DeadLetters", "Batching", "Processing", "Framing",
        ]),
        ("Flows", Stages),
        ("Diagnostics", [.. Stages, "Flows"]),
        ("Hosting", [.. Stages, "Flows", "Diagnostics"]),
        ("Commands", [.. Stages, "Flows", "Diagnostics", "Hosting"]),
    ];

    [Fact]
    public void A_room_uses_only_the_rooms_that_the_table_allows()
    {
        var allowed = Table.ToDictionary(row => row.Room, row => row.MayUse, StringComparer.Ordinal);
        var forbidden = Rooms.Uses.Where(use => use.FromRoom != use.ToRoom && !allowed[use.FromRoom].Contains(use.ToRoom)).ToList();

        Assert.True(
            forbidden.Count == 0,
            $"Move the type, or hand it in through an interface of the room that needs it:\n{string.Join('\n', forbidden)}");
    }

    [Fact]
    public void Every_room_has_a_row_and_every_row_a_room() =>
        Assert.Equal(Table.Select(row => row.Room).Order(StringComparer.Ordinal), Rooms.Names.Order(StringComparer.Ordinal));

    [Fact]
    public void A_row_names_only_rows_above_it()
    {
        for (var row = 0; row < Table.Length; row++)
        {
            var above = Table[..row].Select(other => other.Room).ToList();
            Assert.All(Table[row].MayUse, used => Assert.Contains(used, above));
        }
    }

    [Fact]
    public void No_two_folders_know_each_other_in_a_circle()
    {
        var known = Rooms.Uses.GroupBy(use => use.From, StringComparer.Ordinal)
            .ToDictionary(uses => uses.Key, uses => uses.Select(use => use.To).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var reached = known.Keys.ToDictionary(folder => folder, folder => ReachedFrom(folder, known), StringComparer.Ordinal);
        var circles = Rooms.Uses.Where(use => reached.TryGetValue(use.To, out var folders) && folders.Contains(use.From)).ToList();

        Assert.True(circles.Count == 0, $"These uses are part of a circle of folders:\n{string.Join('\n', circles)}");
    }

    [Fact]
    public void The_page_on_architecture_shows_the_table()
    {
        var page = RepositoryFiles.Read("docs/design/architecture.md");

        Assert.All(Table, row => Assert.Contains(Line(row.Room, row.MayUse), page, StringComparison.Ordinal));
    }

    private static string Line(string room, string[] mayUse)
    {
        var used = mayUse switch
        {
            [] => "none",
            _ when mayUse.Length > Stages.Length => $"every stage above, {string.Join(", ", mayUse[Stages.Length..])}",
            _ when mayUse.Length == Stages.Length => "every stage above",
            _ => string.Join(", ", mayUse),
        };
        return $"| `{room}` | {used} |";
    }

    private static HashSet<string> ReachedFrom(string start, Dictionary<string, HashSet<string>> known)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var folder))
        {
            foreach (var next in known.GetValueOrDefault(folder, []).Where(reached.Add))
            {
                open.Enqueue(next);
            }
        }

        return reached;
    }
}
