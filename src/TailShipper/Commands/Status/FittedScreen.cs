using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>
/// Parts one below the other, the most important first. On a live screen, which cannot be scrolled, what does not fit is left out from
/// the end, and a last line says so.
/// </summary>
/// <param name="isLive">True where it must fit into the window; false where all of it is printed.</param>
internal sealed class FittedScreen(bool isLive) : Renderable
{
    // The cursor stands in the row below.
    private const int CursorRows = 1;
    private const int LeastWidth = 20;

    private readonly List<Part> _parts = [];

    /// <summary>Narrower than this, in columns, there is no room for more than the most important columns of a table.</summary>
    public const int WideEnough = 76;

    /// <summary>Adds what is shown as it is, or left out.</summary>
    public void Add(IRenderable part) => _parts.Add(new((_, _) => part, Rows: 0));

    /// <summary>Adds each of them in its turn.</summary>
    public void Add(IEnumerable<IRenderable> parts) => _parts.AddRange(parts.Select(part => new Part((_, _) => part, Rows: 0)));

    /// <summary>Adds an empty line.</summary>
    public void AddSpace() => Add(new Text(""));

    /// <summary>Adds what can be made for a window.</summary>
    /// <param name="rows">Rows of data that there are: a heading comes with them.</param>
    /// <param name="compose">Makes it for so many columns and so many rows of data.</param>
    public void Add(int rows, Func<int, int, IRenderable> compose) => _parts.Add(new(compose, rows));

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var width = Math.Max(LeastWidth, maxWidth);
        if (!isLive)
        {
            return Together([.. _parts.Select(part => part.Compose(width, part.Rows))], options, width);
        }

        var height = Math.Max(2, options.ConsoleSize.Height - CursorRows);
        if (!TryFill(options, width, height, out var shown))
        {
            TryFill(options, width, height - 1, out shown);
            shown.Add(new Markup("[grey]Not all fits: enlarge the window[/]"));
        }

        return Together(shown, options, width);
    }

    /// <summary>Takes as much as fits into so many lines; false when that is not all.</summary>
    private bool TryFill(RenderOptions options, int width, int lines, out List<IRenderable> shown)
    {
        shown = [];
        var isAll = true;
        foreach (var (compose, all) in _parts)
        {
            // Its rows may wrap: fewer are tried until they fit.
            var rows = Math.Min(all, Math.Max(0, lines - 1));
            var made = all > 0 && rows == 0 ? null : compose(width, rows);
            var height = made is null ? 0 : Height(made, options, width);
            while (height > lines)
            {
                rows--;
                made = rows > 0 ? compose(width, rows) : null;
                height = made is null ? 0 : Height(made, options, width);
            }

            isAll &= made is not null && rows >= all;
            if (made is not null)
            {
                shown.Add(made);
                lines -= height;
            }
            else if (all <= 0)
            {
                return false;
            }
        }

        return isAll;
    }

    private static IEnumerable<Segment> Together(List<IRenderable> parts, RenderOptions options, int width) =>
        ((IRenderable)new Rows(parts)).Render(options, width);

    private static int Height(IRenderable part, RenderOptions options, int width) =>
        Segment.SplitLines(part.Render(options, width)).Count;

    private readonly record struct Part(Func<int, int, IRenderable> Compose, int Rows);
}
