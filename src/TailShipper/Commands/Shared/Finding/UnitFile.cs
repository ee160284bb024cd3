using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>
/// The service's systemd unit as it is installed, with its drop-ins, in the order in which systemd reads them (systemd.unit(5)).
/// </summary>
internal sealed class UnitFile
{
    /// <summary>The unit's name.</summary>
    public const string Name = "tailshipper.service";

    // A file in a later folder goes before one of the same name in an earlier one.
    private static readonly string[] Folders =
    [
        "/usr/lib/systemd/system", "/lib/systemd/system", "/usr/local/lib/systemd/system", "/run/systemd/system", "/etc/systemd/system",
    ];

    private readonly List<(string Name, string Value)> _settings = [];

    private UnitFile()
    {
    }

    /// <summary>True where the unit itself is installed, and not only drop-ins.</summary>
    public bool IsInstalled { get; private set; }

    /// <summary>The settings of its section [Service], in their order.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings => _settings;

    /// <summary>Reads it; what cannot be read is left out.</summary>
    /// <param name="root">What stands before the folders of systemd; empty but for tests.</param>
    public static UnitFile Read(string root = "")
    {
        var unit = new UnitFile();
        if (Folders.Select(folder => Path.Join(root, folder, Name)).LastOrDefault(File.Exists) is { } file)
        {
            unit.IsInstalled = true;
            unit.Add(file);
        }

        foreach (var dropIn in DropIns(root))
        {
            unit.Add(dropIn);
        }

        return unit;
    }

    /// <summary>
    /// What a setting that systemd takes as a list holds in the end: each use adds to it, an empty one clears what was before.
    /// </summary>
    public IReadOnlyList<string> ListOf(string name)
    {
        var values = new List<string>();
        foreach (var (_, value) in _settings.Where(setting => setting.Name == name))
        {
            if (value.Length == 0)
            {
                values.Clear();
            }
            else
            {
                values.Add(value);
            }
        }

        return values;
    }

    private static List<string> DropIns(string root)
    {
        try
        {
            return
            [
                .. Folders.Select(folder => Path.Join(root, folder, Name + ".d")).Where(Directory.Exists)
                    .SelectMany(folder => Directory.EnumerateFiles(folder, "*.conf"))
                    .GroupBy(Path.GetFileName, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => group.Last()),
            ];
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return [];
        }
    }

    private void Add(string file)
    {
        try
        {
            var (section, joined) = ("", "");
            foreach (var raw in File.ReadLines(file))
            {
                var line = raw.Trim();
                if (line is "" or ['#' or ';', ..])
                {
                    continue; // also within a line that is continued
                }

                if (line.EndsWith('\\'))
                {
                    joined += line[..^1] + " ";
                    continue;
                }

                (line, joined) = (joined + line, "");
                if (line is ['[', .., ']'])
                {
                    section = line;
                }
                else if (section == "[Service]" && line.Split('=', 2) is [var name, var value])
                {
                    _settings.Add((name.Trim(), value.Trim()));
                }
            }
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // What could be read counts.
        }
    }
}
