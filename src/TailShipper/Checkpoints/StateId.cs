using System.Text;
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

    /// <summary>The id of a directory, made when it has none: 16 hexadecimal digits.</summary>
    /// <exception cref="IOException">It can be neither read nor written.</exception>
    public static string Of(IStateDirectory directory, Random random)
    {
        if (Read(directory) is { } known)
        {
            return known;
        }

        Span<byte> bytes = stackalloc byte[RandomBytes];
        random.NextBytes(bytes);
        var id = Convert.ToHexStringLower(bytes);
        directory.WriteAtomically(FileName, Encoding.ASCII.GetBytes(id + "\n"));
        return id;
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
}
