using System.Globalization;
using System.Text;
using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>What is known about a running service from outside: its process by the lock, its flows' health by the metrics log.</summary>
internal static class RunningService
{
    private const int TailBytes = 256 * 1024;

    /// <summary>
    /// Process id of the service that holds <paramref name="stateDirectory"/>; null when none does, or it cannot be determined.
    /// </summary>
    public static int? ProcessOf(string stateDirectory, IFileSystem files)
    {
        if (InstanceLock.HolderOf(stateDirectory) is not { } process)
        {
            return null;
        }

        if (!OperatingSystem.IsLinux())
        {
            return process;
        }

        // A process that was killed leaves its number behind, but not its lock.
        var found = files.Stat(Path.Join(stateDirectory, InstanceLock.FileName));
        return Directory.Exists($"/proc/{process}") && IsLocked(found) ? process : null;
    }

    /// <summary>Why a flow was degraded in the last line of the metrics log; null when it was healthy, or not known.</summary>
    public static string? DegradedReason(string? metricsLog, string flow)
    {
        try
        {
            return metricsLog is not null && LastLine(metricsLog, flow) is { } line && line.TryGetProperty("reason", out var reason)
                ? reason.GetString()
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static bool IsLocked(PathStat found)
    {
        try
        {
            var inode = ":" + found.Stat.Id.Inode.ToString(CultureInfo.InvariantCulture) + " ";
            return found.Status != PathStatus.File
                || File.ReadLines("/proc/locks")
                .Any(line => line.Contains("FLOCK", StringComparison.Ordinal) && line.Contains(inode, StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static JsonElement? LastLine(string path, string flow)
    {
        using var file = SafeFiles.OpenToRead(path, followLinks: true);
        file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var found = default(JsonElement?);
        for (var line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            if (line.StartsWith('{') && line.EndsWith('}') && line.Contains($"\"flow\":\"{flow}\"", StringComparison.Ordinal))
            {
                found = JsonElement.Parse(line);
            }
        }

        return found;
    }
}
