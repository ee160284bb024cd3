namespace Shipper.Foundation.Files;

/// <summary>What is made of an <see cref="IStateDirectory"/>'s calls.</summary>
internal static class StateDirectoryExtensions
{
    /// <summary>Writes a whole file so that others see all of it or nothing, also after a power failure.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="name">Its name; the file written first is called this with <c>.tmp</c> added.</param>
    /// <param name="content">All its bytes.</param>
    /// <exception cref="IOException">It is not written, or nobody knows.</exception>
    public static void WriteAtomically(this IStateDirectory directory, string name, ReadOnlySpan<byte> content)
    {
        var temporary = name + ".tmp";
        directory.Delete(temporary);
        using (var file = directory.Create(temporary))
        {
            file.Append(content);
            file.Sync();
        }

        directory.Rename(temporary, name);
        directory.Sync();
    }
}
