using System.Globalization;
using System.Text;

namespace Shipper.WindowsProbe;

/// <summary>
/// A writer that does to its log what loggers on Windows do, with the file open all the while: renames it, renames and deletes
/// it, and cuts it to nothing, in turn. Each step waits for a file <c>seen-LINES</c>: somebody saw what is about to go.
/// </summary>
internal static class RotatingWriter
{
    private const int LinesPerStep = 500;

    private const int LookMilliseconds = 20;

    /// <summary>Writes so many numbered lines to <c>app.log</c>, with a step after every 500.</summary>
    public static void Run(string directory, int lines)
    {
        var path = Path.Join(directory, "app.log");
        var file = Open(path);
        for (var line = 0; line < lines; line++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{line},\"text\":\"WHITE HANGING HEART T-LIGHT HOLDER\"}}\n");
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush();
            if ((line + 1) % LinesPerStep == 0 && line + 1 < lines)
            {
                while (!File.Exists(Path.Join(directory, $"seen-{line + 1}")))
                {
                    Thread.Sleep(LookMilliseconds);
                }

                file = Step(line / LinesPerStep, path, file);
            }
        }

        file.Dispose();
    }

    private static FileStream Step(int step, string path, FileStream file)
    {
        switch (step % 3)
        {
            case 0:
                File.Move(path, $"{path}.{step}");
                break;
            case 1:
                File.Move(path, $"{path}.{step}");
                File.Delete($"{path}.{step}");
                break;
            default:
                file.SetLength(0);
                return file;
        }

        file.Dispose();
        return Open(path);
    }

    private static FileStream Open(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
