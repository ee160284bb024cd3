using Shipper.Foundation.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>A path in one line: where it is too long its beginning is left out, for files are told apart by their names.</summary>
internal sealed class PathText(string path) : Renderable
{
    private const int Least = 12;

    private readonly string _text = VisibleText.Of(path);

    /// <inheritdoc/>
    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        var length = Math.Min(_text.GetCellWidth(), maxWidth);
        return new(Math.Min(Least, length), length);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var text = _text;
        if (text.GetCellWidth() > maxWidth)
        {
            var from = 0;
            while (from < text.Length && text[from..].GetCellWidth() > maxWidth - 1)
            {
                from += char.IsSurrogatePair(text, from) ? 2 : 1;
            }

            text = "…" + text[from..];
        }

        return [new Segment(text)];
    }
}
