using Spectre.Console;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>Tables without lines: words to the left, figures to the right, and only paths are shortened.</summary>
internal static class ScreenTable
{
    private const string File = "FILE";

    /// <summary>A table with these titles. One that begins with FILE and a comma, or is that word, has paths.</summary>
    public static Table Of(params IEnumerable<string> titles)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var title in titles)
        {
            var column = new TableColumn($"[grey]{title}[/]");
            var hasPaths = title == File || title.StartsWith(File + ",", StringComparison.Ordinal);
            column = hasPaths ? column : column.NoWrap();
            table.AddColumn(hasPaths || title is "FLOW" or "HEALTH" or "DONE" ? column : column.RightAligned());
        }

        return table;
    }
}
