using System.Globalization;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The rotated files <c>name.log.1</c> (the newest), <c>name.log.2</c>, … behind one path.</summary>
/// <param name="directory">The file system.</param>
/// <param name="keep">How many to keep; 0 keeps all.</param>
internal sealed class NumberedFiles(ILogDirectory directory, int keep)
{
    /// <summary>Frees number 1: every file moves one up, and those beyond what is kept are deleted. Does nothing when 1 is free.</summary>
    public string MakeRoom(string path)
    {
        var first = Numbered(path, 1);
        if (directory.Exists(first))
        {
            foreach (var number in Numbers(path).OrderDescending())
            {
                if (keep > 0 && number >= keep)
                {
                    directory.Delete(Numbered(path, number));
                }
                else
                {
                    directory.Move(Numbered(path, number), Numbered(path, number + 1));
                }
            }
        }

        return first;
    }

    private static string Numbered(string path, int number) => $"{path}.{number.ToString(CultureInfo.InvariantCulture)}";

    private List<int> Numbers(string path)
    {
        var prefix = Path.GetFileName(path) + ".";
        var numbers = new List<int>();
        foreach (var name in directory.Names(Path.GetDirectoryName(path)!))
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number > 0 && name == prefix + number.ToString(CultureInfo.InvariantCulture))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
