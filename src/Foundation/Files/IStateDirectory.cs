namespace Shipper.Foundation.Files;

/// <summary>
/// The directory that holds what the shipper remembers, as far as the journal needs one: flat names, whole reads,
/// appends, and the two kinds of sync that decide what survives a power failure. Every call is synchronous and
/// throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk refuses.
/// </summary>
internal interface IStateDirectory
{
    /// <summary>What a person would call it: the full path.</summary>
    string Name { get; }

    /// <summary>Names of the files in it, in no particular order; empty when the directory does not exist.</summary>
    IReadOnlyList<string> List();

    /// <summary>All bytes of a file, as far as they are written at this moment.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    byte[] Read(string name);

    /// <summary>Creates a file that did not exist, and the directory where it is missing.</summary>
    /// <exception cref="IOException">It exists already, or could not be created.</exception>
    IStateFile Create(string name);

    /// <summary>Renames, in one step, replacing what bears <paramref name="to"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes; a file that is not there is fine.</summary>
    void Delete(string name);

    /// <summary>Returns when all creations, renames and deletions so far would survive a power failure.</summary>
    void Sync();

    /// <summary>A directory within this one. Nothing is created until a file is.</summary>
    IStateDirectory Subdirectory(string name);
}

/// <summary>A file of an <see cref="IStateDirectory"/>, open for appending. After any exception its content is unknown.</summary>
internal interface IStateFile : IDisposable
{
    /// <summary>Appends all of <paramref name="bytes"/>.</summary>
    /// <exception cref="IOException">A part of them, or nothing, was written.</exception>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Returns when all that was appended would survive a power failure.</summary>
    /// <exception cref="IOException">
    /// It may not survive. Linux drops the failed pages and lets the next call succeed, so there is no retry: give
    /// the file up and write a new one.
    /// </exception>
    void Sync();
}

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
