using System.Globalization;
using System.Text;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary>Finds a Kinesis Agent that runs on this machine, by its command line.</summary>
internal static class AgentProcess
{
    // What Java is told to run; the package's start script does so in the end.
    private const string MainClass = "com.amazon.kinesis.streaming.agent.Agent";

    /// <summary>Its process id; null where none is seen.</summary>
    /// <param name="proc">Where the processes are, <c>/proc</c> but for tests.</param>
    public static int? Find(string proc = "/proc")
    {
        if (!Directory.Exists(proc))
        {
            return null;
        }

        foreach (var directory in Directory.EnumerateDirectories(proc))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ArgumentsOf(directory).Any(argument => argument == MainClass))
            {
                return id;
            }
        }

        return null;
    }

    private static string[] ArgumentsOf(string directory)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Join(directory, "cmdline"))).Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // it ended meanwhile, or is another user's on a machine that hides them
        }
    }
}
