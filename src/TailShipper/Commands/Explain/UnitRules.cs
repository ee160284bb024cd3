using Shipper.TailShipper.Commands.Shared.Finding;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>
/// Which directories the systemd unit hides from the service (systemd.exec(5)): those of the installed unit with its drop-ins, or of the
/// packaged one where none is installed.
/// </summary>
internal sealed class UnitRules
{
    private static readonly string[] Homes = ["/home", "/root", "/run/user"];
    private static readonly string[] TemporaryDirectories = ["/tmp", "/var/tmp"];

    private readonly List<string> _shown = [];
    private string _protectHome = "yes";
    private string _privateTmp = "yes";

    private UnitRules()
    {
    }

    /// <summary>The rules as they are on this machine.</summary>
    /// <param name="root">What stands before the folders of systemd; empty but for tests.</param>
    public static UnitRules Read(string root = "")
    {
        var (rules, unit) = (new UnitRules(), UnitFile.Read(root));
        if (unit.IsInstalled)
        {
            (rules._protectHome, rules._privateTmp) = ("no", "no"); // systemd's own defaults
        }

        foreach (var (name, value) in unit.Settings)
        {
            rules.Apply(name, value);
        }

        return rules;
    }

    /// <summary>The setting that hides <paramref name="path"/> from the service, and the directory; null when none does.</summary>
    public (string Setting, string Directory)? Hiding(string path)
    {
        if (_shown.Exists(shown => IsBelow(path, shown)))
        {
            return null;
        }

        return Array.Find(Homes, home => IsBelow(path, home)) is { } home && IsOn(_protectHome, "tmpfs")
            ? ($"ProtectHome={_protectHome}", home)
            : Array.Find(TemporaryDirectories, directory => IsBelow(path, directory)) is { } temporary && IsOn(_privateTmp, "disconnected")
                ? ($"PrivateTmp={_privateTmp}", temporary)
                : null;
    }

    private static bool IsOn(string value, string also) => value is "yes" or "true" or "1" or "on" || value == also;

    private static bool IsBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    private void Apply(string name, string value)
    {
        switch (name)
        {
            case "ProtectHome":
                _protectHome = value;
                break;
            case "PrivateTmp":
                _privateTmp = value;
                break;
            case "BindPaths" or "BindReadOnlyPaths" when value.Length == 0:
                _shown.Clear();
                break;
            case "BindPaths" or "BindReadOnlyPaths":
                _shown.AddRange(value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Shown));
                break;
        }
    }

    // "[-]SOURCE[:DESTINATION[:OPTIONS]]"
    private static string Shown(string bind) => bind.TrimStart('-').Split(':') is [_, { Length: > 0 } destination, ..]
        ? destination
        : bind.TrimStart('-').Split(':')[0];
}
