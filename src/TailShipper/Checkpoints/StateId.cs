using System.Text;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>
/// The random id of a state directory, in its file <c>id</c>: numbers of streams are unique only together with it. It is made when it is
/// first needed, and goes with the directory.
/// </summary>
internal static class StateId
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "id";

    private const int RandomBytes = 8;
    private const int MostBytes = 64;

    /// <summary>
    /// The id of a directory, made when it has none: 16 hexadecimal digits. Where it can be neither read nor written, one that nobody will
    /// know after this run.
    /// </summary>
    public static string Of(IStateDirectory directory, Random random, ILogger logger)
    {
        var made = Make(random);
        try
        {
            if (Read(directory) is { } known)
            {
                return known;
            }

            directory.WriteAtomically(FileName, Encoding.ASCII.GetBytes(made + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CheckpointLog.NoStateId(logger, directory.Name, exception.Message);
        }

        return made;
    }

    /// <summary>The id of a directory; null when it has none, or one that is damaged.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string? Read(IStateDirectory directory)
    {
        try
        {
            var text = Encoding.ASCII.GetString(directory.Read(FileName, MostBytes)).TrimEnd('\n');
            return text.Length == 2 * RandomBytes && text.All(char.IsAsciiHexDigitLower) ? text : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileTooLongException)
        {
            return null;
        }
    }

    private static string Make(Random random)
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
