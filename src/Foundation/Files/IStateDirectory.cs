namespace Shipper.Foundation.Files;

/// <summary>
/// A directory for durable state: flat names, whole reads, appends, and the two kinds of sync that decide what survives a power failure.
/// Every call is synchronous and throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk fails.
/// </summary>
internal interface IStateDirectory
{
    /// <summary>The full path.</summary>
    string Name { get; }

    /// <summary>Names of the files in it, in no particular order; empty when the directory does not exist.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file to read what is written at this moment; it may be renamed or deleted meanwhile.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    IStateReader Open(string name);

    /// <summary>Creates a new file, and the directory when it is missing.</summary>
    /// <exception cref="IOException">It exists already, or could not be created.</exception>
    IStateFile Create(string name);

    /// <summary>Renames atomically, replacing a file named <paramref name="to"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file, if it exists.</summary>
    void Delete(string name);

    /// <summary>Returns when all creations, renames and deletions so far would survive a power failure.</summary>
    void Sync();

    /// <summary>A directory in this one. It is created with its first file.</summary>
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

/// <summary>A file of an <see cref="IStateDirectory"/>, open for reading from its start to where it ended when it was opened.</summary>
internal interface IStateReader : IDisposable
{
    /// <summary>Its length when it was opened, in bytes.</summary>
    long Length { get; }

    /// <summary>Reads what comes next, at most a buffer full; 0 at the end.</summary>
    int Read(Span<byte> buffer);
}

/// <summary>Operations composed of those of <see cref="IStateDirectory"/>.</summary>
internal static class StateDirectoryExtensions
{
    /// <summary>Reads a whole file whose length is checked first.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The file.</param>
    /// <param name="most">The longest that is read, in bytes: more is not what was written.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FileTooLongException">It is longer.</exception>
    public static byte[] Read(this IStateDirectory directory, string name, int most)
    {
        using var file = directory.Open(name);
        if (file.Length > most)
        {
            throw new FileTooLongException(Path.Join(directory.Name, name), file.Length, most);
        }

        var bytes = new byte[file.Length];
        var length = file.ReadFull(bytes);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <summary>Fills <paramref name="buffer"/>, or reads to the end; the bytes read.</summary>
    public static int ReadFull(this IStateReader file, Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && file.Read(buffer[filled..]) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }

    /// <summary>Writes a whole file so that readers see all of it or nothing, also after a power failure.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name. The bytes are first written to a file of this name with <c>.tmp</c> appended.</param>
    /// <param name="content">All bytes of the file.</param>
    /// <exception cref="IOException">It was not written, or it is not known whether it was.</exception>
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
