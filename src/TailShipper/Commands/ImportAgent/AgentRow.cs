using System.Globalization;
using System.Text.Json;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.ImportAgent;

/// <summary>A row of the agent's checkpoint database. What the database does not have, or in another form, is null.</summary>
/// <param name="Flow">The agent's name of the flow.</param>
/// <param name="Path">Where the file was.</param>
/// <param name="File">Which file it was.</param>
/// <param name="Size">Its length when the folder was last listed, which may be less than the offset.</param>
/// <param name="Offset">The byte after the last record that was sent.</param>
/// <param name="LastUpdated">When the row was written.</param>
internal sealed record AgentRow(string Flow, string Path, FileId? File, long? Size, long? Offset, DateTimeOffset? LastUpdated)
{
    private const string Prefix = "tailshipper-tools: ";

    /// <summary>Reads a database, which is not changed.</summary>
    /// <exception cref="StartRefusedException">It cannot be read; the message says why.</exception>
    public static async Task<IReadOnlyList<AgentRow>> ReadAsync(string database, CancellationToken cancellation)
    {
        ToolOutput output;
        try
        {
            output = await ToolProgram.CaptureAsync(["agent-checkpoints", database], cancellation);
        }
        catch (ToolMissingException exception)
        {
            throw new StartRefusedException(exception.Message, ExitCodes.Undetermined, exception);
        }

        if (output.ExitCode != ExitCodes.Success)
        {
            throw new StartRefusedException(
                output.Errors.StartsWith(Prefix, StringComparison.Ordinal) ? output.Errors[Prefix.Length..] : output.Errors,
                ExitCodes.Undetermined);
        }

        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>The device and inode of <c>(dev=HEX,ino=DECIMAL)</c>; null where it is none.</summary>
    public static FileId? FileOf(string? text)
    {
        const string device = "(dev=", inode = ",ino=";
        if (text is null || !text.StartsWith(device, StringComparison.Ordinal) || !text.EndsWith(')')
            || text.IndexOf(inode, StringComparison.Ordinal) is not (> 0 and var between)
            || !ulong.TryParse(text[device.Length..between], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            || !ulong.TryParse(text[(between + inode.Length)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var file))
        {
            return null;
        }

        // The kernel's number as glibc packs it (makedev(3)); ours is major << 32 | minor.
        var major = ((number >> 8) & 0xFFF) | ((number >> 32) & 0xFFFFF000);
        var minor = (number & 0xFF) | ((number >> 12) & 0xFFFFFF00);
        return new FileId((major << 32) | minor, file);
    }

    private static AgentRow Parse(string line)
    {
        var row = JsonDocument.Parse(line).RootElement;
        return new AgentRow(
            Text("flow") ?? "", Text("path") ?? "", FileOf(Text("file_id")), Number("size"), Number("offset"),
            DateTimeOffset.TryParse(Text("last_updated"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time : null);

        string? Text(string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
        long? Number(string name) => row.TryGetProperty(name, out var value) ? value.GetInt64() : null;
    }
}
