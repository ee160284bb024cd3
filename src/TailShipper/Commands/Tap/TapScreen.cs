using System.Text.Json;
using Shipper.Foundation.Output;

namespace Shipper.TailShipper.Commands.Tap;

/// <summary>
/// Prints what <c>/tap</c> answers: the lines of each record, below the name of their file where that is another than before; or its JSON.
/// </summary>
/// <param name="asJson">Records as JSON.</param>
/// <param name="most">Lines after which it ends.</param>
/// <param name="output">Takes the records.</param>
/// <param name="errors">Takes how many lines are missing.</param>
internal sealed class TapScreen(bool asJson, long most, TextWriter output, TextWriter errors)
{
    private long _left = most;
    private string? _file;

    /// <summary>Prints one object; false when enough lines were shown.</summary>
    public bool Show(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (asJson)
        {
            output.WriteLine(VisibleText.OfJson(json));
            _left -= root.TryGetProperty("lines", out var count) ? count.GetInt64() : 0;
        }
        else if (root.TryGetProperty("missed_lines", out var missed))
        {
            var lines = missed.GetInt64();
            errors.ShowLine($"tailshipper: {lines:N0} {(lines == 1 ? "line" : "lines")} not shown: faster than can be shown");
        }
        else
        {
            ShowRecord(root.GetProperty("file").GetString()!, root.GetProperty("record").GetString()!);
        }

        return _left > 0;
    }

    private void ShowRecord(string file, string record)
    {
        if (file != _file)
        {
            output.ShowLine($"==> {file} <==");
            _file = file;
        }

        foreach (var line in record.TrimEnd('\n').Split('\n').Take((int)Math.Min(_left, int.MaxValue)))
        {
            output.WriteLine(VisibleText.OfLines(line.TrimEnd('\r')));
            _left--;
        }
    }
}
